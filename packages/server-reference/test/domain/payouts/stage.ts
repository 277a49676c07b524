import { receivePayment } from "../../../src/domain/collections/receive-service.ts";
import { runPayout, type PayoutAnswer, type PayoutOptions, type PayoutRequest } from "../../../src/domain/payouts/run-service.ts";
import type { Rail, RailName } from "../../../src/rails/rail.ts";
import { createSandboxRail, type SandboxOptions } from "../../../src/rails/sandbox/sandbox-rail.ts";
import { createMemoryStore, type SandboxStore } from "../../../src/rails/sandbox/sandbox-store.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../../helpers/app.ts";
import { type Company, type ModelFields, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

/** The quarter that every test reports, and a moment after it when money received at its end has cleared. */
export const QUARTER = "2026-Q2";
export const REPORT_DAY = "2026-07-01T09:00:00Z";
export const PAYOUT_DAY = "2026-07-15T09:00:00Z";

export interface Stage extends TestApp {
  readonly store: SandboxStore;
  readonly company: Company;
  model(fields?: ModelFields): Promise<SignedModel>;
  /** Files a report of plain entries, revenue by model, and gives the ids of its lines by model. */
  report(revenue: ReadonlyMap<SignedModel, string>, options?: ReportOptions): Promise<Map<string, string>>;
  /** Money of the company arrives over stripe. */
  pay(usd: string, reference?: string, reportIds?: readonly string[], company?: Company): Promise<void>;
  payout(request?: Partial<PayoutRequest>, options?: PayoutOptions): Promise<PayoutAnswer>;
  /** What the rail's own books say that it moved to each wallet, in smallest units. */
  moved(): Promise<Record<string, bigint>>;
  /** Balance of an account, debits less credits. */
  balance(account: string, currency?: string): Promise<bigint>;
  /** Everything that must always hold of the books. */
  books(): Promise<Record<string, string>>;
}

export interface ReportOptions {
  readonly amend?: boolean;
  readonly quarter?: string;
  readonly company?: Company;
}

export interface StageOptions extends TestAppOptions {
  readonly rail?: Partial<SandboxOptions>;
  /** Other rails in the place of the one sandbox. */
  readonly rails?: (clock: SandboxOptions["clock"]) => readonly Rail[];
}

/** A registry whose rails are the sandbox standing in for stripe, with one company; it is the day after the quarter's end. */
export async function createStage({ rail = {}, rails, ...options }: StageOptions = {}): Promise<Stage> {
  const store = rail.store ?? createMemoryStore();
  const test = await createTestApp(options);
  const { clock } = test;
  const list = rails?.(clock) ?? [createSandboxRail({ name: "stripe", ...rail, clock, store })];
  Object.assign(test.ctx, { rails: new Map<RailName, Rail>(list.map((one) => [one.name, one])) });
  const company = await registerCompany(test);
  clock.set(REPORT_DAY);
  return {
    ...test,
    store,
    company,
    model: (fields) => registerModel(test, fields),
    report: (revenue, reportOptions) => file(test, company, revenue, reportOptions),
    pay: (usd, reference = crypto.randomUUID(), reportIds, payer = company) => pay(test, payer, usd, reference, reportIds),
    payout: (request = {}, payoutOptions) =>
      runPayout(test.ctx, { quarter: QUARTER, reportId: null, execute: true, ...request }, payoutOptions),
    moved: () => movedOf(test, store),
    balance: (account, currency = "USD") => balance(test, account, currency),
    books: () => books(test),
  };
}

async function file(
  test: TestApp,
  company: Company,
  revenue: ReadonlyMap<SignedModel, string>,
  { amend = false, quarter = QUARTER, company: reporter = company }: ReportOptions = {},
): Promise<Map<string, string>> {
  const entries = [...revenue].map(([model, revenue_usd]) => ({ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }));
  const answer = await test.post(`/functions/v1/${amend ? "amend" : "submit"}-report`, { quarter, entries }, reporter.api_key);
  if (answer.statusCode > 201) throw new Error(`the report was answered ${answer.statusCode}: ${answer.body}`);
  const { lines } = answer.json() as { lines: { model_id: string; report_id: string }[] };
  return new Map(lines.map(({ model_id, report_id }) => [model_id, report_id]));
}

async function pay(test: TestApp, { company_id }: Company, usd: string, reference: string, reportIds?: readonly string[]): Promise<void> {
  const [whole = "0", places = ""] = usd.split(".");
  const amount = BigInt(whole + places.padEnd(6, "0"));
  await test.ctx.db.service((tx) =>
    receivePayment(test.ctx, tx, {
      rail: "stripe",
      reference,
      method: "invoice",
      companyId: company_id,
      amount,
      confirmedBy: "test",
      reportIds,
    }),
  );
}

async function movedOf(test: TestApp, store: SandboxStore): Promise<Record<string, bigint>> {
  const rows = await test.rows(
    "select t.id::text, w.address::text as wallet from omla.transfers t join omla.wallets w on w.id = t.wallet_id",
  );
  const walletOf = new Map(rows.map(({ id, wallet }) => [String(id), String(wallet)]));
  const moved: Record<string, bigint> = {};
  for (const { id, amount } of store.all()) {
    const wallet = walletOf.get(id) ?? "nobody";
    moved[wallet] = (moved[wallet] ?? 0n) + BigInt(amount);
  }
  return moved;
}

async function balance(test: TestApp, account: string, currency: string): Promise<bigint> {
  const [row] = await test.rows(
    "select coalesce(sum(amount), 0)::text as total from omla.ledger_entries where account = $1 and currency = $2",
    [account, currency],
  );
  return BigInt(String(row?.["total"]));
}

/** Sums by kind of account; `total` is what does not balance. */
async function books(test: TestApp): Promise<Record<string, string>> {
  const rows = await test.rows(
    `select split_part(account, ':', 1) || case when currency = 'USD' then '' else ' ' || currency end as kind, sum(amount) as total
       from omla.ledger_entries group by 1 having sum(amount) <> 0 order by 1`,
  );
  const kinds = Object.fromEntries(rows.map(({ kind, total }) => [String(kind), String(total)]));
  const [sum] = await test.rows(
    "select coalesce(sum(abs(total)), 0)::text as off from (select sum(amount) as total from omla.ledger_entries group by txn_id, currency) t",
  );
  return { ...kinds, off: String(sum?.["off"]) };
}
