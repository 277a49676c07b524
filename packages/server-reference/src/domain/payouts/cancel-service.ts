import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { cancelTransfers, countOpenTransfers, writeCancelled } from "./cancel-repository.ts";
import { closeWithin } from "./close-service.ts";
import { payoutError } from "./errors.ts";
import { leaseWithin } from "./lease.ts";
import { asPayout } from "./payout-transaction.ts";
import { lockPlanning } from "./plan-repository.ts";
import { findRun, lockOpenRun, type RunRow } from "./run-repository.ts";
import type { Step } from "./steps.ts";

export interface CancelRequest {
  readonly runId: string;
  readonly reason: string;
  /** Who decided: an id, `approval:<id>`, or `operator`. */
  readonly actor: string;
}

/** What a cancelled run ended with. */
export interface CancelAnswer {
  readonly run_id: string;
  readonly state: "closed";
  /** Transfers that were never tried and never will be. */
  readonly cancelled: number;
}

/**
 * Cancels a run by itself.
 *
 * @throws {ApiError} CANCEL_NEEDS_TWO and what {@link cancelWithin} throws
 */
export async function cancelPayout(ctx: AppContext, request: CancelRequest, step: Step): Promise<CancelAnswer> {
  const answer = await asPayout(ctx, async (tx) => {
    if (needsTwo(await readCancellable(tx, request.runId)))
      throw payoutError("CANCEL_NEEDS_TWO", `Run ${request.runId} is above the limit: two members of the board cancel it.`, "run");
    return cancelWithin(ctx, tx, request, step);
  });
  await step("cancel.committed");
  return answer;
}

/** What two members send, two members cancel. */
export function needsTwo({ needs_approval }: Pick<RunRow, "needs_approval">): boolean {
  return needs_approval;
}

/** A run that is open. @throws {ApiError} RUN_UNKNOWN | RUN_ENDED */
export async function readCancellable(tx: Tx, runId: string): Promise<RunRow> {
  const run = await findRun(tx, runId);
  if (run === undefined) throw payoutError("RUN_UNKNOWN", `There is no run ${runId}.`, "run");
  if (run.state === "closed") throw payoutError("RUN_ENDED", `Run ${runId} is closed.`, "run");
  return run;
}

/**
 * Takes back what a run has not sent, and closes it with what it has; call it as the payout role. Its lines stay distributed.
 *
 * @throws {ApiError} RUN_UNKNOWN | RUN_ENDED | PAYOUT_RUNNING | TRANSFER_OPEN | PAYOUT_UNBALANCED; nothing is then changed
 */
export async function cancelWithin(ctx: AppContext, tx: Tx, { runId, reason, actor }: CancelRequest, step: Step): Promise<CancelAnswer> {
  const lease = await leaseWithin(ctx, tx);
  await lockPlanning(tx);
  const run = await readCancellable(tx, runId);
  if (!(await lockOpenRun(tx, runId))) throw payoutError("RUN_ENDED", `Run ${runId} is closed.`, "run");
  await step("cancel.locked");
  const cancelled = await cancelTransfers(tx, runId);
  await step("cancel.transfers-written");
  // Counted afterwards: what somebody began to send meanwhile is seen here.
  const open = await countOpenTransfers(tx, runId);
  if (open > 0) throw payoutError("TRANSFER_OPEN", `What became of ${open} transfers of run ${runId} is not known.`, "run");
  await writeCancelled(tx, runId, { reason, actor, now: ctx.clock.now() });
  await step("cancel.run-written");
  await closeWithin(ctx, tx, run, step);
  await lease.giveBack();
  const detail = { after: { reason, cancelled } };
  await appendAudit(tx, { actor, action: "payout.cancel", entity: "payout_run", entityId: runId, detail });
  return { run_id: runId, state: "closed", cancelled };
}
