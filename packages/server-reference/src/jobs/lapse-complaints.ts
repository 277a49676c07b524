import type { AppContext } from "../context.ts";
import { lapseOldComplaints } from "../domain/complaints/repository.ts";

export async function lapseComplaints(ctx: AppContext): Promise<{ lapsed: string[] }> {
  return { lapsed: await ctx.db.service(lapseOldComplaints) };
}
