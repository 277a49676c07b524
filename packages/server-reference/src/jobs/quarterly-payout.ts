import type { AppContext } from "../context.ts";
import { runWhenDue, type ScheduledPayout } from "../domain/payouts/schedule-service.ts";

export function quarterlyPayout(ctx: AppContext): Promise<ScheduledPayout> {
  return runWhenDue(ctx);
}
