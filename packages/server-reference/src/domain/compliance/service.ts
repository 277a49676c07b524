import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
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
  return { moved, told: await tellListed(ctx) };
}

/** The 14 days of notice run from this mail; without a mail server nobody is told, and nobody new is published. */
export async function tellListed(ctx: AppContext): Promise<string[]> {
  const { mail } = ctx;
  return ctx.db.service(async (tx) => {
    const untold = await findUntold(tx);
    if (mail === undefined) {
      if (untold.length > 0) ctx.log.warn({ subjects: untold.length }, "blacklisted subjects cannot be told: set SMTP_URL");
      return [];
    }
    const told: string[] = [];
    for (const subject of untold) if (await tell(ctx, tx, subject)) told.push(subject.id);
    return told;
  });
}

async function tell(ctx: AppContext, tx: Tx, subject: Untold): Promise<boolean> {
  if (subject.email === null) {
    ctx.log.warn({ subject: subject.id, case: subject.case_ref }, "a blacklisted subject left no address: the board must reach it");
    return false;
  }
  await ctx.mail?.send({
    to: subject.email,
    subject: `OMLA: ${subject.case_ref}, blacklisting of ${subject.name}`,
    text: noticeOf(subject, ctx.config.publicUrl),
  });
  await markTold(tx, subject.id);
  await appendAudit(tx, {
    actor: "system",
    action: "compliance.told",
    entity: "compliance_state",
    entityId: subject.id,
    detail: { after: { case: subject.case_ref } },
  });
  return true;
}

function noticeOf({ name, case_ref, reason }: Untold, registry: string): string {
  return `${name} is blacklisted by the OMLA registry ${registry} (case ${case_ref}, reason ${reason}).

It will be published with the first weekly list that is at least 14 days after this message.
Pay or report what is missing, and ask the board to clear the case; or dispute it with evidence:
${registry}/functions/v1/file-complaint, reason APPEAL.
`;
}
