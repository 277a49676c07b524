import { randomUUID } from "node:crypto";
import { formatUsd } from "@omla/sdk/protocol";
import fc from "fast-check";
import { expect } from "vitest";
import { rejectLine } from "../../../src/domain/collections/charge-service.ts";
import { refundPayment, reversePayment } from "../../../src/domain/collections/refund-service.ts";
import { holdLine, releaseLine } from "../../../src/domain/line-holds/service.ts";
import { amendReport, submitReport } from "../../../src/domain/reports/service.ts";
import { accounts } from "../../../src/ledger/accounts.ts";
import { balanceOf } from "../../../src/ledger/balances.ts";
import type { TestApp } from "../../helpers/app.ts";
import type { Company, SignedModel } from "../../helpers/factories.ts";
import { distribute, receive } from "./arrange-money.ts";
import * as paper from "./money-model.ts";
import type { ModelLine, ModelPayment, MoneyModel } from "./money-model.ts";

export interface Real {
  readonly test: TestApp;
  readonly company: Company;
  readonly models: readonly SignedModel[];
  /** What simulated payouts pay, of this company alone. */
  readonly wallet: string;
}

type Command = fc.AsyncCommand<MoneyModel, Real>;

/** A command that runs where `choose` finds something to do, on the paper and in the registry, and then compares both. */
function command<Chosen>(
  name: string,
  choose: (model: MoneyModel) => Chosen | undefined,
  run: (model: MoneyModel, real: Real, chosen: Chosen) => Promise<void>,
): Command {
  return {
    check: (model) => choose(model) !== undefined,
    run: async (model, real) => {
      await run(model, real, choose(model) as Chosen);
      await compare(model, real);
    },
    toString: () => name,
  };
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(list.length, 1)];

const NIL = "nil";

function fileCommand(quarter: string, revenues: readonly (bigint | undefined)[]): Command {
  return command(
    `file ${quarter} ${revenues.join(" ")}`,
    // The same nil report again is no amendment.
    (model) => (revenues.every((revenue) => revenue === undefined) && model.history.get(quarter)?.[0] === NIL ? undefined : true),
    async (model, { test, company, models }) => {
      model.versions += 1;
      const entries = revenues.flatMap((revenue, index) =>
        revenue === undefined
          ? []
          : [
              {
                model: models[index]?.address ?? "",
                inferences: model.versions,
                revenue_usd: formatUsd(revenue),
                run_cost_usd: "0.000000",
              },
            ],
      );
      const filed = model.history.has(quarter);
      model.history.set(quarter, entries.length === 0 ? [NIL] : []);
      const input = { quarter, entries };
      const reporter = { companyId: company.company_id, live: true };
      const filing = await test.ctx.db.service((tx) => (filed ? amendReport : submitReport)(test.ctx, tx, reporter, input));
      const ids = new Map(filing.receipt.lines.map(({ model_id, report_id }) => [model_id, report_id ?? ""]));
      const lines = revenues.flatMap((revenue, index): ModelLine[] => {
        const id = ids.get(models[index]?.model_id ?? "") ?? "";
        // 0.3 of the revenue, rounded half up to a micro-dollar.
        return revenue === undefined ? [] : [{ id, quarter, model: index, net: (3n * revenue + 5n) / 10n, on: new Map(), paidOut: false }];
      });
      paper.putInForce(model, quarter, lines);
    },
  );
}

/** @param given - exactly what is open where it is left out */
function receiveCommand(given: bigint | undefined, named: number | undefined): Command {
  return command(
    `receive ${given ?? "what is open"} ${named ?? ""}`,
    () => true,
    async (model, { test, company }) => {
      // Payments count in the order of their arrival.
      test.clock.advance({ seconds: 1 });
      const line = named === undefined ? undefined : pick(model.lines, named);
      const open = (line === undefined ? model.lines : [line]).reduce((total, one) => total + paper.openOf(one), 0n);
      const value = given ?? (open === 0n ? 1n : open);
      const payment: ModelPayment = { reference: `m-${randomUUID()}`, value, refunded: 0n };
      const { receipt } = await receive(test, company, formatUsd(value), {
        reference: payment.reference,
        ...(line === undefined ? {} : { reportIds: [line.id] }),
      });
      paper.receive(model, payment, line && [line]);
      expect(receipt.credit_usd).toBe(formatUsd(paper.freeOf(model, payment)));
    },
  );
}

function repayCommand(kind: "refund" | "chargeback", at: number, parts: bigint): Command {
  const amountOf = ({ value, refunded }: ModelPayment): bigint => ((value - refunded) * parts + 99n) / 100n;
  return command(
    `${kind} ${at} ${parts}%`,
    (model) =>
      pick(
        model.payments.filter(({ value, refunded }) => value > refunded),
        at,
      ),
    async (model, { test }, payment) => {
      const amount = amountOf(payment);
      const repayment = {
        rail: "wise",
        payment: payment.reference,
        reference: randomUUID(),
        amount,
        reason: "a test",
        confirmedBy: "board",
      } as const;
      const repay = kind === "refund" ? refundPayment : reversePayment;
      const done = test.ctx.db.service((tx) => repay(test.ctx, tx, repayment));
      if (kind === "refund" && amount > paper.refundable(model, payment))
        return expect(done).rejects.toMatchObject({ code: "REFUND_DISTRIBUTED" });
      await done;
      paper.takeBack(model, payment, amount);
    },
  );
}

function payOutCommand(at: number): Command {
  const ready = (model: MoneyModel): ModelLine[] =>
    model.lines.filter(
      (line) => paper.openOf(line) === 0n && paper.distributedOf(model, line) !== line.net && paper.disputeOf(model, line) === undefined,
    );
  return command(
    `pay out ${at}`,
    (model) => pick(ready(model), at),
    async (model, { test, wallet }, line) => {
      await distribute(test, line.id, wallet);
      model.payable += line.net - paper.distributedOf(model, line);
      model.distributed.set(paper.chainOf(line), line.net);
      line.paidOut = true;
    },
  );
}

function takeBackCommand(at: number): Command {
  const dropped = (model: MoneyModel): string[] => {
    const inForce = new Set(model.lines.map(paper.chainOf));
    return [...model.distributed].filter(([chain, amount]) => amount !== 0n && !inForce.has(chain)).map(([chain]) => chain);
  };
  return command(
    `take back ${at}`,
    (model) => pick(dropped(model), at),
    async (model, { test, wallet }, chain) => {
      for (const id of model.history.get(chain) ?? []) await distribute(test, id, wallet);
      model.payable -= model.distributed.get(chain) ?? 0n;
      model.distributed.set(chain, 0n);
    },
  );
}

function holdCommand(at: number): Command {
  return command(
    `hold ${at}`,
    (model) =>
      pick(
        model.lines.filter((line) => paper.disputeOf(model, line) === undefined),
        at,
      ),
    async (model, { test }, line) => {
      const caseId = randomUUID();
      await test.ctx.db.service((tx) => holdLine(tx, { reportId: line.id, reason: "dispute", caseId, actor: "a" }));
      model.disputes.set(paper.chainOf(line), caseId);
    },
  );
}

function releaseCommand(at: number): Command {
  return command(
    `release ${at}`,
    (model) =>
      pick(
        model.lines.filter((line) => paper.disputeOf(model, line) !== undefined),
        at,
      ),
    async (model, { test }, line) => {
      const caseId = paper.disputeOf(model, line) ?? "";
      await test.ctx.db.service((tx) => releaseLine(tx, { reason: "dispute", caseId, actor: "a" }));
      model.disputes.delete(paper.chainOf(line));
    },
  );
}

function rejectCommand(at: number): Command {
  return command(
    `reject ${at}`,
    (model) =>
      pick(
        model.lines.filter((line) => paper.statusOf(model, line) !== "paid"),
        at,
      ),
    async (model, { test }, line) => {
      await test.ctx.db.service((tx) => rejectLine(tx, line.id, "board"));
      model.lines = model.lines.filter((other) => other !== line);
      paper.useCredits(model);
    },
  );
}

const clearCommand: Command = command(
  "clear",
  () => true,
  async (_, { test }) => {
    test.clock.advance({ days: 7 });
    await test.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
  },
);

/** Every account and every line is what the paper says, and no micro-dollar came or went. */
async function compare(model: MoneyModel, { test, company, wallet }: Real): Promise<void> {
  const stored = await test.ctx.db.service(async (tx) => ({
    receivable: await balanceOf(tx, accounts.receivable(company.company_id)),
    unapplied: await balanceOf(tx, accounts.unapplied(company.company_id)),
    payable: await balanceOf(tx, accounts.payable(wallet)),
    lines: (
      await tx.query<{ id: string; status: string; paid: string }>(
        `select r.id, r.status, coalesce(f.paid_usd, 0)::numeric(18, 6)::text as paid
           from omla.usage_reports r left join omla.line_funding f on f.report_id = r.id
          where r.reporter_id = $1 and r.status not in ('superseded', 'rejected') order by r.id`,
        [company.company_id],
      )
    ).rows,
  }));
  const lines = [...model.lines].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(stored).toEqual({
    receivable: lines.reduce((total, line) => total + paper.openOf(line), 0n),
    unapplied: -paper.creditOf(model) + 0n,
    payable: -model.payable,
    lines: lines.map((line) => ({ id: line.id, status: paper.statusOf(model, line), paid: formatUsd(paper.paidOn(line)) })),
  });
  const kept = model.payments.reduce((total, { value, refunded }) => total + value - refunded, 0n);
  expect(lines.reduce((total, line) => total + paper.paidOn(line), 0n) + paper.creditOf(model)).toBe(kept);
}

const AT = fc.nat(5);
const MICROS = fc.oneof(fc.bigInt(1n, 40n), fc.bigInt(1n, 400_000_000n));
const REVENUE = fc.option(fc.oneof(fc.bigInt(0n, 30n), fc.bigInt(0n, 300_000_000n)), { nil: undefined, freq: 2 });

const FILING = fc.tuple(fc.constantFrom("2026-Q1", "2026-Q2"), fc.tuple(REVENUE, REVENUE, REVENUE));
const RECEIPT = fc.tuple(fc.option(MICROS, { nil: undefined, freq: 1 }), fc.option(AT, { nil: undefined, freq: 1 }));

const COMMANDS = fc.oneof(
  { weight: 2, arbitrary: FILING.map(([quarter, revenues]) => fileCommand(quarter, revenues)) },
  { weight: 4, arbitrary: RECEIPT.map(([value, named]) => receiveCommand(value, named)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("refund" as const, "chargeback" as const), AT, fc.bigInt(1n, 100n))
      .map(([kind, at, parts]) => repayCommand(kind, at, parts)),
  },
  { weight: 4, arbitrary: AT.map(payOutCommand) },
  { weight: 1, arbitrary: AT.map(takeBackCommand) },
  { weight: 1, arbitrary: AT.map(holdCommand) },
  { weight: 1, arbitrary: AT.map(releaseCommand) },
  { weight: 1, arbitrary: AT.map(rejectCommand) },
  { weight: 1, arbitrary: fc.constant(clearCommand) },
);

/** Sequences of everything that can happen to a company's money, beginning with something that is owed. */
export const moneyCommands = (count: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(fc.bigInt(1n, 300_000_000n), fc.array(COMMANDS, { minLength: Math.floor(count / 2), maxLength: count, size: "max" }))
    .map(([revenue, commands]) => [fileCommand("2026-Q1", [revenue, revenue, undefined]), ...commands]);
