import type { AppContext } from "../context.ts";
import { holdUnanswered } from "../domain/audits/service.ts";

/** Disputes and holds the lines of audits that nobody answered in 14 days. */
export async function auditsOverdue(ctx: AppContext): Promise<{ held: string[] }> {
  await ctx.queue.ready();
  return { held: await ctx.db.service((tx) => holdUnanswered(ctx, tx)) };
}
