import { formatTimestamp } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { resolveModelId } from "../models/reference.ts";
import { complaintError } from "./errors.ts";
import { insertComplaint, isCompany } from "./repository.ts";
import type { complaintAnswer, ComplaintInput } from "./schema.ts";

/**
 * Takes a complaint; its target is under review at once, which takes nobody off the blacklist (decision 8).
 *
 * @throws {ApiError} MODEL_NOT_FOUND | TARGET_UNKNOWN with the path
 * @see docs/spec/6-compliance.md
 */
export async function fileComplaint(ctx: AppContext, tx: Tx, input: ComplaintInput): Promise<z.output<typeof complaintAnswer>> {
  const target = await resolveTarget(tx, input.target);
  const receipt = newReceipt(ctx);
  const { reason, description, evidence = [], contact_email: email = null } = input;
  const { id, status, created_at } = await insertComplaint(tx, { receipt, ...target, reason, email, description, evidence });
  const detail = { after: { reason, target: input.target.kind, target_id: target.modelId ?? target.companyId } };
  await appendAudit(tx, { actor: "anonymous", action: "complaint.file", entity: "complaint", entityId: id, detail });
  return { receipt, status, filed_at: formatTimestamp(created_at) };
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
