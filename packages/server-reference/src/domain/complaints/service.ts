import { createHmac } from "node:crypto";
import { formatTimestamp } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { resolveModelId } from "../models/reference.ts";
import { complaintError } from "./errors.ts";
import { type ComplaintStanding, findStanding, hasOpenComplaint, insertComplaint, isCompany, isListed } from "./repository.ts";
import type { complaintAnswer, ComplaintInput } from "./schema.ts";

/**
 * Takes a complaint; its target is under review at once, which takes nobody off the blacklist (decision 8).
 *
 * @param network - where it comes from; only a keyed digest of it is kept, so that one network has one open complaint per target
 * @throws {ApiError} MODEL_NOT_FOUND | TARGET_UNKNOWN | EVIDENCE_MISSING | APPEAL_NOT_LISTED with the path | COMPLAINT_OPEN
 * @see docs/spec/6-compliance.md
 */
export async function fileComplaint(
  ctx: AppContext,
  tx: Tx,
  input: ComplaintInput,
  network: string,
): Promise<z.output<typeof complaintAnswer>> {
  const target = await resolveTarget(tx, input.target);
  const target_id = target.modelId ?? target.companyId ?? "";
  const { reason, description, evidence = [], contact_email: email = null } = input;
  if (reason === "APPEAL") await assertAppeal(tx, target_id, evidence);
  const filer = filerOf(ctx, network, target_id);
  if (ctx.config.limits.rates && (await hasOpenComplaint(tx, filer)))
    throw complaintError("COMPLAINT_OPEN", "There is an open complaint of yours about this.", "target.id");
  const receipt = newReceipt(ctx);
  const { id, status, created_at } = await insertComplaint(tx, { receipt, ...target, reason, email, description, evidence, filer });
  const detail = { after: { reason, target: input.target.kind, target_id } };
  await appendAudit(tx, { actor: "anonymous", action: "complaint.file", entity: "complaint", entityId: id, detail });
  return { receipt, status, filed_at: formatTimestamp(created_at) };
}

/** A listed subject disputes its listing with evidence: under review, and still listed. */
async function assertAppeal(tx: Tx, target: string, evidence: readonly string[]): Promise<void> {
  if (!(await isListed(tx, target))) throw complaintError("APPEAL_NOT_LISTED", "This target is not blacklisted.", "target.id");
  if (evidence.length === 0) throw complaintError("EVIDENCE_MISSING", "An appeal needs evidence.", "evidence");
}

/** How a complaint stands, for whoever holds its receipt. @throws {ApiError} COMPLAINT_NOT_FOUND */
export async function complaintStanding(ctx: AppContext, receipt: string): Promise<ComplaintStanding> {
  const standing = await ctx.db.service((tx) => findStanding(tx, receipt));
  if (standing === undefined) throw complaintError("COMPLAINT_NOT_FOUND", "There is no complaint of this receipt.", "receipt");
  return standing;
}

/** Under a key of this server, so that a copy of the table does not tell who complained. */
function filerOf({ config }: AppContext, network: string, target: string): string {
  return createHmac("sha256", config.jwtSecret).update(`omla.complaint.filer.v1\0${network}\0${target}`).digest("hex");
}

async function resolveTarget(
  tx: Tx,
  { kind, id }: ComplaintInput["target"],
): Promise<{ modelId: string | null; companyId: string | null }> {
  if (kind === "model") return { modelId: await resolveModelId(tx, id, "target.id"), companyId: null };
  if (!(await isCompany(tx, id))) throw complaintError("TARGET_UNKNOWN", "There is no company of this id.", "target.id");
  return { modelId: null, companyId: id.toLowerCase() };
}

/** Without vowels and look-alikes, so that it can be read out; 32 letters from 100 bits. */
const RECEIPT_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789BCDF";
const RECEIPT_LENGTH = 20;

function newReceipt(ctx: AppContext): string {
  const letters = [...ctx.random(RECEIPT_LENGTH)].map((byte) => RECEIPT_LETTERS[byte % 32] ?? "");
  return [0, 5, 10, 15].map((from) => letters.slice(from, from + 5).join("")).join("-");
}
