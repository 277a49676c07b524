import type { AppContext } from "../context.ts";
import { deleteOldChecks } from "../domain/blacklist/check-repository.ts";
import { deleteEndedSessions } from "../domain/board/session-repository.ts";
import { deleteOldAnswers } from "../domain/idempotency/repository.ts";
import { deleteEndedWindows } from "../domain/rate-limits/repository.ts";
import { deleteOldChallenges } from "../domain/sessions/repository.ts";
import { deleteOldEvents } from "../domain/webhooks/delivery-repository.ts";

export async function cleanUp(ctx: AppContext): Promise<void> {
  await ctx.db.service(async (tx) => {
    await deleteOldAnswers(tx);
    await deleteEndedWindows(tx);
    await deleteOldChallenges(tx);
    await deleteEndedSessions(tx);
    await deleteOldChecks(tx);
    await deleteOldEvents(tx);
  });
}
