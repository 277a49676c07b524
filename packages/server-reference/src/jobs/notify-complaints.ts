import type { AppContext } from "../context.ts";
import { notifyComplaints } from "../domain/complaints/notify-service.ts";
import type { Sendings } from "../domain/notices/once-service.ts";

export function notifyComplaintsJob(ctx: AppContext): Promise<Sendings> {
  return notifyComplaints(ctx);
}
