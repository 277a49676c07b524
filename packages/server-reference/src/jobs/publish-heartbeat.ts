import type { AppContext } from "../context.ts";
import { beat } from "../domain/blacklist/publication-service.ts";

/** Confirms the newest list; lists come weekly, heartbeats twice a day. */
export function publishHeartbeat(ctx: AppContext): Promise<{ published: boolean }> {
  return ctx.db.service(async (tx) => ({ published: await beat(ctx, tx) }));
}
