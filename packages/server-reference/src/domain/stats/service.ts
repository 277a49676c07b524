import type { AppContext } from "../../context.ts";
import { publishable, type Stats } from "./publishable.ts";
import { findFigures, refreshFigures } from "./repository.ts";

const HOUR_MS = 3_600_000;
/** The job counts every hour; a reader counts only where it did not run. */
const STALE_MS = HOUR_MS + 300_000;
const COUNTING_TIMEOUT_MS = 30_000;

/** The figures of the last full count, an hour old at most. */
export async function stats(ctx: AppContext): Promise<Stats> {
  const held = publishable(await ctx.db.service(findFigures));
  const ageMs = ctx.clock.now().getTime() - Date.parse(held.as_of);
  return ageMs >= 0 && ageMs <= STALE_MS ? held : countAgain(ctx);
}

/** Counts again. */
export async function countAgain(ctx: AppContext): Promise<Stats> {
  return ctx.db.service(
    async (tx) => {
      await refreshFigures(tx);
      return publishable(await findFigures(tx));
    },
    { statementTimeoutMs: COUNTING_TIMEOUT_MS },
  );
}
