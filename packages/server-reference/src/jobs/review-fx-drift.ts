import type { AppContext } from "../context.ts";
import { openDriftFlags, reviewSettlements } from "../domain/currencies/rate-service.ts";

/** Says daily which rates moved too far, until the board has looked at them. */
export async function reviewFxDriftJob(ctx: AppContext): Promise<{ flagged: number; open: number }> {
  const flagged = await ctx.db.service(reviewSettlements);
  const flags = await ctx.db.service(openDriftFlags);
  for (const flag of flags) ctx.log.warn({ ...flag }, `the rate of ${flag.code} moved by more than 2 percent`);
  return { flagged, open: flags.length };
}
