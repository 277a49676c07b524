import type { Tx } from "../../db/database.ts";
import type { RailName } from "../../rails/rail.ts";
import type { RailEvent, RailFact } from "../../rails/rail-event.ts";
import { formatFact, parseFact } from "./fact-text.ts";

export type Outcome = "applied" | "ignored" | "waiting" | "refused";

/** Keeps the event's id. A second delivery waits here until the first is through. @returns false where it was heard before */
export async function insertEvent(tx: Tx, rail: RailName, { id, type, occurredAt }: RailEvent): Promise<boolean> {
  const { rowCount } = await tx.query(
    "insert into omla.rail_events (rail, event_id, type, occurred_at, outcome) values ($1, $2, $3, $4, 'received') on conflict do nothing",
    [rail, id, type, occurredAt],
  );
  return rowCount === 1;
}

/**
 * Forgets settled events of more than ninety days: a rail tells an old one again for thirty at most. What waits, and what a person must look at, stays.
 *
 * @returns how many, `limit` at most
 */
export async function deleteSettledEvents(tx: Tx, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from omla.rail_events where (rail, event_id) in (
       select e.rail, e.event_id from omla.rail_events e
        where e.outcome in ('applied', 'ignored') and e.received_at < omla.now() - interval '90 days'
          and coalesce(e.settled_at, e.received_at) < omla.now() - interval '90 days'
        order by e.received_at limit $1)`,
    [limit],
  );
  return rowCount ?? 0;
}

export interface EventOutcome {
  readonly eventId: string;
  readonly outcome: Outcome;
  readonly subject: string | null;
  readonly fact: RailFact | undefined;
  readonly note: string | null;
}

export async function settleEvent(tx: Tx, rail: RailName, { eventId, outcome, subject, fact, note }: EventOutcome): Promise<void> {
  await tx.query(
    `update omla.rail_events set outcome = $3, subject = $4, fact = $5, note = $6, settled_at = case when $3 in ('applied', 'ignored') then omla.now() end
      where rail = $1 and event_id = $2`,
    [rail, eventId, outcome, subject, fact === undefined ? null : formatFact(fact), note?.slice(0, 500) ?? null],
  );
}

export interface WaitingEvent {
  readonly id: string;
  readonly occurredAt: Date;
  readonly fact: RailFact;
}

/** What waits for a subject, oldest first; for any where none is named. */
export async function findWaiting(tx: Tx, rail: RailName, subject: string | null): Promise<WaitingEvent[]> {
  const { rows } = await tx.query<{ event_id: string; occurred_at: Date; fact: object }>(
    `select event_id, occurred_at, fact from omla.rail_events
      where rail = $1 and outcome = 'waiting' and ($2::text is null or subject = $2) order by occurred_at, event_id limit 1000`,
    [rail, subject],
  );
  return rows.map(({ event_id, occurred_at, fact }) => ({ id: event_id, occurredAt: occurred_at, fact: parseFact(fact) }));
}

/** The rails that something waits at. */
export async function findWaitingRails(tx: Tx): Promise<RailName[]> {
  const { rows } = await tx.query<{ rail: RailName }>("select distinct rail from omla.rail_events where outcome = 'waiting'");
  return rows.map(({ rail }) => rail);
}

/** Events that are not settled: those that wait for others, and those that a person must look at. */
export async function countOpenEvents(tx: Tx): Promise<{ readonly waiting: number; readonly refused: number }> {
  const { rows } = await tx.query<{ waiting: number; refused: number }>(
    `select count(*) filter (where outcome = 'waiting')::int as waiting, count(*) filter (where outcome = 'refused')::int as refused
       from omla.rail_events where outcome in ('waiting', 'refused')`,
  );
  return rows[0] ?? { waiting: 0, refused: 0 };
}

/** How the money of a failed refund is called, behind the refund's own name. */
export const FAILED = "-failed";

/** Money of one payment: as it arrived, or as a dispute or a failed refund gave it back. */
export interface PaymentPart {
  readonly reference: string;
  /** What of it did not go back, in smallest units. */
  readonly left: bigint;
}

const PARTS =
  "c.rail = $1 and (c.reference = $2 or c.reference in (select n.alias from omla.rail_payment_names n where n.rail = $1 and n.external_id = $2))";

/** What there is of a payment, as it arrived first. */
export async function findPaymentParts(tx: Tx, rail: RailName, payment: string): Promise<PaymentPart[]> {
  const { rows } = await tx.query<{ reference: string; left: string }>(
    `select c.reference, (c.amount - coalesce((select sum(f.amount) from omla.collection_refunds f where f.collection_id = c.id), 0))::text as left
       from omla.collections c where ${PARTS} order by c.reference <> $2, c.received_at, c.reference`,
    [rail, payment],
  );
  return rows.map(({ reference, left }) => ({ reference, left: BigInt(left) }));
}

/** What went back of a payment, as far as it was booked. */
export interface Refunded {
  /** Smallest units; refunds that failed count no more. */
  readonly total: bigint;
  /** How many failed. */
  readonly failed: number;
}

/**
 * How much of a payment went back in refunds: by the rail's word or the board's; a dispute is none.
 *
 * @param name - what the rail calls it in its refunds: an invoice may be paid by several payments
 */
export async function sumRefunded(tx: Tx, rail: RailName, payment: string, name: string): Promise<Refunded> {
  const { rows } = await tx.query<{ total: string; failed: number }>(
    `select (coalesce(sum(back.amount), 0) - coalesce(sum(c.amount) filter (where c.reference like '%${FAILED}'), 0))::text as total,
            (count(*) filter (where c.reference like '%${FAILED}'))::int as failed
       from omla.collections c
       left join lateral (
         select sum(f.amount) as amount from omla.collection_refunds f
          where f.collection_id = c.id and (f.kind = 'refund' or starts_with(f.reference, $2 || '-refunded-') or starts_with(f.reference, $3 || '-refunded-'))) back on true
      where ${PARTS}`,
    [rail, payment, name],
  );
  const [row] = rows;
  return { total: BigInt(row?.total ?? "0"), failed: row?.failed ?? 0 };
}

export async function insertPaymentName(tx: Tx, rail: RailName, alias: string, externalId: string): Promise<void> {
  await tx.query("insert into omla.rail_payment_names (rail, alias, external_id) values ($1, $2, $3) on conflict do nothing", [
    rail,
    alias,
    externalId,
  ]);
}

/** What the registry calls a payment that goes by several names. */
export async function resolvePaymentName(tx: Tx, rail: RailName, name: string): Promise<string> {
  const { rows } = await tx.query<{ external_id: string }>(
    "select external_id from omla.rail_payment_names where rail = $1 and alias = $2",
    [rail, name],
  );
  return rows[0]?.external_id ?? name;
}

/** Who paid, of a payment that was booked. */
export async function findPayer(tx: Tx, rail: RailName, payment: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ company_id: string }>("select company_id from omla.collections where rail = $1 and reference = $2", [
    rail,
    payment,
  ]);
  return rows[0]?.company_id;
}

/** One at a time for each subject, so that what is said of it is booked in one order. */
export async function lockSubject(tx: Tx, rail: RailName, subject: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`omla.rail_events ${rail} ${subject}`]);
}
