import type { BlacklistEntry } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";

/** A list as it was published. */
export interface PublishedList {
  readonly sequence: number;
  readonly digest: string;
  readonly raw: string;
  readonly signed: boolean;
  readonly entry_count: number;
  readonly generated_at: Date;
  readonly next_update: Date;
  readonly expires_at: Date;
}

type ListRow = Omit<PublishedList, "sequence"> & { readonly sequence: string };

const LIST_COLUMNS = "sequence, digest, raw, signed, entry_count, generated_at, next_update, expires_at";

export async function findLatestList(tx: Tx): Promise<PublishedList | undefined> {
  const { rows } = await tx.query<ListRow>(`select ${LIST_COLUMNS} from omla.published_lists order by sequence desc limit 1`);
  return rows[0] && { ...rows[0], sequence: Number(rows[0].sequence) };
}

/**
 * The list that changes are counted from beside the newest one: the last weekly edition, or a later one that two persons stood behind.
 *
 * An edition in between keeps the date of the next one, or is followed within the hour.
 */
export async function findSettledList(tx: Tx): Promise<PublishedList | undefined> {
  const { rows } = await tx.query<ListRow>(
    `select ${LIST_COLUMNS} from omla.published_lists where sequence = (
       select max(l.sequence)
         from (select sequence, digest, next_update, next_update - generated_at > interval '1 hour'
                      and next_update is distinct from lag(next_update) over (order by sequence) as is_weekly from omla.published_lists) l
        where l.is_weekly or exists (select from omla.list_proposals p where p.digest = l.digest and p.needs_two and p.status = 'published'))`,
  );
  return rows[0] && { ...rows[0], sequence: Number(rows[0].sequence) };
}

export async function findList(tx: Tx, sequence: number): Promise<PublishedList | undefined> {
  const { rows } = await tx.query<ListRow>(`select ${LIST_COLUMNS} from omla.published_lists where sequence = $1`, [sequence]);
  return rows[0] && { ...rows[0], sequence: Number(rows[0].sequence) };
}

export interface NewList extends PublishedList {
  readonly quarter: string;
  readonly prev_sha256: string;
}

export async function insertList(tx: Tx, list: NewList): Promise<void> {
  await tx.query(
    `insert into omla.published_lists (sequence, quarter, digest, prev_sha256, raw, signed, entry_count, generated_at, next_update, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      list.sequence,
      list.quarter,
      list.digest,
      list.prev_sha256,
      list.raw,
      list.signed,
      list.entry_count,
      list.generated_at,
      list.next_update,
      list.expires_at,
    ],
  );
}

/** A blacklisted subject, and whether its notice has run out. */
export interface ListedSubject {
  readonly entry: BlacklistEntry;
  /** 14 days or more have passed since the subject was told. */
  readonly notice_over: boolean;
}

/** Every subject whose base state is BLACKLISTED, in a stable order. */
export async function findBlacklisted(tx: Tx): Promise<ListedSubject[]> {
  return (await tx.query<ListedSubject>(FIND_BLACKLISTED)).rows;
}

const FIND_BLACKLISTED = `
  select coalesce(s.told_at + interval '14 days' <= omla.now(), false) as notice_over,
         jsonb_strip_nulls(jsonb_build_object(
           'kind', s.subject_kind, 'id', s.id, 'reason', s.reason, 'since', omla.iso(s.blacklisted_at), 'enforce', s.enforce, 'case', s.case_ref,
           'address', omla.address_of(m.id),
           'sha256', (select jsonb_agg(h.sha256 order by h.sha256) from omla.model_hashes h where h.model_id = m.id),
           'locations', (select jsonb_agg(l.url order by l.position) from omla.model_locations l where l.model_id = m.id and l.effective_until is null),
           'name', coalesce(m.name, c.company_name), 'domains', case when c.id is not null then to_jsonb(c.domains) end)) as entry
    from omla.compliance_state s
    left join omla.models m on m.id = s.model_id
    left join omla.commercial_users c on c.id = s.commercial_user_id
   where s.blacklisted_at is not null
   order by s.blacklisted_at, s.id`;

export interface PublishedKeyset {
  readonly version: number;
  readonly threshold: number;
  readonly raw: string;
}

export async function findKeyset(tx: Tx, version: number | "latest"): Promise<PublishedKeyset | undefined> {
  const { rows } = await tx.query<PublishedKeyset>(
    "select version, threshold, raw from omla.keysets where $1::int is null or version = $1 order by version desc limit 1",
    [version === "latest" ? null : version],
  );
  return rows[0];
}

export async function insertKeyset(tx: Tx, keyset: PublishedKeyset & { readonly expires_at: Date }): Promise<void> {
  await tx.query("insert into omla.keysets (version, threshold, raw, expires_at) values ($1, $2, $3, $4)", [
    keyset.version,
    keyset.threshold,
    keyset.raw,
    keyset.expires_at,
  ]);
}

export interface PublishedHeartbeat {
  readonly raw: string;
  readonly generated_at: Date;
}

export async function findLatestHeartbeat(tx: Tx): Promise<PublishedHeartbeat | undefined> {
  const { rows } = await tx.query<PublishedHeartbeat>("select raw, generated_at from omla.published_heartbeats order by id desc limit 1");
  return rows[0];
}

export async function insertHeartbeat(
  tx: Tx,
  heartbeat: PublishedHeartbeat & { readonly sequence: number; readonly expires_at: Date },
): Promise<void> {
  await tx.query("insert into omla.published_heartbeats (sequence, raw, generated_at, expires_at) values ($1, $2, $3, $4)", [
    heartbeat.sequence,
    heartbeat.raw,
    heartbeat.generated_at,
    heartbeat.expires_at,
  ]);
}
