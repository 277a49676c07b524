import type { Tx } from "../../db/database.ts";

export interface NewComplaint {
  readonly receipt: string;
  readonly modelId: string | null;
  readonly companyId: string | null;
  readonly reason: string;
  readonly email: string | null;
  readonly description: string;
  readonly evidence: readonly string[];
  /** Keyed digest of the network that filed it and of its target. */
  readonly filer: string;
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
  await tx.query(
    "insert into omla.complaint_private (complaint_id, complainant_email, description, evidence, filer_sha256) values ($1, $2, $3, $4, $5)",
    [stored.id, complaint.email, complaint.description, JSON.stringify(complaint.evidence), complaint.filer],
  );
  return stored;
}

/** Whether the same network has an open complaint about the same target; two that ask at once take turns. */
export async function hasOpenComplaint(tx: Tx, filer: string): Promise<boolean> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('omla.complaint ' || $1, 0))", [filer]);
  const { rows } = await tx.query(
    "select 1 from omla.complaint_private p join omla.complaints c on c.id = p.complaint_id where p.filer_sha256 = $1 and c.status = 'open' limit 1",
    [filer],
  );
  return rows.length === 1;
}

export async function isListed(tx: Tx, target: string): Promise<boolean> {
  return (await tx.query("select 1 from omla.compliance_state where id = $1 and blacklisted_at is not null", [target])).rows.length === 1;
}

export interface ComplaintStanding {
  readonly receipt: string;
  readonly status: "open" | "resolved" | "dismissed" | "upheld" | "lapsed";
  readonly reason: string;
  readonly filed_at: string;
  readonly notified_at: string | null;
  readonly closed_at: string | null;
  readonly resolution: string | null;
}

export async function findStanding(tx: Tx, receipt: string): Promise<ComplaintStanding | undefined> {
  const { rows } = await tx.query<ComplaintStanding>(
    `select c.receipt, c.status, c.reason, omla.iso(c.created_at) as filed_at, omla.iso(c.notified_at) as notified_at,
            omla.iso(c.closed_at) as closed_at, p.resolution
       from omla.complaints c left join omla.complaint_private p on p.complaint_id = c.id where c.receipt = $1`,
    [receipt],
  );
  return rows[0];
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
