import { formatAmount, parseDecimal } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { addCarried, type Buckets, emptyBuckets, mergeOwed } from "./buckets.ts";
import { differenceTo, divideLine, type Portion } from "./distribute.ts";
import { payoutError } from "./errors.ts";
import { groupBy } from "./group-by.ts";
import { createTermsReader, type TermsReader } from "./line-terms.ts";
import { asPayout } from "./payout-transaction.ts";
import { planContent, type PlanDocument, type PlannedPosition, type PlannedTransfer, signedUsd } from "./plan-document.ts";
import { addLine, type DistributedLine, emptyState, linesDigest, type PlanState } from "./plan-state.ts";
import { offsetNegative, totalOf } from "./positions.ts";
import { findPlanContent, findRun } from "./run-repository.ts";
import { type Owed, settle } from "./settle.ts";
import { transferId } from "./transfer-id.ts";
import { findCarriedInto, findRunLines, findScales, type LineCursor, type RunLine } from "./verify-repository.ts";

export interface Verification {
  readonly run_id: string;
  readonly lines: number;
  /** Digest of the plan as it was stored, and as it was computed again. */
  readonly stored_sha256: string;
  readonly computed_sha256: string;
  /** "wallet currency" of what differs, or the lines; empty where every byte is the same. */
  readonly differences: readonly string[];
}

const BATCH = 1_000;
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const BEFORE_ALL: LineCursor = { part: "distribution", quarter: "", reportId: "00000000-0000-0000-0000-000000000000" };

/**
 * Computes an old payout again: from the lines, the terms of their quarters and the claims as they stood, to the byte.
 *
 * What came from outside (rails, rates, holds, currencies) is taken from what was stored; every amount is computed.
 * @throws {ApiError} RUN_UNKNOWN | TERMS_CHANGED where the terms of a line are not those that were pinned
 */
export async function verifyPayout(ctx: AppContext, runId: string): Promise<Verification> {
  if (!RUN_ID.test(runId)) throw payoutError("RUN_UNKNOWN", `A run is named by its UUID, not by ${JSON.stringify(runId.slice(0, 80))}.`);
  return asPayout(ctx, async (tx) => {
    const run = await findRun(tx, runId);
    const content = run && (await findPlanContent(tx, runId));
    if (run === undefined || content === undefined) throw payoutError("RUN_UNKNOWN", `There is no run ${runId}.`);
    const stored = JSON.parse(content) as PlanDocument;
    const state = await distributeAgain(tx, runId);
    const sha256 = linesDigest(state);
    const lines = { count: state.lines, creators_usd: signedUsd(state.creatorFlow), hosters_usd: signedUsd(state.hosterFlow), sha256 };
    const positions = await positionsAgain(tx, runId, stored, state);
    const computed = planContent({ ...stored, lines, positions });
    const changed = positions.filter((position, at) => JSON.stringify(position) !== JSON.stringify(stored.positions[at]));
    const differences = [
      ...(sha256 === stored.lines.sha256 ? [] : ["lines"]),
      ...changed.map(({ wallet, currency }) => `${wallet} ${currency}`),
    ];
    return { run_id: runId, lines: state.lines, stored_sha256: run.plan_sha256, computed_sha256: computed.sha256, differences };
  });
}

async function distributeAgain(tx: Tx, runId: string): Promise<PlanState> {
  const state = emptyState();
  const terms = createTermsReader(tx);
  let after = BEFORE_ALL;
  for (;;) {
    const lines = await findRunLines(tx, runId, after, BATCH);
    const last = lines.at(-1);
    if (last === undefined) return state;
    await terms.load(lines.filter(({ part }) => part === "distribution"));
    for (const line of lines) addLine(state, lineAgain(line, terms));
    after = { part: last.part, quarter: last.quarter, reportId: last.report_id };
  }
}

function lineAgain(line: RunLine, terms: TermsReader): DistributedLine {
  const { report_id, reporter_id, part, terms_sha256 } = line;
  const earlier = line.earlier.map(({ wallet, kind, amount }) => ({ wallet, kind, amount: BigInt(amount) }));
  const portions = part === "correction" ? takenBack(earlier) : differenceTo(earlier, dividedAgain(line, terms));
  const routes = new Map(line.portions.map((stored) => [`${stored.kind} ${stored.wallet}`, stored]));
  const division = { hosterPool: 0n, creatorPool: 0n, portions, reimbursements: [] };
  const routed = portions.map((portion) => {
    const { currency = "", route = "native", fee_pct = "0" } = routes.get(`${portion.kind} ${portion.wallet}`) ?? {};
    return { ...portion, route: { currency, route, fee_pct, feeParts: parseDecimal(fee_pct, 6) } };
  });
  return { report_id, reporter_id, part, terms_sha256, division, claims: undefined, portions: routed };
}

function dividedAgain(line: RunLine, terms: TermsReader): readonly Portion[] {
  const { creators } = terms.of(line);
  return divideLine(BigInt(line.net), { creators, hosterSharePct: line.hoster_share_pct, claims: line.claims ?? [] }).portions;
}

function takenBack(earlier: readonly Portion[]): Portion[] {
  return [...groupBy(earlier, ({ wallet }) => wallet)]
    .map(([wallet, own]) => ({ wallet, kind: "correction" as const, amount: -own.reduce((sum, { amount }) => sum + amount, 0n) }))
    .filter(({ amount }) => amount !== 0n);
}

async function positionsAgain(tx: Tx, runId: string, stored: PlanDocument, state: PlanState): Promise<PlannedPosition[]> {
  const scales = await findScales(tx);
  const buckets = emptyBuckets();
  for (const row of await findCarriedInto(tx, runId)) addCarried(buckets, row);
  adjust(buckets, stored.positions);
  mergeOwed(buckets, state.owed);
  return [...groupBy(stored.positions, ({ wallet }) => wallet)].flatMap(([wallet, own]) => {
    const ofWallet = own.flatMap(({ currency }) => buckets.get(wallet)?.get(currency) ?? []);
    const offset = own.some(({ reason }) => reason === "not_asked") ? [] : offsetNegative(ofWallet);
    return own.map((position) => {
      const bucket = offset.find(({ currency }) => currency === position.currency) ?? buckets.get(wallet)?.get(position.currency);
      return bucket === undefined ? position : positionAgain(stored.quarter, position, bucket, scales.get(position.currency) ?? 0);
    });
  });
}

/** What others had posted to a wallet's payable was carried as dollars; the plan says how much. */
function adjust(buckets: Buckets, positions: readonly PlannedPosition[]): void {
  for (const { wallet, currency, carried_usd } of positions) {
    const more = BigInt(carried_usd.replace(".", "")) - (buckets.get(wallet)?.get(currency)?.carried.usd ?? 0n);
    addCarried(buckets, { wallet, currency, usd: more.toString(), net: (more * 100_000_000n).toString(), fees: {} });
  }
}

type AgainBucket = Parameters<typeof offsetNegative>[0][number] & { readonly moved?: Owed };

function positionAgain(quarter: string, position: PlannedPosition, bucket: AgainBucket, scale: number): PlannedPosition {
  const moved = bucket.moved ?? { usd: 0n, net: 0n, fees: new Map() };
  const owed = totalOf({ ...bucket, moved });
  const settled = position.transfer === null ? undefined : settledAgain(quarter, position, position.transfer, owed, scale);
  const restUsd = settled?.restUsd ?? owed.usd;
  return {
    ...position,
    carried_usd: signedUsd(bucket.carried.usd),
    distributed_usd: signedUsd(bucket.distributed.usd),
    moved_usd: signedUsd(moved.usd),
    sent_usd: signedUsd(owed.usd - restUsd),
    rest_usd: signedUsd(restUsd),
    transfer: settled?.transfer ?? null,
  };
}

function settledAgain(
  quarter: string,
  { wallet, currency }: PlannedPosition,
  transfer: PlannedTransfer,
  owed: Owed,
  scale: number,
): { readonly restUsd: bigint; readonly transfer: PlannedTransfer } {
  const { attempt, rate, unit } = transfer;
  const { amount, feeUsd, restUsd } = settle(owed, { rate: parseDecimal(rate, 18), scale, unit: BigInt(unit) });
  const id = transferId({ quarter, wallet, currency, attempt });
  return { restUsd, transfer: { ...transfer, id, amount: formatAmount(amount, scale), conversion_fee_usd: signedUsd(feeUsd) } };
}
