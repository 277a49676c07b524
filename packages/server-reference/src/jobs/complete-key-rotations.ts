import type { AppContext } from "../context.ts";
import { completeRotations } from "../domain/documents/rotation-repository.ts";
import { enqueueNotice } from "../domain/notices/service.ts";

/** Replaces the keys whose challenge window is over, and tells everyone concerned. */
export async function completeKeyRotations(ctx: AppContext): Promise<{ completed: string[] }> {
  await ctx.queue.ready();
  return ctx.db.service(async (tx) => {
    const rotations = await completeRotations(tx);
    for (const { digest, model_id } of rotations) await enqueueNotice(ctx, tx, { kind: "key-rotated", model_id, digest });
    return { completed: rotations.map(({ digest }) => digest) };
  });
}
