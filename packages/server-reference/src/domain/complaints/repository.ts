import type { Tx } from "../../db/database.ts";

export interface NewComplaint {
  readonly receipt: string;
  readonly modelId: string | null;
  readonly companyId: string | null;
  readonly reason: string;
  readonly email: string | null;
  readonly description: string;
  readonly evidence: readonly string[];
}

export interface StoredComplaint {
  readonly id: string;
  readonly status: string;
  readonly created_at: Date;
}

export async function insertComplaint(tx: Tx, complaint: NewComplaint): Promise<StoredComplaint> {
  const { rows } = await tx.query<StoredComplaint>(
    "insert into omla.complaints (receipt, model_id, commercial_user_id, reason) values ($1, $2, $3, $4) returning id, status, created_at",
    [complaint.receipt, complaint.modelId, complaint.companyId, complaint.reason],
  );
  const [stored] = rows;
  if (stored === undefined) throw new TypeError("an insert returns its row");
  await tx.query("insert into omla.complaint_private (complaint_id, complainant_email, description, evidence) values ($1, $2, $3, $4)", [
    stored.id,
    complaint.email,
    complaint.description,
    JSON.stringify(complaint.evidence),
  ]);
  return stored;
}

export async function isCompany(tx: Tx, id: string): Promise<boolean> {
  return (
    (
      await tx.query(
        `select 1 from omla.commercial_users where id = case when $1 ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then $1::uuid end`,
        [id.toLowerCase()],
      )
    ).rows.length === 1
  );
}

/** Reviews that nobody decided in 60 days end as dismissed. @returns the complaints' ids */
export async function lapseOldComplaints(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>("select id from omla.lapse_complaints() as l (id)");
  return rows.map(({ id }) => id);
}
