import { formatUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { appendAudit } from "../audit/repository.ts";
import { type PinnedRate, pinRates } from "../currencies/rate-service.ts";
import { taxHolds } from "../tax/hold-service.ts";
import { findAttempts, findPayables, findWallets, takeCarried, type WalletRow } from "./bucket-repository.ts";
import { followPreferences } from "./carried-currency.ts";
import { addCarried, type Buckets, emptyBuckets, mergeOwed } from "./buckets.ts";
import { distributeAll } from "./distribute-service.ts";
import { payoutError } from "./errors.ts";
import { buildPlan, planContent, type PlanDocument } from "./plan-document.ts";
import {
  clearCollections,
  insertPlan,
  insertPositions,
  insertRun,
  insertTransfers,
  lockPlanning,
  nextRevision,
  postHolds,
  setApproval,
  sumUnapproved,
  type WrittenPosition,
  writePayments,
} from "./plan-repository.ts";
import { decideAll } from "./decide.ts";
import { linesDigest } from "./plan-state.ts";
import { WAIT_REASONS } from "./positions.ts";
import type { Step } from "./steps.ts";
import { findWaitingLines } from "./waiting-repository.ts";

export interface PlanRequest {
  readonly quarter: string;
  /** Only this line; what its wallets are owed beside it goes with it. */
  readonly reportId: string | null;
}

export interface Planned {
  readonly runId: string;
  readonly plan: PlanDocument;
  readonly content: string;
  readonly sha256: string;
  /** Nothing to distribute, and nothing to send. */
  readonly empty: boolean;
  readonly needsApproval: boolean;
}

/**
 * PLAN: distributes every payable line up to a quarter, decides what is sent to whom and what waits, and freezes it with its postings.
 *
 * Everything is in the caller's transaction: rolled back, it is a rehearsal.
 * @throws {ApiError} TERMS_CHANGED | PAYOUT_UNBALANCED | REPORT_NOT_PAYABLE; nothing is then written
 */
export async function planPayout(ctx: AppContext, tx: Tx, request: PlanRequest, step: Step): Promise<Planned> {
  await lockPlanning(tx);
  await step("plan.locked");
  await clearCollections(tx);
  const plannedAt = new Date(Math.floor(ctx.clock.now().getTime() / 1_000) * 1_000);
  const revision = await nextRevision(tx, request.quarter);
  const runId = await insertRun(tx, { ...request, revision, lineagePolicy: ctx.config.lineagePolicy, plannedAt });
  await step("plan.run-written");
  const state = await distributeAll(tx, runId, request);
  if (request.reportId !== null && state.lines === 0) {
    throw payoutError("REPORT_NOT_PAYABLE", `Line ${request.reportId} cannot be distributed now.`, "report_id");
  }
  await step("plan.lines-written");
  const buckets = mergeOwed(await carriedBuckets(tx, runId), state.owed);
  await balanceWithLedger(tx, buckets);
  const rates = await pinRates(tx, currenciesOf(buckets), plannedAt);
  const positions = await decidePositions(ctx, tx, request, buckets, rates, plannedAt, new Set(state.owed.keys()));
  await insertTransfers(tx, runId, positions);
  await insertPositions(tx, runId, positions);
  await postHolds(tx, runId, holdsOf(positions));
  await step("plan.orders-posted");
  await writePayments(tx, runId);
  await step("plan.payments-written");
  const waiting = await findWaitingLines(tx, request.quarter);
  const linesSha256 = linesDigest(state);
  const plan = buildPlan({
    quarter: request.quarter,
    revision,
    report_id: request.reportId,
    plannedAt,
    state,
    linesSha256,
    positions,
    rates,
    waiting,
  });
  const { content, sha256 } = planContent(plan);
  await insertPlan(tx, { quarter: request.quarter, runId, content, sha256 });
  const needsApproval = await isAboveLimit(ctx, tx, positions, plannedAt);
  await setApproval(tx, runId, needsApproval);
  await audit(tx, runId, plan, sha256);
  await step("plan.document-stored");
  return { runId, plan, content, sha256, empty: state.lines === 0 && positions.every(({ order }) => order === undefined), needsApproval };
}

async function carriedBuckets(tx: Tx, runId: string): Promise<Buckets> {
  const buckets = emptyBuckets();
  for (const row of await followPreferences(tx, await takeCarried(tx, runId))) addCarried(buckets, row);
  return buckets;
}

/** What somebody else posted to a wallet's payable (a dispute, a correction) is carried too: the ledger is the truth. */
async function balanceWithLedger(tx: Tx, buckets: Buckets): Promise<void> {
  const owed = new Map((await findPayables(tx)).map(({ wallet, usd }) => [wallet, BigInt(usd)]));
  for (const wallet of new Set([...buckets.keys(), ...owed.keys()])) {
    const known = [...(buckets.get(wallet)?.values() ?? [])].reduce(
      (sum, { carried, distributed }) => sum + carried.usd + distributed.usd,
      0n,
    );
    const more = (owed.get(wallet) ?? 0n) - known;
    if (more !== 0n)
      addCarried(buckets, { wallet, currency: "USD", usd: more.toString(), net: (more * 100_000_000n).toString(), fees: {} });
  }
}

function currenciesOf(buckets: Buckets): string[] {
  return [...new Set(["USD", ...[...buckets.values()].flatMap((byCurrency) => [...byCurrency.keys()])])].sort();
}

async function decidePositions(
  ctx: AppContext,
  tx: Tx,
  { quarter, reportId }: PlanRequest,
  buckets: Buckets,
  rates: ReadonlyMap<string, PinnedRate>,
  now: Date,
  concerned: ReadonlySet<string>,
): Promise<WrittenPosition[]> {
  const wallets = await findWallets(tx, [...buckets.keys()]);
  const holds = await taxHolds(
    tx,
    wallets.map((row) => ({ wallet: row.wallet, amount_usd: formatUsd(sendable(buckets, row)) })),
    now,
  );
  return decideAll({
    quarter,
    buckets,
    wallets,
    rates,
    now,
    rails: ctx.rails,
    attempts: await findAttempts(tx, quarter),
    taxHold: (wallet) => {
      const hold = holds.get(wallet);
      return hold && `${hold.form_needed} needed above ${hold.threshold_usd} USD`;
    },
    isAsked: (wallet) => reportId === null || concerned.has(wallet),
  });
}

/** What could be sent to a wallet at most. */
function sendable(buckets: Buckets, { wallet }: WalletRow): bigint {
  const total = [...(buckets.get(wallet)?.values() ?? [])].reduce(
    (sum, { carried, distributed }) => sum + carried.usd + distributed.usd,
    0n,
  );
  return total > 0n ? total : 0n;
}

function holdsOf(positions: readonly WrittenPosition[]): { account: string; usd: bigint }[] {
  return positions.flatMap(({ wallet, reason, rest }) => {
    const held = reason === undefined ? undefined : WAIT_REASONS[reason].held;
    return held === undefined || rest.usd <= 0n ? [] : [{ account: accounts.held(held, wallet), usd: rest.usd }];
  });
}

const APPROVAL_WINDOW_MS = 86_400_000;

/** Real money above the limit waits for two members of the board: this run's, with what a day of runs has sent that nobody approved. */
async function isAboveLimit(ctx: AppContext, tx: Tx, positions: readonly WrittenPosition[], now: Date): Promise<boolean> {
  const rails = [...ctx.rails.values()].filter(({ features }) => features.live).map(({ name }) => name);
  const live = positions.flatMap(({ order }) => (order !== undefined && rails.includes(order.rail) ? [order.settlement.usd] : []));
  if (live.length === 0) return false;
  const before = await sumUnapproved(tx, rails, new Date(now.getTime() - APPROVAL_WINDOW_MS));
  return live.reduce((sum, usd) => sum + usd, before) > BigInt(ctx.config.payoutApprovalUsd) * 1_000_000n;
}

async function audit(tx: Tx, runId: string, plan: PlanDocument, sha256: string): Promise<void> {
  const after = { quarter: plan.quarter, revision: plan.revision, plan_sha256: sha256, lines: plan.lines.count };
  await appendAudit(tx, { actor: "system", action: "payout.plan", entity: "payout_run", entityId: runId, detail: { after } });
}
