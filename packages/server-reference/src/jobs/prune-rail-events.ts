import type { AppContext } from "../context.ts";
import { deleteSettledEvents } from "../domain/rails/event-repository.ts";

/** A transaction each, so that no webhook waits long. */
const BATCH = 5_000;

/** Forgets what rails told long ago; an event within a rail's time of telling it again is never forgotten. */
export async function pruneRailEventsJob(ctx: AppContext): Promise<{ forgotten: number }> {
  for (let forgotten = 0; ; ) {
    const batch = await ctx.db.service((tx) => deleteSettledEvents(tx, BATCH));
    forgotten += batch;
    if (batch < BATCH) return { forgotten };
  }
}
