import { resolveHosterFork } from "@omla/sdk/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { type Company, registerCompany, type SignedModel } from "../../helpers/factories.ts";
import { hostModel, type Hosting } from "../../helpers/hosting.ts";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "./stage.ts";

let stage: Stage;
/** Each is a registry of its own. */
const RUNS = 3;

/** What a line in force does, on paper: to wallets and to what is owed to hosters, in micro-dollars. */
interface Effect {
  readonly wallets: Map<string, bigint>;
  readonly debts: Map<string, bigint>;
}
interface Claim {
  readonly id: string;
  readonly wallet: string;
  readonly inferences: number;
  verified: boolean;
  revoked: boolean;
}
type Step =
  | { readonly do: "report"; readonly company: number; readonly revenue: readonly (number | undefined)[] }
  | { readonly do: "pay" | "payout"; readonly company: number }
  | { readonly do: "verify" | "revoke"; readonly host: number };

const revenue = fc.option(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 2_000_000_000 })), { nil: undefined, freq: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("report" as const), company: fc.nat({ max: 1 }), revenue: fc.tuple(revenue, revenue, revenue) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pay" as const), company: fc.nat({ max: 1 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("payout" as const), company: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("verify" as const, "revoke" as const), host: fc.nat({ max: 1 }) }) },
);
const filed = (company: number, ...revenue: (number | undefined)[]): Step => ({ do: "report", company, revenue });
const [PAY, PAY_TOO, PAYOUT]: Step[] = [
  { do: "pay", company: 0 },
  { do: "pay", company: 1 },
  { do: "payout", company: 0 },
];
/** Debts accrue, are settled, undone by amendments up and down, by a line that is left out and one that is back. */
const DEBTS = [
  ...[filed(0, 100_000_007), PAY, PAYOUT, { do: "verify", host: 0 }, filed(1, 100_000_001, 33), PAY_TOO, PAYOUT],
  ...[filed(1, 60_000_001), PAYOUT, { do: "revoke", host: 1 }, filed(1, 80_000_003), PAY_TOO, PAYOUT],
  ...[filed(1, undefined, 7_000_001), PAYOUT, filed(0, 50_000_001), PAYOUT, filed(1, 9_999_999)],
] as Step[];
const usd = (micros: number): string => `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
const add = (map: Map<string, bigint>, key: string, amount: bigint): unknown => map.set(key, (map.get(key) ?? 0n) + amount);
const micros = (text: string): bigint =>
  BigInt(text.replace(/^(-?)(\d+)(?:\.(\d*))?$/, (_, sign, whole, places = "") => sign + whole + places.padEnd(6, "0")));

describe("any history of reports, amendments, payments and claims", () => {
  it("gives each wallet what a sheet of paper gives it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => play(steps)),
      { numRuns: RUNS, endOnFailure: true, examples: [[DEBTS]] },
    );
  });
});

async function play(steps: readonly Step[]): Promise<void> {
  stage = await createStage();
  try {
    const hosted = await stage.model({ hoster_share_pct: "33.333333" });
    const coin = await stage.model({ creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
    const plain = await stage.model();
    const models = [hosted, coin, plain];
    const companies = [stage.company, await registerCompany(stage)];
    for (const [at, { api_key }] of companies.entries()) {
      const body = { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: String(at + 1) }] };
      expect((await stage.post("/functions/v1/declare-currencies", body, api_key)).statusCode).toBeLessThan(202);
    }
    const hosts = [await hostModel(stage, hosted, QUARTER, 100), await hostModel(stage, hosted, QUARTER, 37)];
    const claims = await claimsOf(hosts, [100, 37]);
    stage.clock.set(PAYOUT_DAY);
    const effects = new Map<string, Effect>();
    const filed = [false, false];
    const doneLines = new Set<string>();
    for (const one of [...steps, ...settleAll()]) {
      if (one.do === "report") await report(one, companies, models, filed);
      if (one.do === "pay") await payOpen(companies[one.company] as Company);
      if (one.do === "verify") await verify(hosts[one.host] as Hosting, claims[one.host] as Claim);
      if (one.do === "revoke") await revoke(claims[one.host] as Claim);
      if (one.do === "payout") await payout(effects, doneLines, claims, hosted);
    }
    await expectAllPaid(effects);
  } finally {
    await stage.close();
  }
}

const settleAll = (): Step[] => [
  { do: "pay", company: 0 },
  { do: "pay", company: 1 },
  { do: "payout", company: 0 },
];

async function claimsOf(hosts: readonly Hosting[], volumes: readonly number[]): Promise<Claim[]> {
  const rows = await stage.rows(
    "select c.id, w.address::text as wallet from omla.hoster_claims c join omla.wallets w on w.id = c.wallet_id",
  );
  return hosts.map(({ wallet }, at) => ({
    id: String(rows.find((row) => row["wallet"] === wallet)?.["id"]),
    wallet,
    inferences: volumes[at] ?? 0,
    verified: false,
    revoked: false,
  }));
}

async function report(
  { company, revenue }: Extract<Step, { do: "report" }>,
  companies: readonly Company[],
  models: readonly SignedModel[],
  filed: boolean[],
): Promise<void> {
  const entries = new Map<SignedModel, string>();
  for (const [at, model] of models.entries()) if (revenue[at] !== undefined) entries.set(model, usd(revenue[at]));
  if (entries.size === 0) return;
  try {
    await stage.report(entries, { company: companies[company] as Company, amend: filed[company] as boolean });
    filed[company] = true;
  } catch (error) {
    if (!/REPORT_UNCHANGED|same|AMENDMENT/i.test(String(error))) throw error;
  }
}

async function payOpen({ company_id, api_key }: Company): Promise<void> {
  const [row] = await stage.rows("select coalesce(sum(amount), 0)::text as open from omla.ledger_entries where account = $1", [
    `receivable:${company_id}`,
  ]);
  const open = BigInt(String(row?.["open"]));
  if (open > 0n) await stage.pay(usd(Number(open)), crypto.randomUUID(), undefined, { company_id, api_key });
}

async function verify(host: Hosting, claim: Claim): Promise<void> {
  if (claim.verified || claim.revoked) return;
  await host.verify();
  claim.verified = true;
}

async function revoke(claim: Claim): Promise<void> {
  if (claim.revoked) return;
  await stage.database.owner((client) =>
    client.query(`update omla.hoster_claims set revoked_at = omla.now_seconds() where id = '${claim.id}'`),
  );
  claim.revoked = true;
}

interface Line {
  readonly report_id: string;
  readonly chain: string;
  readonly part: string;
  readonly net: string;
  readonly hosted: boolean;
  readonly wallet: string;
}

async function payout(effects: Map<string, Effect>, done: Set<string>, claims: readonly Claim[], hosted: SignedModel): Promise<void> {
  stage.clock.advance({ days: 8 });
  await stage.ctx.db.service((tx) => postRate(tx, { code: "BTC", rate: "0.00002", source: "test" }, "system"));
  await stage.payout();
  const lines = (await stage.rows(
    `select l.report_id, l.part, (r.net_royalty_usd * 1000000)::numeric(38, 0)::text as net, r.reporter_id || ' ' || r.model_id as chain, r.model_id = $1 as hosted, w.address::text as wallet
       from omla.payout_lines l join omla.payout_runs u on u.id = l.run_id join omla.usage_reports r on r.id = l.report_id join omla.wallets w on w.model_id = r.model_id
      order by u.seq, l.part desc, l.report_id`,
    [hosted.model_id],
  )) as unknown as Line[];
  const fresh = lines.filter(({ report_id, part }) => !done.has(`${report_id} ${part}`));
  for (const line of fresh.filter(({ part }) => part === "distribution")) {
    // What the version before did is undone before this one is computed.
    effects.delete(line.chain);
    effects.set(line.chain, effectOf(line, claims, effects));
  }
  for (const line of fresh.filter(({ part }) => part === "correction")) effects.delete(line.chain);
  for (const { report_id, part } of fresh) done.add(`${report_id} ${part}`);
  await expectPaper(effects);
}

function effectOf({ net, hosted, wallet }: Line, claims: readonly Claim[], effects: ReadonlyMap<string, Effect>): Effect {
  const effect: Effect = { wallets: new Map(), debts: new Map() };
  const owedTo = (id: string): bigint => [...effects.values()].reduce((sum, { debts }) => sum + (debts.get(id) ?? 0n), 0n);
  if (!hosted) {
    if (BigInt(net) > 0n) add(effect.wallets, wallet, BigInt(net));
    return effect;
  }
  const fork = resolveHosterFork({
    royalty_usd: usd(Number(net)),
    hoster_share_pct: "33.333333",
    claims: claims.map(({ id, inferences, verified, revoked }) => {
      const owed = owedTo(id);
      return { hoster_id: id, verified, revoked, inferences, owed_usd: usd(Number(owed > 0n ? owed : 0n)) };
    }),
  });
  add(effect.wallets, wallet, micros(fork.creator_pool_usd));
  for (const { hoster_id, amount_usd, owed_settled_usd } of fork.hosters) {
    const to = claims.find(({ id }) => id === hoster_id)?.wallet ?? "";
    add(effect.wallets, to, micros(amount_usd) + micros(owed_settled_usd));
    add(effect.debts, hoster_id, -micros(owed_settled_usd));
  }
  for (const { hoster_id, amount_usd } of fork.provisional) add(effect.debts, hoster_id, micros(amount_usd));
  return effect;
}

async function expectPaper(effects: ReadonlyMap<string, Effect>): Promise<void> {
  const [wallets, debts] = [new Map<string, bigint>(), new Map<string, bigint>()];
  for (const effect of effects.values()) {
    for (const [wallet, amount] of effect.wallets) add(wallets, wallet, amount);
    for (const [id, amount] of effect.debts) add(debts, id, amount);
  }
  const sorted = (map: ReadonlyMap<string, bigint>): [string, string][] =>
    [...map]
      .filter(([, amount]) => amount !== 0n)
      .map(([key, amount]): [string, string] => [key, String(amount)])
      .sort();
  const given = await stage.rows(
    "select w.address::text as wallet, sum(d.amount)::text as amount from omla.distributions d join omla.wallets w on w.id = d.wallet_id group by 1 having sum(d.amount) <> 0 order by 1",
  );
  expect(given.map(({ wallet, amount }) => [wallet, amount])).toEqual(sorted(wallets));
  const owed = await stage.rows("select claim_id::text, micros::text from omla.hoster_debts where micros <> 0 order by 1");
  expect(owed.map(({ claim_id, micros }) => [claim_id, micros])).toEqual(sorted(debts));
  expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
  // Money by paper is what was sent, what is payable and what is held.
  const balances = await stage.rows(
    `select a.wallet, sum(a.amount)::text as amount from (
       select split_part(e.account, ':', -1) as wallet, -e.amount as amount from omla.ledger_entries e where e.account like 'payable:%' or e.account like 'held:%'
       union all
       select w.address::text, t.fx_usd + t.fee_usd from omla.transfers t join omla.wallets w on w.id = t.wallet_id where t.state <> 'failed') a
      group by 1 having sum(a.amount) <> 0 order by 1`,
  );
  expect(balances.map(({ wallet, amount }) => [wallet, amount])).toEqual(sorted(wallets));
}

/** Everything that is owed was paid in, so the lines in force are what was given, and nothing else. */
async function expectAllPaid(effects: ReadonlyMap<string, Effect>): Promise<void> {
  const [row] = await stage.rows(
    "select coalesce(sum(net_royalty_usd) * 1000000, 0)::numeric(38, 0)::text as net from omla.usage_reports where live and status not in ('superseded', 'rejected')",
  );
  const total = [...effects.values()].flatMap(({ wallets }) => [...wallets.values()]).reduce((sum, amount) => sum + amount, 0n);
  expect(total).toBe(BigInt(String(row?.["net"])));
  for (const { id } of await stage.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(stage.ctx, String(id))).toMatchObject({ differences: [] });
}
