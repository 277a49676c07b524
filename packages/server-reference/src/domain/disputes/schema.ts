import * as z from "zod";
import { DESCRIPTION, EVIDENCE, evidenceAnswer } from "../cases/evidence-schema.ts";
import { FIGURES } from "../cases/figures-schema.ts";
import { caseLine } from "../cases/line-schema.ts";

export const openDisputeInput = z
  .strictObject({
    report_id: z.uuid(),
    description: DESCRIPTION,
    proposed: FIGURES.optional().describe("What the figures should be, where that is known"),
    evidence: EVIDENCE.optional(),
  })
  .meta({ id: "OpenDispute" });

export type OpenDisputeInput = z.output<typeof openDisputeInput>;

export const disputeRef = z.strictObject({ dispute_id: z.uuid() }).meta({ id: "DisputeRef" });

const AMOUNT = z.string().nullable();

export const disputeAnswer = z
  .object({
    dispute_id: z.uuid(),
    report_id: z.uuid(),
    party_kind: z.enum(["company", "creator", "hoster"]),
    status: z.enum(["open", "accepted", "rejected", "withdrawn"]),
    proposed: z.object({ revenue_usd: AMOUNT, run_cost_usd: AMOUNT, inferences: z.int().nullable() }),
    opened_at: z.string(),
    closed_at: z.string().nullable(),
    result_report_id: z.uuid().nullable().describe("The line with the accepted figures"),
    resolution: z.string().nullable(),
    line: caseLine,
    evidence: z.array(evidenceAnswer),
  })
  .meta({ id: "UsageDispute" });

export type DisputeAnswer = z.output<typeof disputeAnswer>;

export const disputeList = z.object({ disputes: z.array(disputeAnswer) }).meta({ id: "UsageDisputes" });

export const boardDispute = disputeAnswer
  .extend({
    party: z.string(),
    description: z.string(),
    evidence: z.array(evidenceAnswer.extend({ party: z.string(), name: z.string().nullable() })),
  })
  .meta({ id: "BoardDispute" });

export type BoardDispute = z.output<typeof boardDispute>;

export const boardDisputeList = z.object({ disputes: z.array(boardDispute) }).meta({ id: "BoardDisputes" });

/** What the parties read of a decision. */
export const RESOLUTION = z.string().trim().min(3).max(20_000).describe("Why; the parties read it");

export const decideDisputeInput = z
  .discriminatedUnion("decision", [
    z.strictObject({
      decision: z.literal("accept"),
      accepted: FIGURES.optional().describe("The figures that hold; those that were proposed unless said"),
      resolution: RESOLUTION,
    }),
    z.strictObject({ decision: z.literal("reject"), resolution: RESOLUTION }),
    z.strictObject({ decision: z.literal("withdraw"), resolution: RESOLUTION }),
  ])
  .meta({ id: "DecideDispute" });

export type DecideDispute = z.output<typeof decideDisputeInput>;
