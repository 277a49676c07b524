import type { Tx } from "../../db/database.ts";

export interface ComplaintFilter {
  readonly status: string;
  readonly reason?: string | undefined;
  readonly target_id?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

type Status = "open" | "resolved" | "dismissed" | "upheld" | "lapsed";

export interface ComplaintRow {
  readonly id: string;
  readonly target: { readonly kind: "model" | "commercial_user"; readonly id: string; readonly name: string; readonly state: string };
  readonly reason: string;
  readonly status: Status;
  readonly filed_at: string;
  readonly lapses_at: string | null;
  readonly notified_at: string | null;
  readonly closed_at: string | null;
}

export interface ComplaintDetail extends ComplaintRow {
  readonly description: string | null;
  readonly evidence: string[];
  readonly complainant_email: string | null;
  readonly resolution: string | null;
  readonly redacted_at: string | null;
}

const COLUMNS = `
  k.id, jsonb_build_object('kind', s.subject_kind, 'id', s.id, 'name', coalesce(m.name, c.company_name), 'state', s.state) as target,
  k.reason, k.status, omla.iso(k.created_at) as filed_at,
  case when k.status = 'open' then omla.iso(k.created_at + interval '1440 hours') end as lapses_at,
  omla.iso(k.notified_at) as notified_at, omla.iso(k.closed_at) as closed_at`;
const JOINS = `
  from omla.complaints k
  join omla.compliance_state s on s.id = coalesce(k.model_id, k.commercial_user_id)
  left join omla.models m on m.id = k.model_id left join omla.commercial_users c on c.id = k.commercial_user_id`;

/** The oldest first: they lapse first. */
export async function listComplaints(tx: Tx, { status, reason, target_id, limit, offset }: ComplaintFilter): Promise<ComplaintRow[]> {
  const { rows } = await tx.query<ComplaintRow>(
    `select ${COLUMNS} ${JOINS}
      where ($1 = 'all' or k.status = $1) and ($2::text is null or k.reason = $2) and ($3::uuid is null or s.id = $3)
      order by k.created_at, k.id limit $4 offset $5`,
    [status, reason ?? null, target_id ?? null, limit, offset],
  );
  return rows;
}

export async function findComplaint(tx: Tx, id: string): Promise<ComplaintDetail | undefined> {
  const { rows } = await tx.query<ComplaintDetail>(
    `select ${COLUMNS}, p.description, coalesce(p.evidence, '[]') as evidence, p.complainant_email, p.resolution,
            omla.iso(p.redacted_at) as redacted_at
     ${JOINS} left join omla.complaint_private p on p.complaint_id = k.id where k.id = $1`,
    [id],
  );
  return rows[0];
}

/** As reviewer; the target's review ends with its last open complaint. @returns whether it was open */
export async function closeComplaint(tx: Tx, id: string, status: "resolved" | "dismissed", resolution: string): Promise<boolean> {
  const { rows } = await tx.query(
    "update omla.complaints set status = $2, closed_at = omla.now_seconds() where id = $1 and status = 'open' returning id",
    [id, status],
  );
  await tx.query("update omla.complaint_private set resolution = $2 where complaint_id = $1", [id, resolution]);
  return rows.length === 1;
}
