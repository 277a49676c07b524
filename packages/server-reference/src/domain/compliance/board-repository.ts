import type { Tx } from "../../db/database.ts";

/** What a decision to list a subject stands on. */
export interface Listing {
  readonly kind: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly listed_since: string | null;
  readonly case: string | null;
  readonly reason: string | null;
  readonly enforce: string;
}

export async function findListing(tx: Tx, subject: string): Promise<Listing | undefined> {
  const { rows } = await tx.query<Listing>(
    `select s.subject_kind as kind, coalesce(m.name, c.company_name) as name, coalesce(m.is_active, c.is_active) as is_active,
            omla.iso(s.blacklisted_at) as listed_since, s.case_ref as case, s.reason, s.enforce
       from omla.compliance_state s left join omla.models m on m.id = s.model_id left join omla.commercial_users c on c.id = s.commercial_user_id
      where s.id = $1`,
    [subject],
  );
  return rows[0];
}

interface Listed {
  readonly subject: string;
  readonly reason: string;
  readonly actor: string;
  readonly note: string;
}

export async function findOpenComplaints(tx: Tx, subject: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from omla.complaints where status = 'open' and (model_id = $1 or commercial_user_id = $1) order by created_at, id",
    [subject],
  );
  return rows.map(({ id }) => id);
}

/** As reviewer: what complainants read of complaints that ended with a listing. */
export async function resolveUpheld(tx: Tx, complaints: readonly string[], resolution: string): Promise<void> {
  await tx.query("update omla.complaint_private set resolution = $2 where complaint_id = any ($1::uuid[])", [complaints, resolution]);
}

/** As reviewer. @returns the case number */
export async function listSubject(tx: Tx, { subject, reason, actor, note }: Listed): Promise<string> {
  const { rows } = await tx.query<{ case: string }>("select omla.blacklist_subject($1, $2, $3, $4) as case", [
    subject,
    reason,
    actor,
    note,
  ]);
  return rows[0]?.case ?? "";
}

export interface SubjectFilter {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly listed?: string | undefined;
  readonly name?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface SubjectRow {
  readonly id: string;
  readonly kind: "model" | "commercial_user";
  readonly name: string;
  readonly state: string;
  readonly previous_state: string | null;
  readonly state_since: string;
  readonly listed_since: string | null;
  readonly reason: string | null;
  readonly case: string | null;
  readonly told_at: string | null;
  readonly enforce: string;
  readonly open_complaints: number;
}

const SUBJECT = `
  select s.id, s.subject_kind as kind, coalesce(m.name, c.company_name) as name, s.state, s.previous_state, omla.iso(s.state_since) as state_since,
         omla.iso(s.blacklisted_at) as listed_since, s.reason, s.case_ref as case, omla.iso(s.told_at) as told_at, s.enforce,
         (select count(*)::int from omla.complaints k where k.status = 'open' and (k.model_id = s.model_id or k.commercial_user_id = s.commercial_user_id))
           as open_complaints
    from omla.compliance_state s left join omla.models m on m.id = s.model_id left join omla.commercial_users c on c.id = s.commercial_user_id`;

/** Those that have been in their state the longest come first. */
export async function listSubjects(tx: Tx, { kind, state, listed, name, limit, offset }: SubjectFilter): Promise<SubjectRow[]> {
  const { rows } = await tx.query<SubjectRow>(
    `${SUBJECT}
      where ($1::text is null or s.subject_kind = $1) and ($2::text is null or s.state = $2)
        and ($3::text is null or (s.blacklisted_at is not null) = ($3 = 'true'))
        and ($4::text is null or strpos(lower(coalesce(m.name, c.company_name)), lower($4)) > 0)
      order by s.state_since, s.id limit $5 offset $6`,
    [kind ?? null, state ?? null, listed ?? null, name ?? null, limit, offset],
  );
  return rows;
}

export async function findSubject(
  tx: Tx,
  id: string,
): Promise<(SubjectRow & { contact_email: string | null; facts: unknown }) | undefined> {
  const { rows } = await tx.query<SubjectRow & { contact_email: string | null; facts: unknown }>(
    `select q.*, coalesce(mp.creator_email, cp.contact_email) as contact_email, omla.compliance_facts(q.kind, q.id) as facts
       from (${SUBJECT} where s.id = $1) q
       left join omla.model_private mp on mp.model_id = q.id left join omla.commercial_user_private cp on cp.company_id = q.id`,
    [id],
  );
  return rows[0];
}

/** As reviewer. @returns the state that the facts say */
export async function clearSubject(tx: Tx, subject: string, actor: string, note: string): Promise<string> {
  const { rows } = await tx.query<{ state: string }>("select omla.clear_subject($1, $2, $3) as state", [subject, actor, note]);
  return rows[0]?.state ?? "";
}

/** As reviewer. */
export async function setEnforcement(tx: Tx, subject: string, enforce: string, actor: string, note: string): Promise<void> {
  await tx.query("select omla.set_enforcement($1, $2, $3, $4)", [subject, enforce, actor, note]);
}

/** As reviewer. */
export async function markToldByBoard(tx: Tx, subject: string, actor: string, note: string): Promise<void> {
  await tx.query("select omla.mark_told($1, $2, $3)", [subject, actor, note]);
}
