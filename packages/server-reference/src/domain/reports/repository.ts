import type { Tx } from "../../db/database.ts";

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

/** Lines of earlier versions no longer count; what was paid stays on record under its payment. */
export async function supersedeLines(tx: Tx, companyId: string, quarter: string, live: boolean): Promise<void> {
  await tx.query(
    `update omla.usage_reports set status = 'superseded'
      where reporter_id = $1 and quarter = $2 and live = $3 and status not in ('superseded', 'rejected')`,
    [companyId, quarter, live],
  );
}

/** Ids and standing of a submission's stored lines, by model. */
export async function findStoredLines(tx: Tx, submissionId: string): Promise<Map<string, { report_id: string; status: string }>> {
  const { rows } = await tx.query<{ model_id: string; report_id: string; status: string }>(
    "select model_id, id as report_id, status from omla.usage_reports where submission_id = $1",
    [submissionId],
  );
  return new Map(rows.map(({ model_id, ...line }) => [model_id, line]));
}
