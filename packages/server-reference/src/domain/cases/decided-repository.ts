import type { Tx } from "../../db/database.ts";

/** The royalty of each model of a company's quarter as the board decided it last. */
export async function findDecidedRoyalties(
  tx: Tx,
  companyId: string,
  quarter: string,
): Promise<{ model_id: string; royalty_usd: string }[]> {
  const { rows } = await tx.query<{ model_id: string; royalty_usd: string }>(
    `select distinct on (r.model_id) r.model_id, r.royalty_usd::text
       from (select result_report_id as id, closed_at from omla.usage_disputes where result_report_id is not null
             union all select result_report_id, closed_at from omla.usage_audits where result_report_id is not null) d
       join omla.usage_reports r on r.id = d.id join omla.submissions s on s.id = r.submission_id
      where r.reporter_id = $1 and r.quarter = $2 and r.live
      order by r.model_id, s.version desc`,
    [companyId, quarter],
  );
  return rows;
}
