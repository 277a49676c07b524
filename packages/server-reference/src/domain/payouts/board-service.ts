import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { type CancelAnswer, cancelWithin, needsTwo, readCancellable } from "./cancel-service.ts";
import { asPayout } from "./payout-transaction.ts";
import { findClosedRuns, findOpenRun, type RunRow } from "./run-repository.ts";
import { type PayoutAnswer, runPayout } from "./run-service.ts";
import { noStep } from "./steps.ts";

export type PayoutRunRow = Omit<RunRow, "batch" | "lineage_policy">;

const LAST_RUNS = 50;
/** A request ends before the server's time for a handler does; what is left is gone on with by the next one, or by the schedule. */
const SENDING_MS = 7_000;

/** The run that is open, and the last ones that were closed. */
export async function browseRuns(ctx: AppContext): Promise<PayoutRunRow[]> {
  const [open, closed] = await asPayout(ctx, async (tx) => [await findOpenRun(tx), await findClosedRuns(tx, LAST_RUNS)] as const);
  return [...(open === undefined ? [] : [open]), ...closed].map(({ batch: _batch, lineage_policy: _policy, ...run }) => run);
}

/**
 * Cancels a run that one member may cancel.
 *
 * @returns undefined where two members must; nothing is then changed
 * @throws {ApiError} RUN_UNKNOWN | RUN_ENDED | PAYOUT_RUNNING | TRANSFER_OPEN
 */
export async function cancelByBoard(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  { runId, reason }: { readonly runId: string; readonly reason: string },
): Promise<CancelAnswer | undefined> {
  return actAs(tx, "payout", async () => {
    if (needsTwo(await readCancellable(tx, runId))) return undefined;
    return cancelWithin(ctx, tx, { runId, reason, actor: memberId }, noStep);
  });
}

/**
 * Pays out one report line that a run left out, under the same limit and rules as a quarter.
 *
 * @throws {ApiError} QUARTER_NOT_ENDED | REPORT_NOT_PAYABLE | PAYOUT_OPEN | PAYOUT_RUNNING | PAYOUT_STOPPED
 */
export async function rerunLine(
  ctx: AppContext,
  { memberId }: BoardPrincipal,
  { quarter, report_id, execute }: { readonly quarter: string; readonly report_id: string; readonly execute: boolean },
): Promise<PayoutAnswer> {
  const until = performance.now() + SENDING_MS;
  const answer = await runPayout(ctx, { quarter, reportId: report_id, execute }, { goesOn: () => performance.now() < until });
  if (execute) {
    const detail = { after: { run: answer.run_id, state: answer.state, plan_sha256: answer.plan_sha256 } };
    await ctx.db.service((tx) =>
      appendAudit(tx, { actor: memberId, action: "payout.line", entity: "usage_report", entityId: report_id, detail }),
    );
  }
  return answer;
}
