import type { Tx } from "../../db/database.ts";

/** A message that is due, with where it goes and what signs it. */
export interface DueDelivery {
  readonly event_seq: string;
  readonly event_id: string;
  readonly type: string;
  readonly data: object;
  readonly occurred_at: Date;
  readonly endpoint_id: string;
  readonly url: string;
  readonly attempts: number;
  readonly failing_since: Date | null;
  readonly company_id: string | null;
  readonly owner_pubkey: string | null;
  readonly sealed: readonly string[];
}

/**
 * Takes what is due for some minutes, at most some of each endpoint, the oldest first; another process that looks at the same moment gets others.
 */
export async function takeDue(
  tx: Tx,
  { perEndpoint, limit, leaseMinutes }: { perEndpoint: number; limit: number; leaseMinutes: number },
): Promise<DueDelivery[]> {
  const { rows } = await tx.query<DueDelivery>(TAKE_DUE, [perEndpoint, limit, leaseMinutes]);
  return rows.sort((a, b) => Number(a.event_seq) - Number(b.event_seq));
}

const TAKE_DUE = `
  with due as (
    select d.event_seq, d.endpoint_id from omla.webhook_endpoints e, lateral (
      select w.event_seq, w.endpoint_id from omla.webhook_deliveries w
       where w.endpoint_id = e.id and w.status = 'waiting' and w.next_attempt_at <= omla.now()
       order by w.event_seq limit $1 for update skip locked) d
     where e.disabled_at is null
       -- What is on its way or waits after a failure holds back all behind it, also beyond one batch.
       and not exists (select from omla.webhook_deliveries b where b.endpoint_id = e.id and b.status = 'waiting' and b.next_attempt_at > omla.now())
     limit $2
  ), taken as (
    update omla.webhook_deliveries w set next_attempt_at = omla.now() + $3::int * interval '1 minute'
      from due where w.event_seq = due.event_seq and w.endpoint_id = due.endpoint_id
    returning w.event_seq, w.endpoint_id, w.attempts
  )
  select t.event_seq::text, v.id as event_id, v.type, v.data, v.occurred_at, e.id as endpoint_id, e.url, t.attempts, e.failing_since,
         e.company_id, e.owner_pubkey::text,
         (select array_agg(s.sealed order by s.id desc) from omla.webhook_secrets s
           where s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > omla.now())) as sealed
    from taken t join omla.webhook_events v on v.seq = t.event_seq join omla.webhook_endpoints e on e.id = t.endpoint_id`;

type Key = Pick<DueDelivery, "event_seq" | "endpoint_id">;

export async function markDelivered(tx: Tx, { event_seq, endpoint_id }: Key, status: number): Promise<void> {
  await tx.query(
    `update omla.webhook_deliveries set status = 'delivered', attempts = attempts + 1, last_status = $3, done_at = omla.now()
      where event_seq = $1 and endpoint_id = $2`,
    [event_seq, endpoint_id, status],
  );
  await tx.query("update omla.webhook_endpoints set failing_since = null where id = $1 and failing_since is not null", [endpoint_id]);
}

export async function markFailed(tx: Tx, { event_seq, endpoint_id }: Key, status: number | null, pauseSeconds: number): Promise<void> {
  await tx.query(
    `update omla.webhook_deliveries set attempts = attempts + 1, last_status = $3, next_attempt_at = omla.now() + $4::int * interval '1 second'
      where event_seq = $1 and endpoint_id = $2`,
    [event_seq, endpoint_id, status, pauseSeconds],
  );
  await tx.query("update omla.webhook_endpoints set failing_since = omla.now() where id = $1 and failing_since is null", [endpoint_id]);
}

/** Not tried, as its endpoint just failed: due again at once for the next run. */
export async function giveBack(tx: Tx, { event_seq, endpoint_id }: Key, pauseSeconds: number): Promise<void> {
  await tx.query(
    "update omla.webhook_deliveries set next_attempt_at = omla.now() + $3::int * interval '1 second' where event_seq = $1 and endpoint_id = $2",
    [event_seq, endpoint_id, pauseSeconds],
  );
}

/** Switches an endpoint off and drops what waits for it. @returns whether it was on until now */
export async function disableEndpoint(tx: Tx, endpointId: string): Promise<boolean> {
  const { rows } = await tx.query(
    "update omla.webhook_endpoints set disabled_at = omla.now() where id = $1 and disabled_at is null returning id",
    [endpointId],
  );
  await tx.query(
    "update omla.webhook_deliveries set status = 'dropped', done_at = omla.now() where endpoint_id = $1 and status = 'waiting'",
    [endpointId],
  );
  return rows.length === 1;
}

/** Some model of a key, whose creator is told. */
export async function findModelOfKey(tx: Tx, pubkey: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from omla.models where ed25519_pubkey = $1 or recovery_pubkey = $1 order by created_at, id limit 1",
    [pubkey],
  );
  return rows[0]?.id;
}

/** Events that went out or were dropped are kept for 30 days. */
export async function deleteOldEvents(tx: Tx): Promise<void> {
  await tx.query(
    `delete from omla.webhook_events v where v.occurred_at < omla.now() - interval '30 days'
        and not exists (select from omla.webhook_deliveries d where d.event_seq = v.seq and d.status = 'waiting')`,
  );
}
