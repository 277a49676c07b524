import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { sendOnce, type Sendings } from "../notices/once-service.ts";
import { findUnnotified, markNotified, type Unnotified } from "./notify-repository.ts";

/** Tells the holder of a model or a company of each complaint about it, within the hour: the license promises a day. */
export async function notifyComplaints(ctx: AppContext): Promise<Sendings> {
  const complaints = await ctx.db.service(findUnnotified);
  return sendOnce(
    ctx,
    complaints.map((complaint) => ({
      id: complaint.id,
      key: `complaint:${complaint.id}`,
      message: complaint.email === null ? undefined : { to: complaint.email, ...noticeOf(complaint, ctx.config.publicUrl) },
      mark: (tx) => bookNotified(tx, complaint.id),
    })),
  );
}

async function bookNotified(tx: Tx, id: string): Promise<void> {
  await markNotified(tx, id);
  await appendAudit(tx, { actor: "system", action: "complaint.notify", entity: "complaint", entityId: id, detail: {} });
}

/** The complaint's own words stay with the board: they may hold what is not the holder's to read. */
function noticeOf({ name, reason, status, created_at }: Unnotified, registry: string): { readonly subject: string; readonly text: string } {
  const open = `${name} is under review until the board decides, or 60 days have passed; nothing else changes by the complaint alone.
To answer, write to the board with the name above.`;
  return {
    subject: `OMLA: a complaint about ${name}`,
    text: `On ${formatTimestamp(created_at)} somebody complained about ${name} at ${registry}. Reason: ${reason}.

${status === "open" ? open : `It is decided already: ${status}.`}
`,
  };
}
