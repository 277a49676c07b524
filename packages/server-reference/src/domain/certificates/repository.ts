import type { ComplianceState } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";

/** How a company stands for a quarter. */
export interface Standing {
  readonly company_name: string;
  readonly state: ComplianceState;
  readonly state_since: string;
  readonly reported: boolean;
  readonly line_count: number;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  readonly settled_usd: string;
}

export async function findStanding(tx: Tx, companyId: string, quarter: string): Promise<Standing> {
  const { rows } = await tx.query<Standing>(FIND_STANDING, [companyId, quarter]);
  const [standing] = rows;
  if (standing === undefined) throw new TypeError(`company ${companyId} has no state of compliance`);
  return standing;
}

/** Lines in force are those that were neither superseded nor rejected; of an unpaid one counts what has arrived of it. */
const FIND_STANDING = `
  select c.company_name, s.state, omla.iso(s.state_since) as state_since,
         omla.compliance_facts('commercial_user', c.id) -> 'reported_quarters' ? $2 as reported,
         l.line_count, l.royalty_usd, l.deducted_fees_usd, l.net_royalty_usd, l.settled_usd
    from omla.commercial_users c
    join omla.compliance_state s on s.commercial_user_id = c.id
    cross join lateral (
      select count(*)::int as line_count, coalesce(sum(r.royalty_usd), 0)::numeric(38, 6)::text as royalty_usd,
             coalesce(sum(r.deducted_fees_usd), 0)::numeric(38, 6)::text as deducted_fees_usd,
             coalesce(sum(r.net_royalty_usd), 0)::numeric(38, 6)::text as net_royalty_usd,
             coalesce(sum(case when r.status in ('funded', 'paid') then r.net_royalty_usd else coalesce(f.paid_usd, 0) end), 0)::numeric(38, 6)::text as settled_usd
        from omla.usage_reports r left join omla.line_funding f on f.report_id = r.id
       where r.reporter_id = c.id and r.quarter = $2 and r.live and r.status not in ('superseded', 'rejected')) l
   where c.id = $1`;
