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

/** Locked, so that two processes do not write to the same subject. */
export async function findUntold(tx: Tx): Promise<Untold[]> {
  const { rows } = await tx.query<Untold>(`
    select s.id, s.subject_kind, coalesce(m.name, c.company_name) as name, s.case_ref, s.reason, coalesce(mp.creator_email, cp.contact_email) as email
      from omla.compliance_state s
      left join omla.models m on m.id = s.model_id left join omla.model_private mp on mp.model_id = m.id
      left join omla.commercial_users c on c.id = s.commercial_user_id left join omla.commercial_user_private cp on cp.company_id = c.id
     where s.blacklisted_at is not null and s.told_at is null
     order by s.id for update of s skip locked`);
  return rows;
}

export async function markTold(tx: Tx, id: string): Promise<void> {
  await tx.query("update omla.compliance_state set told_at = omla.now_seconds() where id = $1", [id]);
}
