import * as z from "zod";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import { boardAction } from "../approvals/board-action.ts";
import { NOTE } from "../board/schema.ts";
import { enqueueNotice } from "../notices/service.ts";
import { complianceError } from "./errors.ts";
import { findListing, findOpenComplaints, type Listing, listSubject, resolveUpheld } from "./board-repository.ts";

/** Why the board lists a subject; a debt of 90 days is the tick's own reason. */
const LIST_REASONS = ["DELINQUENT_90D", "FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "COURT_ORDER", "OTHER"] as const;

export const blacklistContent = z.strictObject({ reason: z.enum(LIST_REASONS), note: NOTE }).meta({ id: "BlacklistProposal" });

/**
 * Lists a model or a company; open complaints about it are upheld with it.
 *
 * The grounds leave out whether it is under review and what it reports meanwhile: else its own people could undo every proposal.
 * @see docs/spec/6-compliance.md
 */
export const blacklistSubject = boardAction({
  role: "reviewer",
  about: "lists a model or a company; the subject is its id",
  content: blacklistContent,
  groundsOf: async (_ctx, tx, subject) => ({ ...(await listingOf(tx, subject)) }),
  execute: async (ctx, tx, { subject, content, approvedBy, approvalId }) => {
    const note = `${content.note} (proposal ${approvalId})`;
    const complaints = await findOpenComplaints(tx, subject);
    const case_ref = await actAs(tx, "reviewer", async () => {
      const listed = await listSubject(tx, { subject, reason: content.reason, actor: approvedBy, note });
      await resolveUpheld(tx, complaints, `upheld as ${listed}`);
      return listed;
    });
    for (const complaint_id of complaints) await enqueueNotice(ctx, tx, { kind: "complaint-decided", complaint_id });
    return { subject, state: "BLACKLISTED", case: case_ref };
  },
});

/** @throws {ApiError} SUBJECT_NOT_FOUND */
async function listingOf(tx: Tx, subject: string): Promise<Listing> {
  const listing = z.uuid().safeParse(subject).success ? await findListing(tx, subject) : undefined;
  if (listing === undefined) throw complianceError("SUBJECT_NOT_FOUND", `There is no model or company ${subject.slice(0, 64)}.`, "subject");
  return listing;
}
