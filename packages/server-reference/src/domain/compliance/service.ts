import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { sendOnce, type Sendings } from "../notices/once-service.ts";
import { remindOfDeadlines } from "./reminder-service.ts";
import { findUntold, markTold, type Moved, tick, type Untold } from "./repository.ts";

/** Moves those whose facts have just changed. */
export async function tickSubjects(tx: Tx, ids: readonly string[], actor: string): Promise<void> {
  await tick(tx, [...new Set(ids)], actor);
}

export interface TickAnswer {
  readonly moved: Moved[];
  /** Subjects that were told of their blacklisting just now. */
  readonly told: string[];
}

/**
 * The weekly tick: every subject by one step, then whoever is blacklisted and was not told is told.
 *
 * @see docs/spec/6-compliance.md
 */
export async function tickEverybody(ctx: AppContext): Promise<TickAnswer> {
  const moved = await ctx.db.service((tx) => tick(tx, null, "system"));
  const { sent } = await tellListed(ctx);
  await remindOfDeadlines(ctx);
  return { moved, told: sent };
}

/** The 14 days of notice run from this mail; without a mail server nobody is told, and nobody new is published. */
export async function tellListed(ctx: AppContext): Promise<Sendings> {
  const untold = await ctx.db.service(findUntold);
  return sendOnce(
    ctx,
    untold.map((subject) => ({
      id: subject.id,
      key: `listed:${subject.id}:${subject.case_ref}`,
      message: subject.email === null ? undefined : { to: subject.email, ...noticeOf(subject, ctx.config.publicUrl) },
      mark: (tx) => bookTold(tx, subject),
    })),
  );
}

/** The audit log comes first, as with all that moves a standing. */
async function bookTold(tx: Tx, { id, case_ref }: Untold): Promise<void> {
  const detail = { after: { case: case_ref } };
  await appendAudit(tx, { actor: "system", action: "compliance.told", entity: "compliance_state", entityId: id, detail });
  await markTold(tx, id);
}

function noticeOf({ name, case_ref, reason }: Untold, registry: string): { readonly subject: string; readonly text: string } {
  return {
    subject: `OMLA: ${case_ref}, blacklisting of ${name}`,
    text: `${name} is blacklisted by the OMLA registry ${registry} (case ${case_ref}, reason ${reason}).

It will be published with the first weekly list that is at least 14 days after this message.
Pay or report what is missing, and ask the board to clear the case; or dispute it with evidence:
${registry}/functions/v1/file-complaint, reason APPEAL.
`,
  };
}
