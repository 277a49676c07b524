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

export const receiptInput = z
  .strictObject({ receipt: z.string().regex(/^[0-9B-Z]{5}(-[0-9B-Z]{5}){3}$/, "must be the receipt of a complaint") })
  .meta({ id: "ComplaintStatusRequest" });

const STATUS = z.enum(["open", "resolved", "dismissed", "upheld", "lapsed"]);

export const complaintStanding = z
  .object({
    receipt: z.string(),
    status: STATUS,
    reason: z.string(),
    filed_at: z.string(),
    notified_at: z.string().nullable().describe("When the holder was told of it"),
    closed_at: z.string().nullable(),
    resolution: z.string().nullable().describe("What the board says about it"),
  })
  .meta({ id: "ComplaintStanding" });

export const notifiedAnswer = z
  .object({ sent: z.array(z.uuid()), unreachable: z.array(z.uuid()), waiting: z.array(z.uuid()) })
  .meta({ id: "NotifiedComplaints" });

export const complaintQuery = {
  status: z.union([STATUS, z.literal("all")]).default("open"),
  reason: z.enum(["FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "OWNERSHIP", "APPEAL", "OTHER"]).optional(),
  target_id: z.uuid().optional(),
} as const;

const complaintRow = z.object({
  id: z.uuid(),
  target: z.object({ kind: z.enum(["model", "commercial_user"]), id: z.uuid(), name: z.string(), state: z.string() }),
  reason: z.string(),
  status: STATUS,
  filed_at: z.string(),
  lapses_at: z.string().nullable().describe("Where nobody decides before"),
  notified_at: z.string().nullable(),
  closed_at: z.string().nullable(),
});

export const complaintList = z.object({ complaints: z.array(complaintRow) }).meta({ id: "Complaints" });

/** Without the private words: an answer to a write is remembered beside its Idempotency-Key. */
export const decidedComplaint = complaintRow.extend({ resolution: z.string().nullable() }).meta({ id: "DecidedComplaint" });

export const complaintDetail = complaintRow
  .extend({
    description: z.string().nullable(),
    evidence: z.array(z.string()),
    complainant_email: z.string().nullable(),
    resolution: z.string().nullable(),
    redacted_at: z.string().nullable(),
  })
  .meta({ id: "Complaint" });
