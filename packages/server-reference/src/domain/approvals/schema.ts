import * as z from "zod";

export const approvalAnswer = z
  .object({
    id: z.uuid(),
    action: z.string(),
    subject: z.string(),
    content: z.unknown(),
    content_sha256: z.string().describe("Over the act, its subject, its content and the facts it stands on"),
    status: z.enum(["open", "executed", "withdrawn", "expired"]),
    proposed_by: z.uuid(),
    proposed_at: z.string(),
    expires_at: z.string(),
    approved_by: z.uuid().nullable(),
    executed_at: z.string().nullable(),
    closed_by: z.uuid().nullable(),
    closed_at: z.string().nullable(),
  })
  .meta({ id: "Approval" });

export const approvalList = z.object({ approvals: z.array(approvalAnswer) }).meta({ id: "Approvals" });

export const approveInput = z
  .strictObject({ content_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be the proposal's content_sha256") })
  .meta({ id: "ApproveRequest" });

export const executedAnswer = z
  .object({ approval: approvalAnswer, result: z.unknown().describe("What the act itself answers") })
  .meta({ id: "Executed" });
