import { randomUUID } from "node:crypto";
import { parseUsd } from "@omla/sdk/protocol";
import type { BookedPayment, IncomingPayment } from "../../../src/domain/collections/receive-service.ts";
import { receivePayment } from "../../../src/domain/collections/receive-service.ts";
import { accounts } from "../../../src/ledger/accounts.ts";
import { type Balance, balances, balanceOf } from "../../../src/ledger/balances.ts";
import { post } from "../../../src/ledger/post.ts";
import type { TestApp } from "../../helpers/app.ts";
import type { Company, SignedModel } from "../../helpers/factories.ts";

/** Files (or amends) a quarter with one plain line per model. @returns report ids in the order of the lines */
export async function file(
  test: TestApp,
  company: Company,
  lines: readonly (readonly [SignedModel, string])[],
  { amend = false, quarter = "2026-Q2" } = {},
): Promise<string[]> {
  const entries = lines.map(([model, revenue_usd]) => ({ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }));
  const answer = await test.post(`/functions/v1/${amend ? "amend" : "submit"}-report`, { quarter, entries }, company.api_key);
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json().lines.map((line: { report_id: string }) => line.report_id);
}

/** Money in dollars that arrives over a rail. */
export function receive(test: TestApp, company: Company, usd: string, more: Partial<IncomingPayment> = {}): Promise<BookedPayment> {
  return test.ctx.db.service((tx) =>
    receivePayment(test.ctx, tx, {
      rail: "wise",
      reference: `tr-${randomUUID()}`,
      method: "bank",
      companyId: company.company_id,
      amount: parseUsd(usd),
      confirmedBy: "board-member",
      ...more,
    }),
  );
}

/** What a payout does to a line in the ledger: all that it accrues becomes payable. */
export async function distribute(test: TestApp, reportId: string, wallet = "omla1test"): Promise<void> {
  await test.ctx.db.transaction("payout", {}, async (tx) => {
    const accrued = await balanceOf(tx, accounts.accrued(reportId));
    if (accrued === 0n) return;
    await post(tx, {
      kind: "payout.distribute",
      ref: `${reportId}:${randomUUID()}`,
      live: true,
      entries: [
        { account: accounts.accrued(reportId), currency: "USD", amount: -accrued },
        { account: accounts.payable(wallet), currency: "USD", amount: accrued },
      ],
    });
    await tx.query("update omla.usage_reports set status = 'paid', paid_at = omla.now_seconds() where id = $1 and status = 'funded'", [
      reportId,
    ]);
  });
}

/** What a payout does then: all that a wallet is owed leaves over a rail. */
export async function sendAll(test: TestApp, wallet: string, rail: string): Promise<void> {
  await test.ctx.db.transaction("payout", {}, async (tx) => {
    const owed = await balanceOf(tx, accounts.payable(wallet));
    await post(tx, {
      kind: "payout.sent",
      ref: randomUUID(),
      live: true,
      entries: [
        { account: accounts.payable(wallet), currency: "USD", amount: -owed },
        { account: accounts.cash(rail), currency: "USD", amount: owed },
      ],
    });
  });
}

/** Every account of some kinds that is not empty, in micro-dollars or the currency's units. */
export async function ledger(test: TestApp, ...prefixes: readonly string[]): Promise<Record<string, bigint>> {
  return test.ctx.db.service(async (tx) => {
    const found: Balance[] = [];
    for (const prefix of prefixes) found.push(...(await balances(tx, prefix)));
    return Object.fromEntries(
      found.map(({ account, currency, amount }) => [currency === "USD" ? account : `${account} ${currency}`, amount]),
    );
  });
}

/** Everything in the ledger that belongs to one company: what it owes, its credit, and its lines. */
export async function moneyOf(test: TestApp, company: Company, reportIds: readonly string[] = []): Promise<Record<string, bigint>> {
  const all = await ledger(
    test,
    accounts.receivable(company.company_id),
    accounts.unapplied(company.company_id),
    ...reportIds.map((id) => accounts.accrued(id)),
  );
  const names = new Map<string, string>([
    [accounts.receivable(company.company_id), "receivable"],
    [accounts.unapplied(company.company_id), "unapplied"],
    ...reportIds.map((id, index): [string, string] => [accounts.accrued(id), `accrued ${index}`]),
  ]);
  return Object.fromEntries(Object.entries(all).map(([account, amount]) => [names.get(account) ?? account, amount]));
}

export async function statusOf(test: TestApp, reportId: string): Promise<unknown> {
  return (await test.rows("select status from omla.usage_reports where id = $1", [reportId]))[0]?.["status"];
}
