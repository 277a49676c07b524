import type { Tx } from "../../db/database.ts";
import type { CaseFilter } from "../disputes/repository.ts";

export interface UsageAudit {
  readonly id: string;
  readonly report_id: string;
  readonly party_kind: "creator" | "hoster" | "board";
  readonly party: string;
  readonly status: "requested" | "answered" | "overdue" | "compelled" | "waived" | "upheld" | "dismissed";
  readonly requested_at: Date;
  readonly answer_by: Date;
  readonly answered_at: Date | null;
  readonly overdue_at: Date | null;
  readonly closed_at: Date | null;
  readonly result_report_id: string | null;
  readonly description: string | null;
  readonly answer: string | null;
  readonly resolution: string | null;
  readonly quarter: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly company_id: string;
  readonly company_name: string;
  readonly line_status: string;
}

export interface NewAudit {
  readonly report_id: string;
  readonly party_kind: UsageAudit["party_kind"];
  readonly party: string;
  readonly answer_by: Date;
  readonly description: string;
}

/** @returns its id; undefined where this party asked for this line before */
export async function insertAudit(tx: Tx, { report_id, party_kind, party, answer_by, description }: NewAudit): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.usage_audits (report_id, party_kind, party, answer_by) values ($1, $2, $3, $4)
     on conflict on constraint usage_audit_once do nothing returning id`,
    [report_id, party_kind, party, answer_by],
  );
  const [stored] = rows;
  if (stored === undefined) return undefined;
  await tx.query("insert into omla.usage_audit_private (audit_id, description) values ($1, $2)", [stored.id, description]);
  return stored.id;
}

export async function countOpenAudits(tx: Tx, party: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    "select count(*)::int as count from omla.usage_audits where party = $1 and closed_at is null",
    [party],
  );
  return rows[0]?.count ?? 0;
}

const SELECT = `
  select a.id, a.report_id, a.party_kind, a.party, a.status, a.requested_at, a.answer_by, a.answered_at, a.overdue_at, a.closed_at, a.result_report_id,
         p.description, p.answer, p.resolution, r.quarter::text, r.model_id, m.name as model_name, r.reporter_id as company_id, c.company_name,
         r.status as line_status
    from omla.usage_audits a left join omla.usage_audit_private p on p.audit_id = a.id
    join omla.usage_reports r on r.id = a.report_id join omla.models m on m.id = r.model_id join omla.commercial_users c on c.id = r.reporter_id`;

/** Locked, so that an answer and a decision take their turn. */
export async function findAudit(tx: Tx, id: string): Promise<UsageAudit | undefined> {
  await tx.query("select 1 from omla.usage_audits where id = $1 for update", [id]);
  return (await tx.query<UsageAudit>(`${SELECT} where a.id = $1`, [id])).rows[0];
}

/** What a party asked for, and what a company is asked; the newest first. */
export async function findAuditsOf(tx: Tx, party: string, companyId: string | null, limit: number): Promise<UsageAudit[]> {
  const condition = "where a.party = $1 or r.reporter_id = $2 order by a.requested_at desc, a.id limit $3";
  return (await tx.query<UsageAudit>(`${SELECT} ${condition}`, [party, companyId, limit])).rows;
}

/** The oldest open ones first: they wait longest. */
export async function findAudits(tx: Tx, { open, limit, offset }: CaseFilter): Promise<UsageAudit[]> {
  const condition = "where not $1 or a.closed_at is null order by a.closed_at is not null, a.requested_at, a.id limit $2 offset $3";
  return (await tx.query<UsageAudit>(`${SELECT} ${condition}`, [open, limit, offset])).rows;
}

/** Those whose 14 days are over; another process that looks at the same moment gets others. */
export async function findUnanswered(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from omla.usage_audits where status in ('requested', 'compelled') and answer_by < omla.now()
      order by answer_by, id limit $1 for update skip locked`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

export async function markAnswered(tx: Tx, id: string, answer: string): Promise<void> {
  await tx.query("update omla.usage_audits set status = 'answered', answered_at = omla.now_seconds() where id = $1", [id]);
  await tx.query("update omla.usage_audit_private set answer = $2 where audit_id = $1", [id, answer]);
}

export async function markOverdue(tx: Tx, id: string): Promise<void> {
  await tx.query("update omla.usage_audits set status = 'overdue', overdue_at = omla.now_seconds() where id = $1", [id]);
}

export async function markCompelled(tx: Tx, id: string, answerBy: Date, resolution: string): Promise<void> {
  await tx.query("update omla.usage_audits set status = 'compelled', answer_by = $2 where id = $1", [id, answerBy]);
  await storeResolution(tx, id, resolution);
}

export interface AuditEnd {
  readonly status: "waived" | "upheld" | "dismissed";
  readonly closedBy: string;
  readonly resolution: string;
  readonly resultReportId: string | null;
}

export async function closeAudit(tx: Tx, id: string, { status, closedBy, resolution, resultReportId }: AuditEnd): Promise<void> {
  await storeResolution(tx, id, resolution);
  await tx.query(
    "update omla.usage_audits set status = $2, closed_at = omla.now_seconds(), closed_by = $3, result_report_id = $4 where id = $1",
    [id, status, closedBy, resultReportId],
  );
}

async function storeResolution(tx: Tx, id: string, resolution: string): Promise<void> {
  await tx.query("update omla.usage_audit_private set resolution = $2 where audit_id = $1", [id, resolution]);
}
