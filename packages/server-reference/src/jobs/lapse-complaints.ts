import type { AppContext } from "../context.ts";
import { lapseOldComplaints } from "../domain/complaints/repository.ts";
import { enqueueNotice } from "../domain/notices/service.ts";

export async function lapseComplaints(ctx: AppContext): Promise<{ lapsed: string[] }> {
  await ctx.queue.ready();
  return ctx.db.service(async (tx) => {
    const lapsed = await lapseOldComplaints(tx);
    for (const complaint_id of lapsed) await enqueueNotice(ctx, tx, { kind: "complaint-decided", complaint_id });
    return { lapsed };
  });
}
