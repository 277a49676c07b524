import { type Batch, formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { payoutError } from "./errors.ts";
import { asPayout } from "./payout-transaction.ts";
import { findClosedRuns, findRun, type RunRow } from "./run-repository.ts";
import type { PayoutsAnswer } from "./schema.ts";

const SHOWN_RUNS = 100;

/** Totals of the last runs, the newest first; nothing about anybody's wallet. */
export async function publicTotals(ctx: AppContext): Promise<PayoutsAnswer> {
  const runs = await asPayout(ctx, (tx) => findClosedRuns(tx, SHOWN_RUNS));
  return { payouts: runs.flatMap(totalsOf) };
}

function totalsOf({ id, quarter, revision, planned_at, closed_at, plan_sha256, batch }: RunRow): PayoutsAnswer["payouts"] {
  if (batch === null || closed_at === null) return [];
  const { line_count, unfunded_count, distributed_usd, carried_usd, totals, signature } = JSON.parse(batch) as Batch;
  return [
    {
      run_id: id,
      quarter,
      revision,
      planned_at: formatTimestamp(planned_at),
      closed_at: formatTimestamp(closed_at),
      plan_sha256,
      signed: signature !== undefined,
      line_count,
      unfunded_count,
      distributed_usd,
      carried_usd,
      totals: [...totals],
    },
  ];
}

/** The signed totals of a closed run, byte for byte as they were signed. @throws {ApiError} RUN_UNKNOWN */
export async function signedTotals(ctx: AppContext, runId: string): Promise<Record<string, unknown>> {
  const run = await asPayout(ctx, (tx) => findRun(tx, runId));
  if (run?.batch === null || run === undefined) throw payoutError("RUN_UNKNOWN", `There is no closed run ${runId}.`, "run");
  return JSON.parse(run.batch) as Record<string, unknown>;
}
