import type { Tx } from "../../db/database.ts";

/** A complaint whose holder was not told, and how to reach that holder. */
export interface Unnotified {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly status: string;
  readonly created_at: Date;
  readonly email: string | null;
}

export async function findUnnotified(tx: Tx): Promise<Unnotified[]> {
  const { rows } = await tx.query<Unnotified>(`
    select k.id, coalesce(m.name, c.company_name) as name, k.reason, k.status, k.created_at, coalesce(mp.creator_email, cp.contact_email) as email
      from omla.complaints k
      left join omla.models m on m.id = k.model_id left join omla.model_private mp on mp.model_id = m.id
      left join omla.commercial_users c on c.id = k.commercial_user_id left join omla.commercial_user_private cp on cp.company_id = c.id
     where k.notified_at is null order by k.created_at, k.id`);
  return rows;
}

export async function markNotified(tx: Tx, id: string): Promise<void> {
  await tx.query("update omla.complaints set notified_at = omla.now_seconds() where id = $1 and notified_at is null", [id]);
}
