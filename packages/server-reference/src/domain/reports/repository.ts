import type { Tx } from "../../db/database.ts";
import type { ReceiptLine } from "./schema.ts";

export interface SubmissionRow {
  readonly id: string;
  readonly version: number;
  readonly final: boolean;
  readonly content_sha256: string;
  readonly content: string;
  readonly filed_at: Date;
  readonly first_filed_at: Date;
}

/** The latest version of a company's report for a quarter; the company's row is locked, so that two filings take their turn. */
export async function findLatestSubmission(tx: Tx, companyId: string, quarter: string, live: boolean): Promise<SubmissionRow | undefined> {
  await tx.query("select 1 from omla.commercial_users where id = $1 for no key update", [companyId]);
  const { rows } = await tx.query<SubmissionRow>(
    `select id, version, final, content_sha256, content, filed_at, first_filed_at from omla.submissions
      where reporter_id = $1 and quarter = $2 and live = $3 order by version desc limit 1`,
    [companyId, quarter, live],
  );
  return rows[0];
}

export interface NewSubmission {
  readonly companyId: string;
  readonly quarter: string;
  readonly version: number;
  readonly final: boolean;
  readonly live: boolean;
  readonly policy: string;
  readonly contentSha256: string;
  readonly content: string;
  readonly filedAt: Date;
  readonly firstFiledAt: Date;
}

export async function insertSubmission(tx: Tx, row: NewSubmission): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into omla.submissions (reporter_id, quarter, version, final, live, lineage_policy, content_sha256, content, filed_at, first_filed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      row.companyId,
      row.quarter,
      row.version,
      row.final,
      row.live,
      row.policy,
      row.contentSha256,
      row.content,
      row.filedAt,
      row.firstFiledAt,
    ],
  );
  const [inserted] = rows;
  if (inserted === undefined) throw new TypeError("an insert returns its row");
  return inserted.id;
}

/** What is stored of a line beside its figures. */
export interface NewLine
  extends Omit<ReceiptLine, "report_id" | "status" | "hoster_pool_usd" | "creator_pool_usd" | "name" | "address" | "asset_kind"> {
  readonly report_id: string;
  readonly pipeline: string | null;
  readonly license_version: string;
  readonly hoster_share_pct: string;
  readonly terms_sha256: string;
}

/** Writes all lines of a submission in one statement. */
export async function insertLines(tx: Tx, submissionId: string, submission: NewSubmission, lines: readonly NewLine[]): Promise<void> {
  await tx.query(INSERT_LINES, [
    submissionId,
    submission.companyId,
    submission.quarter,
    submission.live,
    submission.firstFiledAt,
    JSON.stringify(lines),
  ]);
}

const INSERT_LINES = `
  insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, pipeline, inferences, revenue_usd, run_cost_usd,
    weight, rate, royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256)
  select l.report_id, $1, $2, l.model_id, $3, $4, $5, l.entry, l.pipeline, l.inferences, l.revenue_usd, l.run_cost_usd,
         l.weight, l.rate, l.royalty_basis, l.royalty_usd, l.deducted_fees_usd, l.net_royalty_usd, l.hoster_share_pct, l.license_version, l.terms_sha256
    from jsonb_to_recordset($6::jsonb) as l (report_id uuid, model_id uuid, entry text, pipeline text, inferences bigint, revenue_usd numeric, run_cost_usd numeric,
      weight numeric, rate numeric, royalty_basis text, royalty_usd numeric, deducted_fees_usd numeric, net_royalty_usd numeric,
      hoster_share_pct numeric, license_version text, terms_sha256 text)`;

/** Lines of earlier versions no longer count; what was paid stays on record under its payment. */
export async function supersedeLines(tx: Tx, companyId: string, quarter: string, live: boolean): Promise<void> {
  await tx.query(
    `update omla.usage_reports set status = 'superseded'
      where reporter_id = $1 and quarter = $2 and live = $3 and status not in ('superseded', 'rejected')`,
    [companyId, quarter, live],
  );
}

/** From the first report on every quarter is due, until the last one is marked final (decision 16). */
export async function updateDuty(tx: Tx, companyId: string, from: string, until: string | null): Promise<void> {
  await tx.query("update omla.commercial_users set reporting_from = $2, reporting_until = $3 where id = $1", [companyId, from, until]);
}

export interface Duty {
  readonly reporting_from: string | null;
  readonly reporting_until: string | null;
}

export async function findDuty(tx: Tx, companyId: string): Promise<Duty> {
  const { rows } = await tx.query<Duty>("select reporting_from, reporting_until from omla.commercial_users where id = $1", [companyId]);
  return rows[0] ?? { reporting_from: null, reporting_until: null };
}

/** Ids and standing of a submission's stored lines, by model. */
export async function findStoredLines(tx: Tx, submissionId: string): Promise<Map<string, { report_id: string; status: string }>> {
  const { rows } = await tx.query<{ model_id: string; report_id: string; status: string }>(
    "select model_id, id as report_id, status from omla.usage_reports where submission_id = $1",
    [submissionId],
  );
  return new Map(rows.map(({ model_id, ...line }) => [model_id, line]));
}
