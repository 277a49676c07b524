import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { enqueueNotice } from "../notices/service.ts";
import {
  closeComplaint,
  type ComplaintDetail,
  type ComplaintFilter,
  type ComplaintRow,
  findComplaint,
  listComplaints,
} from "./board-repository.ts";
import { complaintError } from "./errors.ts";

export function browseComplaints(ctx: AppContext, filter: ComplaintFilter): Promise<ComplaintRow[]> {
  return ctx.db.service((tx) => listComplaints(tx, filter));
}

/** A complaint with its private words. @throws {ApiError} COMPLAINT_NOT_FOUND */
export function inspectComplaint(ctx: AppContext, id: string): Promise<ComplaintDetail> {
  return ctx.db.service((tx) => found(tx, id));
}

/**
 * Ends a complaint: resolved (its matter is settled) or dismissed (it had none). What was under the review shows again with the last one.
 *
 * @throws {ApiError} COMPLAINT_NOT_FOUND | COMPLAINT_CLOSED
 * @see docs/spec/6-compliance.md
 */
export async function decideComplaint(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  { id, status, note }: { readonly id: string; readonly status: "resolved" | "dismissed"; readonly note: string },
): Promise<ComplaintRow & Pick<ComplaintDetail, "resolution">> {
  await found(tx, id);
  if (!(await actAs(tx, "reviewer", () => closeComplaint(tx, id, status, note))))
    throw complaintError("COMPLAINT_CLOSED", "This complaint is not open.", "id");
  await enqueueNotice(ctx, tx, { kind: "complaint-decided", complaint_id: id });
  const action = `complaint.${status === "resolved" ? "resolve" : "dismiss"}`;
  await appendAudit(tx, { actor: memberId, action, entity: "complaint", entityId: id, detail: { before: "open", after: status, note } });
  const { description: _words, evidence: _links, complainant_email: _who, redacted_at: _when, ...decided } = await found(tx, id);
  return decided;
}

/** What an open complaint is about, for a proposal to list it. @throws {ApiError} COMPLAINT_NOT_FOUND | COMPLAINT_CLOSED */
export async function targetOfOpen(tx: Tx, id: string): Promise<string> {
  const { status, target } = await found(tx, id);
  if (status !== "open") throw complaintError("COMPLAINT_CLOSED", "This complaint is not open.", "id");
  return target.id;
}

async function found(tx: Tx, id: string): Promise<ComplaintDetail> {
  const complaint = await findComplaint(tx, id);
  if (complaint === undefined) throw complaintError("COMPLAINT_NOT_FOUND", `There is no complaint ${id}.`, "id");
  return complaint;
}
