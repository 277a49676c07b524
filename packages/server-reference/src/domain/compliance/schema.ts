import * as z from "zod";

const SUBJECT_KIND = z.enum(["model", "commercial_user"]);

export const compliancePreview = z
  .object({
    as_of: z.string(),
    moves: z.array(
      z.object({
        id: z.uuid(),
        subject_kind: SUBJECT_KIND,
        name: z.string(),
        state: z.string(),
        next_state: z.string(),
        entered: z.array(z.string()).describe("States entered on the way, in order"),
      }),
    ),
    to_tell: z.array(z.object({ id: z.uuid(), subject_kind: SUBJECT_KIND, name: z.string(), case: z.string(), reachable: z.boolean() })),
    deadlines: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        kind: z.enum(["due", "listing"]),
        deadline: z.string(),
        quarters: z.array(z.string()),
        reachable: z.boolean(),
      }),
    ),
  })
  .meta({ id: "CompliancePreview" });

export const subjectQuery = {
  kind: SUBJECT_KIND.optional(),
  state: z.enum(["REGISTERED", "REPORTING", "COMPLIANT", "UNDER_REVIEW", "DELINQUENT", "BLACKLISTED"]).optional(),
  listed: z.enum(["true", "false"]).optional().describe("Whether the base state is BLACKLISTED, an appeal included"),
  name: z.string().min(1).max(200).optional().describe("A part of the name"),
} as const;

export const subjectRow = z.object({
  id: z.uuid(),
  kind: SUBJECT_KIND,
  name: z.string(),
  state: z.string(),
  previous_state: z.string().nullable(),
  state_since: z.string(),
  listed_since: z.string().nullable(),
  reason: z.string().nullable(),
  case: z.string().nullable(),
  told_at: z.string().nullable(),
  enforce: z.string(),
  open_complaints: z.int(),
});

export const subjectList = z.object({ subjects: z.array(subjectRow) }).meta({ id: "Subjects" });

export const subjectDetail = subjectRow
  .extend({
    contact_email: z.string().nullable(),
    facts: z.unknown().describe("What the tick decides on (section 6)"),
    history: z.array(z.object({ seq: z.string(), at: z.string(), actor: z.string(), action: z.string(), detail: z.unknown() })),
  })
  .meta({ id: "Subject" });

export const movedAnswer = z
  .object({
    id: z.uuid(),
    state: z.string(),
    enforce: z.string(),
    list: z.number().nullable().describe("The list that was published with it; null where it waits for its signers, or changed nothing"),
  })
  .meta({ id: "MovedSubject" });
