import type { Tx } from "../../db/database.ts";

export interface CompanyStanding {
  readonly state: string;
  readonly email_confirmed: boolean;
  readonly reporting_from: string | null;
  readonly reporting_until: string | null;
  readonly reported_quarters: readonly string[];
}

export async function findStanding(tx: Tx, companyId: string): Promise<CompanyStanding> {
  const { rows } = await tx.query<CompanyStanding>(
    `select s.state, p.email_confirmed_at is not null as email_confirmed, c.reporting_from, c.reporting_until,
            array(select jsonb_array_elements_text(omla.compliance_facts('commercial_user', c.id) -> 'reported_quarters')) as reported_quarters
       from omla.commercial_users c
       join omla.compliance_state s on s.commercial_user_id = c.id
       left join omla.commercial_user_private p on p.company_id = c.id
      where c.id = $1`,
    [companyId],
  );
  const [standing] = rows;
  if (standing === undefined) throw new TypeError("a company with a key has a standing");
  return standing;
}

export interface OpenLine {
  readonly report_id: string;
  readonly model_id: string;
  readonly quarter: string;
  readonly status: string;
  readonly net_royalty_usd: string;
  readonly paid_usd: string;
  readonly filed_at: Date;
}

/** Lines whose royalty has not arrived, or not all of it. */
export async function findOpenLines(tx: Tx, companyId: string, live: boolean): Promise<OpenLine[]> {
  const { rows } = await tx.query<OpenLine>(
    `select r.id as report_id, r.model_id, r.quarter, r.status, r.net_royalty_usd, coalesce(f.paid_usd, 0)::numeric(18, 6) as paid_usd, r.filed_at
       from omla.usage_reports r left join omla.line_funding f on f.report_id = r.id
      where r.reporter_id = $1 and r.live = $2 and r.status in ('submitted', 'disputed') order by r.quarter, r.id`,
    [companyId, live],
  );
  return rows;
}
