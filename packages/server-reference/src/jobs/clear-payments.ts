import type { AppContext } from "../context.ts";
import { clearPayments } from "../domain/collections/clear-service.ts";

/** What was received long enough ago becomes cash. */
export async function clearPaymentsJob(ctx: AppContext): Promise<{ cleared: number }> {
  return { cleared: await ctx.db.service((tx) => clearPayments(tx, ctx.clock.now())) };
}
