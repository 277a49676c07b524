import { ApiError } from "../../api-error.ts";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { databaseError } from "../../db/errors.ts";
import type { RailName } from "../../rails/rail.ts";
import type { RailEvent, RailFact } from "../../rails/rail-event.ts";
import { applyFact } from "./apply-fact.ts";
import {
  type EventOutcome,
  findWaiting,
  findWaitingRails,
  insertEvent,
  insertPaymentName,
  lockSubject,
  type Outcome,
  resolvePaymentName,
  settleEvent,
} from "./event-repository.ts";
import { subjectOf } from "./fact-text.ts";

/**
 * Hears an event of a rail: its id and its effect in one transaction, so that it counts once, in whatever order events come.
 *
 * @throws {DatabaseFault} where the database is away or busy: the rail sends it again
 */
export async function hearEvent(ctx: AppContext, rail: RailName, event: RailEvent): Promise<Outcome | "repeated"> {
  await ctx.queue.ready();
  return ctx.db.transaction(roleOf(event.fact), {}, async (tx) => {
    if (!(await insertEvent(tx, rail, event))) return "repeated";
    const { fact } = event;
    if (fact === undefined) {
      await settleEvent(tx, rail, { eventId: event.id, outcome: "ignored", subject: null, fact: undefined, note: null });
      return "ignored";
    }
    const outcome = await settle(ctx, tx, rail, { ...event, fact });
    if (outcome === "applied") await settleRelated(ctx, tx, rail, fact);
    return outcome;
  });
}

/** Only the payout role writes transfers; everything else is the server's. */
function roleOf(fact: RailFact | undefined): "payout" | "service_role" {
  return fact?.kind === "transfer" ? "payout" : "service_role";
}

/** Tries again what waited for a subject, such as a refund that came before its payment. */
export async function settleWaiting(ctx: AppContext, tx: Tx, rail: RailName, subject: string | null): Promise<number> {
  let applied = 0;
  for (const event of await findWaiting(tx, rail, subject)) {
    if ((await settle(ctx, tx, rail, event)) === "applied") applied += 1;
  }
  return applied;
}

/** Everything that waits, at every rail; events that came at the same moment may have missed each other. */
export async function settleAllWaiting(ctx: AppContext): Promise<number> {
  await ctx.queue.ready();
  return ctx.db.service(async (tx) => {
    let applied = 0;
    for (const rail of await findWaitingRails(tx)) applied += await settleWaiting(ctx, tx, rail, null);
    return applied;
  });
}

async function settleRelated(ctx: AppContext, tx: Tx, rail: RailName, fact: RailFact): Promise<void> {
  if (fact.kind === "payment-received") await settleWaiting(ctx, tx, rail, fact.externalId);
  if (fact.kind === "payment-named") await settleWaiting(ctx, tx, rail, fact.alias);
  // A refund that failed waits for the refund.
  if (fact.kind === "payment-refunded") await settleWaiting(ctx, tx, rail, await resolvePaymentName(tx, rail, fact.externalId));
}

/** Applies a fact, or says why not; what it half did is undone, what it says is kept. */
async function settle(
  ctx: AppContext,
  tx: Tx,
  rail: RailName,
  { id, occurredAt, fact }: { readonly id: string; readonly occurredAt: Date; readonly fact: RailFact },
): Promise<Outcome> {
  if (fact.kind === "payment-named") await insertPaymentName(tx, rail, fact.alias, fact.externalId);
  const subject = await resolvePaymentName(tx, rail, subjectOf(fact));
  await lockSubject(tx, rail, subject);
  await tx.query("savepoint effect");
  const settled = await applyFact(ctx, tx, rail, { fact, subject, occurredAt }).then(
    (outcome): Pick<EventOutcome, "outcome" | "note"> => ({ outcome, note: null }),
    (error: unknown) => refusalOf(error),
  );
  if (settled.outcome !== "applied") await tx.query("rollback to savepoint effect");
  await settleEvent(tx, rail, { eventId: id, subject, fact, ...settled });
  if (settled.outcome === "refused") ctx.log.error({ rail, event_id: id, note: settled.note }, "an event of a rail cannot be booked");
  return settled.outcome;
}

/** A refusal of ours stays a refusal however often it is sent; a fault of the moment does not. */
function refusalOf(error: unknown): Pick<EventOutcome, "outcome" | "note"> {
  const refusal = error instanceof ApiError ? error : databaseError(error);
  if (refusal === undefined || refusal.status >= 500 || refusal.code === "CONFLICT") throw error;
  return { outcome: refusal.code === "PAYMENT_NOT_FOUND" ? "waiting" : "refused", note: `${refusal.code}: ${refusal.message}` };
}
