import { formatUsd, parseDecimal } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { debtChange, differenceTo, type Division, divideLine, type Portion, type Reimbursement } from "./distribute.ts";
import {
  type DroppedLine,
  type EarlierPortion,
  type EarlierReimbursement,
  findEarlierPortions,
  findEarlierReimbursements,
  type PayableLine,
} from "./line-repository.ts";
import { createTermsReader, type FoundTerms } from "./line-terms.ts";
import { groupBy } from "./group-by.ts";
import type { DistributedLine, PortionRoute } from "./plan-state.ts";
import { createCurrencyChooser, type CurrencyChooser } from "./currency-choice.ts";

export interface Distributor {
  /** Divides lines in their order; hosters' debts shrink on the way. */
  distribute(lines: readonly PayableLine[]): Promise<DistributedLine[]>;
  /** Takes back what lines without a successor distributed. */
  takeBack(lines: readonly DroppedLine[], distributed: readonly EarlierPortion[]): Promise<DistributedLine[]>;
  readonly routes: CurrencyChooser;
}

/** Turns lines into what each moves to whom, with everything that was in force for it. */
export function createDistributor(tx: Tx): Distributor {
  const terms = createTermsReader(tx);
  const routes = createCurrencyChooser(tx);
  return {
    routes,
    distribute: async (lines) => {
      await terms.load(lines);
      const amended = lines.filter(({ version }) => version > 1).map(({ report_id }) => report_id);
      const earlier = await readEarlier(tx, amended);
      const divided = lines.map((line) => ({ line, ...divide(line, terms.of(line), earlier(line.report_id)) }));
      await routes.load(remittersOf(lines), walletsOf(divided));
      return divided.map(({ line, ...rest }) => withRoutes(line, "distribution", rest, routes));
    },
    takeBack: async (lines, distributed) => {
      const all = groupBy(distributed, (row) => row.report_id);
      const divided = lines.map((line) => ({ line, ...correction(all.get(line.report_id) ?? []) }));
      await routes.load(remittersOf(lines), walletsOf(divided));
      return divided.map(({ line, ...rest }) => withRoutes(line, "correction", rest, routes));
    },
  };
}

interface Divided {
  readonly division: Division;
  readonly portions: readonly Portion[];
  readonly terms_sha256: string;
  readonly claims: readonly object[] | undefined;
  readonly paid: PaidBefore;
}

/** How each "kind wallet" of earlier versions was paid. */
type PaidBefore = ReadonlyMap<string, PortionRoute>;

interface Earlier {
  readonly portions: readonly Portion[];
  readonly paid: PaidBefore;
  readonly reimbursements: readonly Reimbursement[];
}

/** What the earlier versions of amended lines did, by the id of the line that takes their place. */
async function readEarlier(tx: Tx, amended: readonly string[]): Promise<(reportId: string) => Earlier> {
  const nothing: Earlier = { portions: [], paid: new Map(), reimbursements: [] };
  if (amended.length === 0) return () => nothing;
  const portions = groupBy(await findEarlierPortions(tx, amended), (row) => row.report_id);
  const reimbursements = groupBy(await findEarlierReimbursements(tx, amended), (row) => row.report_id);
  return (id) => ({
    portions: portionsOf(portions.get(id)),
    paid: paidBefore(portions.get(id)),
    reimbursements: reimbursementsOf(reimbursements.get(id)),
  });
}

/** What the version before did to the debts of hosters is undone: the version that takes its place does it anew. */
function divide(line: PayableLine, { creators, claims, terms_sha256 }: FoundTerms, earlier: Earlier): Divided {
  const stood = claims.map(({ debt, ...claim }) => ({ ...claim, owed_usd: owedUsd(debt.micros, claim.hoster_id, earlier) }));
  const whole = divideLine(BigInt(line.net), { creators, hosterSharePct: line.hoster_share_pct, claims: stood });
  for (const { hoster_id, debt } of claims)
    debt.micros += debtChange(whole.reimbursements, hoster_id) - debtChange(earlier.reimbursements, hoster_id);
  const portions = differenceTo(earlier.portions, whole.portions);
  return { division: whole, portions, terms_sha256, claims: stood.length === 0 ? undefined : stood, paid: earlier.paid };
}

function owedUsd(debt: bigint, claimId: string, { reimbursements }: Earlier): string {
  const owed = debt - debtChange(reimbursements, claimId);
  return formatUsd(owed > 0n ? owed : 0n);
}

/** SHA-256 of nothing: a correction depends on no terms. */
const NO_TERMS = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function correction(distributed: readonly EarlierPortion[]): Divided {
  const portions = portionsOf(distributed).map((portion) => ({ ...portion, amount: -portion.amount }));
  return {
    division: { hosterPool: 0n, creatorPool: 0n, portions, reimbursements: [] },
    portions,
    terms_sha256: NO_TERMS,
    claims: undefined,
    paid: paidBefore(distributed),
  };
}

function portionsOf(rows: readonly EarlierPortion[] | undefined): Portion[] {
  return (rows ?? []).map(({ wallet, kind, amount }) => ({ wallet, kind, amount: BigInt(amount) }));
}

function paidBefore(rows: readonly EarlierPortion[] | undefined): PaidBefore {
  return new Map(
    (rows ?? []).map(({ wallet, kind, currency, route, fee_pct }) => [
      `${kind} ${wallet}`,
      { currency, route, fee_pct, feeParts: parseDecimal(fee_pct, 6) },
    ]),
  );
}

function reimbursementsOf(rows: readonly EarlierReimbursement[] | undefined): Reimbursement[] {
  return (rows ?? []).map(({ claim_id, kind, amount }) => ({ claimId: claim_id, kind, amount: BigInt(amount) }));
}

function remittersOf(lines: readonly { readonly reporter_id: string }[]): string[] {
  return [...new Set(lines.map(({ reporter_id }) => reporter_id))];
}

function walletsOf(divided: readonly { readonly portions: readonly Portion[] }[]): string[] {
  return [...new Set(divided.flatMap(({ portions }) => portions.map(({ wallet }) => wallet)))];
}

function withRoutes(
  { report_id, reporter_id }: { readonly report_id: string; readonly reporter_id: string },
  part: DistributedLine["part"],
  { division, portions, terms_sha256, claims, paid }: Divided,
  routes: CurrencyChooser,
): DistributedLine {
  const routed = portions.map((portion) => {
    const before = portion.amount < 0n ? paid.get(`${portion.kind} ${portion.wallet}`) : undefined;
    const { wallet, kind, amount } = portion;
    return { wallet, kind, amount, route: before ?? routes.routeOf(reporter_id, wallet) };
  });
  return { report_id, reporter_id, part, terms_sha256, division, claims, portions: routed };
}
