import * as z from "zod";
import { DESCRIPTION, EVIDENCE, evidenceAnswer } from "../cases/evidence-schema.ts";
import { FIGURES } from "../cases/figures-schema.ts";
import { caseLine } from "../cases/line-schema.ts";
import { RESOLUTION } from "../disputes/schema.ts";

export const requestAuditInput = z.strictObject({ report_id: z.uuid(), description: DESCRIPTION }).meta({ id: "RequestAudit" });
export type RequestAuditInput = z.output<typeof requestAuditInput>;

export const respondAuditInput = z
  .strictObject({ audit_id: z.uuid(), description: DESCRIPTION, evidence: EVIDENCE.min(1) })
  .meta({ id: "RespondAudit" });
export type RespondAuditInput = z.output<typeof respondAuditInput>;

const STATUS = z.enum(["requested", "answered", "overdue", "compelled", "waived", "upheld", "dismissed"]);

export const auditAnswer = z
  .object({
    audit_id: z.uuid(),
    report_id: z.uuid(),
    party_kind: z.enum(["creator", "hoster", "board"]),
    status: STATUS,
    description: z.string().describe("What the company is asked"),
    requested_at: z.string(),
    answer_by: z.string().describe("Unanswered after this the line is disputed and held"),
    answered_at: z.string().nullable(),
    overdue_at: z.string().nullable(),
    closed_at: z.string().nullable(),
    result_report_id: z.uuid().nullable().describe("The line with the figures that the board found"),
    resolution: z.string().nullable(),
    line: caseLine,
    evidence: z.array(evidenceAnswer),
  })
  .meta({ id: "UsageAudit" });

export type AuditAnswer = z.output<typeof auditAnswer>;

export const auditList = z.object({ audits: z.array(auditAnswer) }).meta({ id: "UsageAudits" });

export const boardAudit = auditAnswer
  .extend({
    party: z.string(),
    answer: z.string().nullable(),
    evidence: z.array(evidenceAnswer.extend({ party: z.string(), name: z.string().nullable() })),
  })
  .meta({ id: "BoardAudit" });

export type BoardAudit = z.output<typeof boardAudit>;

export const boardAuditList = z.object({ audits: z.array(boardAudit) }).meta({ id: "BoardAudits" });

export const decideAuditInput = z
  .discriminatedUnion("decision", [
    z.strictObject({
      decision: z.literal("compel"),
      resolution: RESOLUTION.describe("What is missing; another 14 days, and the payout waits"),
    }),
    z.strictObject({ decision: z.literal("waive"), resolution: RESOLUTION }),
    z.strictObject({ decision: z.literal("dismiss"), resolution: RESOLUTION }),
    z.strictObject({
      decision: z.literal("uphold"),
      accepted: FIGURES.describe("The figures that the evidence shows"),
      resolution: RESOLUTION,
    }),
  ])
  .meta({ id: "DecideAudit" });

export type DecideAudit = z.output<typeof decideAuditInput>;
