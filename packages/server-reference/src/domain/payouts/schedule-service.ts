import { previousQuarter, quarterOf } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { firstBusinessDay } from "./business-day.ts";
import { asPayout } from "./payout-transaction.ts";
import { findOpenRun, hasRunSince } from "./run-repository.ts";
import { type PayoutAnswer, runPayout } from "./run-service.ts";

/** What the daily look came to. */
export type ScheduledPayout = Pick<PayoutAnswer, "state" | "run_id" | "outcomes" | "faults"> | { readonly state: "not_due" };

/**
 * Pays out the quarter that has ended, once, from the first business day of the next one on; and every day goes on with a run that is open.
 *
 * @throws what runPayout throws
 */
export async function runWhenDue(ctx: AppContext): Promise<ScheduledPayout> {
  const now = ctx.clock.now();
  const current = quarterOf(now);
  const quarter = previousQuarter(current);
  const day = firstBusinessDay(current);
  const due = await asPayout(ctx, async (tx) => {
    if ((await findOpenRun(tx)) !== undefined) return true;
    return now >= day && !(await hasRunSince(tx, day));
  });
  if (!due) return { state: "not_due" };
  const { state, run_id, outcomes, faults } = await runPayout(ctx, { quarter, reportId: null, execute: true });
  return { state, run_id, outcomes, faults };
}
