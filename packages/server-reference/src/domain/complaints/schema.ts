import * as z from "zod";
import { EMAIL } from "../companies/schema.ts";
import { TURNSTILE_TOKEN } from "../turnstile/schema.ts";

export const complaintInput = z
  .strictObject({
    target: z
      .strictObject({ kind: z.enum(["model", "commercial_user"]), id: z.string().min(1).max(128) })
      .describe("A model by address, id or weight hash; a company by id"),
    reason: z.enum(["FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "OWNERSHIP", "APPEAL", "OTHER"]),
    description: z.string().trim().min(1).max(20_000),
    evidence: z.array(z.string().max(2_000)).max(20).optional().describe("Links to what proves it"),
    contact_email: EMAIL.optional(),
    turnstile_token: TURNSTILE_TOKEN,
  })
  .meta({ id: "ComplaintRequest" });

export type ComplaintInput = z.output<typeof complaintInput>;

export const complaintAnswer = z
  .object({
    receipt: z.string().describe("Known to you only: it answers for the state of the complaint"),
    status: z.string(),
    filed_at: z.string(),
  })
  .meta({ id: "ComplaintReceipt" });
