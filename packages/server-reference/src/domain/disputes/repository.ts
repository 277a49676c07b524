import type { Tx } from "../../db/database.ts";
import type { PartyKind } from "../cases/party.ts";

export interface Dispute {
  readonly id: string;
  readonly report_id: string;
  readonly party_kind: PartyKind;
  readonly party: string;
  readonly status: "open" | "accepted" | "rejected" | "withdrawn";
  readonly proposed_revenue_usd: string | null;
  readonly proposed_cost_usd: string | null;
  readonly proposed_inferences: number | null;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly result_report_id: string | null;
  readonly description: string | null;
  readonly resolution: string | null;
  readonly quarter: string;
  readonly model_id: string;
  readonly model_name: string;
  readonly company_id: string;
  readonly company_name: string;
  readonly line_status: string;
}

export interface NewDispute {
  readonly report_id: string;
  readonly party_kind: PartyKind;
  readonly party: string;
  readonly revenue_usd: string | undefined;
  readonly run_cost_usd: string | undefined;
  readonly inferences: number | undefined;
  readonly description: string;
}

/** @returns its id; undefined where this party disputed the line before */
export async function insertDispute(tx: Tx, dispute: NewDispute): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.usage_disputes (report_id, party_kind, party, proposed_revenue_usd, proposed_cost_usd, proposed_inferences)
     values ($1, $2, $3, $4, $5, $6) on conflict on constraint usage_dispute_once do nothing returning id`,
    [
      dispute.report_id,
      dispute.party_kind,
      dispute.party,
      dispute.revenue_usd ?? null,
      dispute.run_cost_usd ?? null,
      dispute.inferences ?? null,
    ],
  );
  const [stored] = rows;
  if (stored === undefined) return undefined;
  await tx.query("insert into omla.usage_dispute_private (dispute_id, description) values ($1, $2)", [stored.id, dispute.description]);
  return stored.id;
}

export async function countOpenDisputes(tx: Tx, party: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    "select count(*)::int as count from omla.usage_disputes where party = $1 and status = 'open'",
    [party],
  );
  return rows[0]?.count ?? 0;
}

const SELECT = `
  select d.id, d.report_id, d.party_kind, d.party, d.status, d.proposed_revenue_usd::text, d.proposed_cost_usd::text, d.proposed_inferences::text,
         d.opened_at, d.closed_at, d.result_report_id, p.description, p.resolution, r.quarter::text, r.model_id, m.name as model_name,
         r.reporter_id as company_id, c.company_name, r.status as line_status
    from omla.usage_disputes d left join omla.usage_dispute_private p on p.dispute_id = d.id
    join omla.usage_reports r on r.id = d.report_id join omla.models m on m.id = r.model_id join omla.commercial_users c on c.id = r.reporter_id`;

type Row = Omit<Dispute, "proposed_inferences"> & { readonly proposed_inferences: string | null };

const toDispute = (row: Row): Dispute => ({
  ...row,
  proposed_inferences: row.proposed_inferences === null ? null : Number(row.proposed_inferences),
});

/** Locked, so that two decisions take their turn. */
export async function findDispute(tx: Tx, id: string): Promise<Dispute | undefined> {
  await tx.query("select 1 from omla.usage_disputes where id = $1 for update", [id]);
  const { rows } = await tx.query<Row>(`${SELECT} where d.id = $1`, [id]);
  return rows[0] && toDispute(rows[0]);
}

/** What a party opened, and what was opened about the lines of a company; the newest first. */
export async function findDisputesOf(tx: Tx, party: string, companyId: string | null, limit: number): Promise<Dispute[]> {
  const { rows } = await tx.query<Row>(`${SELECT} where d.party = $1 or r.reporter_id = $2 order by d.opened_at desc, d.id limit $3`, [
    party,
    companyId,
    limit,
  ]);
  return rows.map(toDispute);
}

export interface CaseFilter {
  readonly open: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** The oldest open ones first: they wait longest. */
export async function findDisputes(tx: Tx, { open, limit, offset }: CaseFilter): Promise<Dispute[]> {
  const { rows } = await tx.query<Row>(
    `${SELECT} where not $1 or d.status = 'open' order by d.status <> 'open', d.opened_at, d.id limit $2 offset $3`,
    [open, limit, offset],
  );
  return rows.map(toDispute);
}

export interface Closing {
  readonly id: string;
  readonly status: "accepted" | "rejected" | "withdrawn";
  readonly closedBy: string;
  readonly resolution: string | null;
  readonly resultReportId: string | null;
}

export async function closeDispute(tx: Tx, { id, status, closedBy, resolution, resultReportId }: Closing): Promise<void> {
  await tx.query(
    "update omla.usage_disputes set status = $2, closed_at = omla.now_seconds(), closed_by = $3, result_report_id = $4 where id = $1",
    [id, status, closedBy, resultReportId],
  );
  if (resolution !== null) await tx.query("update omla.usage_dispute_private set resolution = $2 where dispute_id = $1", [id, resolution]);
}
