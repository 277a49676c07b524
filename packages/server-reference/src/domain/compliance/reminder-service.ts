import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { appendAudit } from "../audit/repository.ts";
import { type OnceNotice, sendOnce, type Sendings } from "../notices/once-service.ts";
import { type Ahead, findDeadlines } from "./repository.ts";

const DAY_MS = 86_400_000;
/** How many days before a deadline its people are reminded; the last one that has come counts. */
const DAYS_BEFORE = [1, 7, 14] as const;

/**
 * Reminds everybody of deadlines that are 14, 7 or 1 days away: each once, and only the nearest where an earlier one was missed.
 *
 * @see docs/spec/6-compliance.md
 */
export async function remindOfDeadlines(ctx: AppContext): Promise<Sendings> {
  const now = ctx.clock.now();
  const ahead = await ctx.db.service((tx) => findDeadlines(tx, now));
  return sendOnce(
    ctx,
    ahead.filter(({ email }) => email !== null).map((deadline) => reminderOf(ctx, deadline, now)),
  );
}

function reminderOf(ctx: AppContext, ahead: Ahead, now: Date): OnceNotice {
  const { id, email, kind } = ahead;
  const days = daysBefore(ahead.deadline, now);
  const deadline = formatTimestamp(ahead.deadline);
  const detail = { after: { kind, deadline, days_before: days } };
  return {
    id,
    key: `${kind}:${id}:${deadline}:${days}`,
    message: email === null ? undefined : { to: email, ...TEXTS[kind](ahead, deadline, ctx.config.publicUrl) },
    mark: (tx) => appendAudit(tx, { actor: "system", action: "compliance.remind", entity: "compliance_state", entityId: id, detail }),
  };
}

/** The step that a deadline stands at: 1 on its last day, then 7, then 14. */
function daysBefore(deadline: Date, now: Date): number {
  const left = (deadline.getTime() - now.getTime()) / DAY_MS;
  return DAYS_BEFORE.find((days) => left <= days) ?? 14;
}

type Text = (ahead: Ahead, deadline: string, registry: string) => { readonly subject: string; readonly text: string };

const TEXTS: Readonly<Record<Ahead["kind"], Text>> = {
  due: ({ name, quarters }, deadline, registry) => ({
    subject: `OMLA: ${name}, due by ${deadline}`,
    text: `At ${registry} something of ${name} is due by ${deadline}: the report or the royalty of ${quarters.join(", ")}.

${registry}/functions/v1/due lists it. A quarter without use needs a nil report (no entries).
`,
  }),
  listing: ({ name, quarters }, deadline, registry) => ({
    subject: `OMLA: ${name} will be blacklisted on ${deadline}`,
    text: `At ${registry} the report or the royalty of ${quarters.join(", ")} is overdue for ${name}.

If it is still missing on ${deadline}, ${name} is blacklisted, and published 14 days after that. ${registry}/functions/v1/due lists what is missing.
`,
  }),
};
