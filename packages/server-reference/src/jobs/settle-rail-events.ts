import type { AppContext } from "../context.ts";
import { settleAllWaiting } from "../domain/rails/event-service.ts";

/** Tries again what rails told before the registry knew what it was about. */
export async function settleRailEventsJob(ctx: AppContext): Promise<{ settled: number }> {
  return { settled: await settleAllWaiting(ctx) };
}
