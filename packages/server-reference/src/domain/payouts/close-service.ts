import { type Batch, buildBatch, canonicalize, formatTimestamp, formatUsd, type Rail, signDocument } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { findCloseFaults, findRunTotals, type RunTotals } from "./close-repository.ts";
import { payoutError } from "./errors.ts";
import { asPayout } from "./payout-transaction.ts";
import type { PlanDocument } from "./plan-document.ts";
import { closeRun, findPlanContent, lockOpenRun, type RunRow } from "./run-repository.ts";
import type { Step } from "./steps.ts";

/**
 * CLOSE: nothing of the run is open, its books agree, and its signed totals stand. Twice is once.
 *
 * @throws {ApiError} PAYOUT_UNBALANCED naming what does not agree; the run then stays open
 */
export async function closePayout(ctx: AppContext, run: RunRow, step: Step): Promise<void> {
  await asPayout(ctx, async (tx) => {
    if (await lockOpenRun(tx, run.id)) await closeWithin(ctx, tx, run, step);
  });
  await step("close.committed");
}

/** CLOSE of a run whose row is locked. @throws {ApiError} PAYOUT_UNBALANCED */
export async function closeWithin(ctx: AppContext, tx: Tx, run: RunRow, step: Step): Promise<void> {
  const [fault, ...more] = await findCloseFaults(tx, run.id);
  if (fault !== undefined) {
    throw payoutError("PAYOUT_UNBALANCED", `${fault.what}: ${fault.detail}${more.length === 0 ? "" : ` (and ${more.length} more)`}`);
  }
  await step("close.reconciled");
  const now = ctx.clock.now();
  await closeRun(tx, run.id, await signedBatch(ctx, tx, run, now), now);
  await step("close.batch-written");
  const after = { quarter: run.quarter, revision: run.revision };
  await appendAudit(tx, { actor: "system", action: "payout.close", entity: "payout_run", entityId: run.id, detail: { after } });
}

/** The totals of a run, signed with the association's list key; without one the document carries no signature. */
async function signedBatch(ctx: AppContext, tx: Tx, run: RunRow, now: Date): Promise<string> {
  const totals = await findRunTotals(tx, run.id);
  const plan = JSON.parse((await findPlanContent(tx, run.id)) ?? "{}") as PlanDocument;
  const batch = batchOf(ctx, run, totals, plan.waiting.unfunded.count, now);
  const { list } = ctx.keys;
  const document = list === undefined ? batch : await signDocument("batch", batch, list.secretKey);
  return canonicalize(document);
}

function batchOf(ctx: AppContext, run: RunRow, totals: RunTotals, unfunded: number, now: Date): Batch {
  const creators = BigInt(totals.creator_flow);
  const hosters = BigInt(totals.hoster_flow);
  return buildBatch({
    generated_at: formatTimestamp(now),
    registry: ctx.config.publicUrl,
    run_id: run.id,
    quarter: run.quarter,
    lineage_policy: run.lineage_policy,
    line_count: totals.line_count,
    unfunded_count: unfunded,
    distributed_usd: owedUsd(creators + hosters),
    creator_pool_usd: owedUsd(creators),
    hoster_pool_usd: owedUsd(hosters),
    carried_usd: owedUsd(BigInt(totals.carried)),
    totals: totals.totals.map(({ rail, currency, payment_count, usd }) => ({
      rail: rail as Rail,
      currency,
      payment_count,
      amount_usd: formatUsd(BigInt(usd)),
    })),
  });
}

/** The wire knows no sign: a run that takes back more than it gives has distributed nothing. */
function owedUsd(micros: bigint): string {
  return formatUsd(micros > 0n ? micros : 0n);
}
