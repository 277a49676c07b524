import type { Tx } from "../../db/database.ts";
import { HELD, PAYABLE } from "./line-repository.ts";
import type { LineList, WaitingLines } from "./plan-document.ts";

const SHOWN_LINES = 200;

interface WaitingRow {
  readonly why: keyof WaitingLines;
  readonly count: number;
  readonly net_royalty_usd: string;
  readonly lines: LineList["lines"];
}

const NONE: LineList = { count: 0, net_royalty_usd: "0.000000", lines: [] };

/** Lines up to a quarter that are not distributed and cannot be now, with the reason. */
export async function findWaitingLines(tx: Tx, until: string): Promise<WaitingLines> {
  const { rows } = await tx.query<WaitingRow>(FIND_WAITING, [until, SHOWN_LINES]);
  const of = (why: keyof WaitingLines): LineList => {
    const row = rows.find((candidate) => candidate.why === why);
    return row === undefined ? NONE : { count: row.count, net_royalty_usd: row.net_royalty_usd, lines: row.lines };
  };
  return { unfunded: of("unfunded"), clearing: of("clearing"), held: of("held") };
}

const FIND_WAITING = `
  with line as (
    select r.id, r.quarter::text as quarter, c.company_name, m.name, r.net_royalty_usd,
           case when r.status <> 'funded' then 'unfunded' when ${HELD} then 'held' else 'clearing' end as why
      from omla.usage_reports r join omla.commercial_users c on c.id = r.reporter_id join omla.models m on m.id = r.model_id
     where r.live and r.status in ('submitted', 'disputed', 'funded') and r.quarter::text collate "C" <= $1 and r.net_royalty_usd > 0
       and (r.status <> 'funded' or not (${PAYABLE}))
       and not exists (select from omla.payout_lines p where p.report_id = r.id and p.part = 'distribution')
  ), numbered as (
    select l.*, row_number() over (partition by l.why order by l.quarter collate "C", l.id) as nth from line l
  )
  select why, count(*)::int as count, sum(net_royalty_usd)::numeric(38, 6)::text as net_royalty_usd,
         json_agg(json_build_object('report_id', id, 'quarter', quarter, 'company', company_name, 'model', name, 'net_royalty_usd', net_royalty_usd::numeric(18, 6)::text)
           order by nth) filter (where nth <= $2) as lines
    from numbered group by why`;
