import type { AppContext } from "../context.ts";
import { isListDue, type ListOutcome, publishWeekly } from "../domain/blacklist/service.ts";
import { checkServedList, type ServedCheck } from "../domain/blacklist/served-service.ts";

/** Publishes the weekly list, or leaves it for its signers; in between there is nothing to do, so that a repetition changes nothing. */
export async function publishWhenDue(ctx: AppContext): Promise<(ListOutcome & { served?: ServedCheck }) | { published: false }> {
  const outcome = await ctx.db.service(async (tx) => ((await isListDue(ctx, tx)) ? publishWeekly(ctx, tx) : undefined));
  if (outcome === undefined) return { published: false };
  if (!outcome.published) {
    ctx.log.warn({ ...outcome }, "a list waits for its signers");
    return outcome;
  }
  const served = await checkServedList(ctx);
  return served === undefined ? outcome : { ...outcome, served };
}
