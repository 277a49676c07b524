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
