import { formatUsd, parseUsd } from "@omla/sdk/protocol";
import type { Certificate, PaymentReceipt, Receivables } from "@omla/sdk";
import { expect } from "vitest";
import { receivePayment } from "../../../server-reference/src/domain/collections/receive-service.ts";
import { postRate } from "../../../server-reference/src/domain/currencies/rate-service.ts";
import { signModel } from "../../../server-reference/test/helpers/factories.ts";
import { type BothCompanies, type BothRegistries, type Client, createBothRegistries } from "./both-registries.ts";
import { createDice, type Dice, pick } from "./world.ts";

interface Desk {
  readonly both: BothRegistries;
  readonly company: BothCompanies;
  readonly model: string;
  readonly dice: Dice;
  /** How often each way was taken. */
  readonly seen: Map<string, number>;
}

const QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"];
const ACTIONS = [fileReport, fileReport, pay, pay, payLine, postRates, certify, passTime];

/** Lets both registries take reports and money for a while, and compares every answer. One line a quarter: what is older is never a matter of chance. */
export async function payForAYear(seed: number, steps: number): Promise<ReadonlyMap<string, number>> {
  const both = await createBothRegistries();
  const company = await both.addCompany("Payer");
  const model = await signModel({ issued_at: both.now(), creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
  await both.ask((client) => client.models.register(model.document, { private: model.private }));
  const conversion_fees = [{ from: "USD", to: "BTC", fee_pct: "3.333333" }];
  await company.ask((client) => client.currencies.declare({ currencies: ["USD"], conversion_fees }));
  const desk: Desk = { both, company, model: model.model_id, dice: createDice(seed), seen: new Map() };
  for (let step = 0; step < steps; step += 1) {
    await pick(desk.dice, ACTIONS)(desk);
    await compareDebts(desk);
  }
  await compareReceipts(desk);
  return desk.seen;
}

async function fileReport({ company, model, dice, seen }: Desk): Promise<void> {
  const revenue_usd = pick(dice, ["0", "0.000001", "100", "5000", `${dice(10_000)}.${String(dice(1_000_000)).padStart(6, "0")}`]);
  const input = {
    quarter: pick(dice, QUARTERS),
    entries: [{ model, inferences: 1, revenue_usd, run_cost_usd: "0", routing_fees_usd: pick(dice, ["0", "1.5"]) }],
  };
  const call = pick(dice, ["report", "amend"] as const);
  const [ours, theirs] = await company.ask(async (client) => {
    const receipt = await (call === "amend" ? client.reports.amend(input) : client.report(input));
    return { ...receipt, lines: receipt.lines };
  });
  expect(ours, JSON.stringify({ call, input })).toEqual(theirs);
  if (!("answer" in ours)) return;
  count(seen, call === "amend" ? "amended" : "filed");
  const { allocations } = ours.answer as { allocations: { settled: unknown }[] };
  if (allocations.some(({ settled }) => settled !== null)) count(seen, "settled");
}

/** The same money reaches both: a part of what is open, all of it, or more. */
async function pay(desk: Desk): Promise<void> {
  const { dice, seen, company } = desk;
  const open = parseUsd((await debtsOf(company)).open_usd);
  if (open === 0n && dice(8) > 0) return;
  const way = pick(dice, ["part paid", "part paid", "paid", "over-paid"] as const);
  const micros = { "part paid": open / 3n, paid: open, "over-paid": open + BigInt(dice(500_000)) + 1n }[way];
  if (micros > 0n) await receive(desk, micros, undefined);
  if (micros > 0n) count(seen, way);
}

/** A payment that names a line, whichever is older. */
async function payLine(desk: Desk): Promise<void> {
  const line = (await debtsOf(desk.company)).lines.at(-1);
  if (line === undefined) return;
  await receive(desk, parseUsd(line.open_usd) / 2n + 1n, line.quarter);
  count(desk.seen, "line paid");
}

let payments = 0;

async function receive({ both, company }: Desk, micros: bigint, quarter: string | undefined): Promise<void> {
  payments += 1;
  const reference = `bank-${payments}`;
  const idsOf = async (at: 0 | 1): Promise<string[] | undefined> =>
    quarter === undefined ? undefined : [(await rawDebts(company, at)).lines.find((line) => line.quarter === quarter)?.report_id ?? ""];
  const [ours, theirs] = [await idsOf(0), await idsOf(1)];
  const kitReceipt = both.kit.receivePayment({
    company_id: company.ids[0],
    amount_usd: formatUsd(micros),
    reference,
    ...(ours && { report_ids: ours }),
  });
  const { ctx } = both.server;
  const incoming = {
    rail: "other",
    reference,
    method: "bank",
    companyId: company.ids[1],
    amount: micros,
    reportIds: theirs,
    confirmedBy: "board",
  } as const;
  const { receipt } = await ctx.db.service((tx) => receivePayment(ctx, tx, incoming));
  expect(comparable(kitReceipt)).toEqual(comparable(receipt as PaymentReceipt));
}

async function postRates({ both, dice }: Desk): Promise<void> {
  const rate = `0.0000${1 + dice(9)}${String(dice(1_000)).padStart(3, "0")}`;
  both.kit.postRate({ code: "BTC", rate });
  const { ctx } = both.server;
  await ctx.db.service((tx) => postRate(tx, { code: "BTC", rate, source: "an exchange", rateAt: both.now() }, "board"));
  moveClocks(both, 1);
}

async function certify({ company, dice, seen }: Desk): Promise<void> {
  const quarter = pick(dice, [...QUARTERS, "2027-Q3", "2026"]);
  const [ours, theirs] = await company.ask(async (client) => {
    const { signature: _, ...statement }: Certificate = await client.certificate({ quarter });
    return statement;
  });
  expect(ours, quarter).toEqual(theirs);
  if ("answer" in ours) count(seen, "certificate");
}

async function passTime({ both, dice }: Desk): Promise<void> {
  if (dice(3) === 0) await both.passWeeks(1);
  else moveClocks(both, dice(100_000));
}

function moveClocks({ kit, server, now }: BothRegistries, seconds: number): void {
  const at = new Date(now().getTime() + seconds * 1_000);
  kit.clock.set(at);
  server.clock.set(at);
}

async function compareDebts({ company, seen }: Desk): Promise<void> {
  const [ours, theirs] = await company.ask((client) => client.payments.receivables());
  expect(ours).toEqual(theirs);
  if ("answer" in ours && (ours.answer as Receivables).credit_usd !== "0.000000") count(seen, "credit");
}

async function compareReceipts({ company }: Desk): Promise<void> {
  const [ours, theirs] = await company.ask(async ({ payments: { receipts } }) => {
    const all = [];
    for await (const receipt of receipts()) all.push(comparable(receipt));
    return all;
  });
  expect(ours).toEqual(theirs);
}

/** Without the names that each registry makes up. */
function comparable({ collection_id: _, issuer: __, payer: ___, lines, ...receipt }: PaymentReceipt): unknown {
  return { ...receipt, lines: lines.map(({ report_id: ____, ...line }) => line) };
}

async function debtsOf(company: BothCompanies): Promise<Receivables> {
  return rawDebts(company, 0);
}

/** With each registry's own ids. */
async function rawDebts(company: BothCompanies, at: 0 | 1): Promise<Receivables> {
  const found: Receivables[] = [];
  await company.ask(async (client: Client) => found.push(await client.payments.receivables()));
  return found[at] as Receivables;
}

function count(seen: Map<string, number>, way: string): void {
  seen.set(way, (seen.get(way) ?? 0) + 1);
}
