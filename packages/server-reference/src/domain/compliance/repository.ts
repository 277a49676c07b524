import type { Tx } from "../../db/database.ts";

/** A subject that a tick moved, with the states it entered in order. */
export interface Moved {
  readonly id: string;
  readonly subject_kind: string;
  readonly entered: string[];
}

/** One step of the named subjects, or of all; a second one at the same moment changes nothing. */
export async function tick(tx: Tx, subjects: readonly string[] | null, actor: string): Promise<Moved[]> {
  const { rows } = await tx.query<Moved>("select id, subject_kind, entered from omla.tick_compliance($1::uuid[], null, $2)", [
    subjects,
    actor,
  ]);
  return rows;
}

/** A blacklisted subject that was not told of it yet, and how to reach it. */
export interface Untold {
  readonly id: string;
  readonly subject_kind: "model" | "commercial_user";
  readonly name: string;
  readonly case_ref: string;
  readonly reason: string;
  readonly email: string | null;
}

export async function findUntold(tx: Tx): Promise<Untold[]> {
  const { rows } = await tx.query<Untold>(`
    select s.id, s.subject_kind, coalesce(m.name, c.company_name) as name, s.case_ref, s.reason, coalesce(mp.creator_email, cp.contact_email) as email
      from omla.compliance_state s
      left join omla.models m on m.id = s.model_id left join omla.model_private mp on mp.model_id = m.id
      left join omla.commercial_users c on c.id = s.commercial_user_id left join omla.commercial_user_private cp on cp.company_id = c.id
     where s.blacklisted_at is not null and s.told_at is null
     order by s.id`);
  return rows;
}

export async function markTold(tx: Tx, id: string): Promise<void> {
  await tx.query("update omla.compliance_state set told_at = omla.now_seconds() where id = $1", [id]);
}

/** What a tick at a moment would do to a subject; nothing is written. */
export interface Foreseen {
  readonly id: string;
  readonly subject_kind: "model" | "commercial_user";
  readonly name: string;
  readonly state: string;
  readonly next_state: string;
  readonly entered: string[];
}

/** The same step over the same facts as the tick's. */
export async function foresee(tx: Tx, asOf: Date): Promise<Foreseen[]> {
  const { rows } = await tx.query<Foreseen>(
    `select s.id, s.subject_kind, coalesce(m.name, c.company_name) as name, s.state, t.step ->> 'state' as next_state,
            array(select jsonb_array_elements_text(t.step -> 'entered')) as entered
       from omla.compliance_state s
       left join omla.models m on m.id = s.model_id left join omla.commercial_users c on c.id = s.commercial_user_id
      cross join lateral (select omla.tick_compliance(s.subject_kind, s.state, s.previous_state,
                            omla.compliance_facts(s.subject_kind, s.id), $1) as step) t
      where s.state <> 'BLACKLISTED' and jsonb_array_length(t.step -> 'entered') > 0
        and (s.state <> 'REGISTERED' or c.reporting_from is not null
          or exists (select from omla.usage_reports r where r.model_id = s.model_id and r.live))
      order by s.id`,
    [asOf],
  );
  return rows;
}

export interface Ahead {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly kind: "due" | "listing";
  readonly deadline: Date;
  readonly quarters: string[];
}

/** Deadlines within the next 14 days of everybody who is not listed. */
export async function findDeadlines(tx: Tx, asOf: Date): Promise<Ahead[]> {
  const { rows } = await tx.query<Ahead>(
    `select s.id, coalesce(m.name, c.company_name) as name, coalesce(mp.creator_email, cp.contact_email) as email, a.kind, a.deadline, a.quarters
       from omla.compliance_state s
       left join omla.models m on m.id = s.model_id left join omla.model_private mp on mp.model_id = m.id
       left join omla.commercial_users c on c.id = s.commercial_user_id left join omla.commercial_user_private cp on cp.company_id = c.id
      cross join lateral omla.deadlines_ahead(s.subject_kind, s.id, $1) a
      where s.blacklisted_at is null
        and (exists (select from omla.usage_reports r where r.model_id = s.model_id and r.live) or c.reporting_from is not null)
        and a.deadline >= $1 and a.deadline <= $1::timestamptz + interval '336 hours'
      order by a.deadline, s.id`,
    [asOf],
  );
  return rows;
}
