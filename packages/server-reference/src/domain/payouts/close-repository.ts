import type { Tx } from "../../db/database.ts";
import type { Discrepancy } from "../../ledger/reconcile.ts";

export interface RunTotals {
  readonly line_count: number;
  readonly creator_flow: string;
  readonly hoster_flow: string;
  readonly carried: string;
  readonly totals: readonly { readonly rail: string; readonly currency: string; readonly payment_count: number; readonly usd: string }[];
}

/** What a run distributed, sent and carries, in micro-dollars. */
export async function findRunTotals(tx: Tx, runId: string): Promise<RunTotals> {
  const { rows } = await tx.query<RunTotals>(FIND_TOTALS, [runId]);
  const [totals] = rows;
  if (totals === undefined) throw new TypeError("a query of aggregates gives one row");
  return totals;
}

/** What a run distributed is found by its lines. */
const FIND_TOTALS = `
  with flow as (
    select coalesce(sum(d.amount) filter (where d.kind in ('creator', 'correction')), 0)::text as creators,
           coalesce(sum(d.amount) filter (where d.kind in ('hoster', 'hoster_owed')), 0)::text as hosters
      from omla.payout_lines l join omla.distributions d on d.report_id = l.report_id and d.run_id = l.run_id and (d.kind = 'correction') = (l.part = 'correction')
     where l.run_id = $1
  )
  select (select count(*)::int from omla.payout_lines l where l.run_id = $1) as line_count,
         (select creators from flow) as creator_flow, (select hosters from flow) as hoster_flow,
         ((select coalesce(sum(p.rest_usd), 0) from omla.payout_positions p where p.run_id = $1)
           + (select coalesce(sum(b.usd), 0) from omla.transfer_returns b join omla.transfers t on t.id = b.transfer_id where t.run_id = $1))::text as carried,
         (select coalesce(json_agg(json_build_object('rail', s.rail, 'currency', s.currency, 'payment_count', s.n, 'usd', s.usd::text) order by s.rail, s.currency), '[]')
            from (select t.rail, t.currency, count(*)::int as n, sum(t.fx_usd + t.fee_usd) as usd from omla.transfers t
                   where t.run_id = $1 and t.state in ('sent', 'completed', 'reversed') group by 1, 2) s) as totals`;

export interface Fault {
  readonly what: string;
  readonly detail: string;
}

/** What must hold before a run is closed: nothing open, nothing left in transit, every order in the books as it was planned. */
export async function findCloseFaults(tx: Tx, runId: string): Promise<Fault[]> {
  const { rows } = await tx.query<Fault>(FIND_FAULTS, [runId]);
  return rows;
}

const FIND_FAULTS = `
  select 'ledger' as what, format('%s %s units', sum(e.amount), e.currency) as detail from omla.ledger_entries e group by e.currency having sum(e.amount) <> 0
  union all
  select 'in transit', format('%s: %s %s units', t.id, sum(e.amount), e.currency)
    from omla.transfers t join omla.ledger_entries e on e.account = 'in_transit:' || t.id where t.run_id = $1 group by t.id, e.currency having sum(e.amount) <> 0
  union all
  select 'external id', t.id::text from omla.transfers t where t.run_id = $1 and t.state in ('sent', 'completed', 'reversed') and t.ext_id is null
  union all
  select 'distribution', format('%s: %s micro-dollars were distributed, %s flow', l.report_id, coalesce(sum(d.amount), 0), l.flow)
    from omla.payout_lines l left join omla.distributions d on d.report_id = l.report_id and d.run_id = l.run_id and (d.kind = 'correction') = (l.part = 'correction')
   where l.run_id = $1 group by l.report_id, l.part, l.flow having coalesce(sum(d.amount), 0) <> l.flow
  union all
  select 'transfer', format('%s is %s', t.id, t.state) from omla.transfers t where t.run_id = $1 and t.state in ('planned', 'sending', 'unknown')`;

/** Rows of a check: where something does not hold, a hundred at most. */
export async function findDiscrepancies(tx: Tx, sql: string): Promise<Omit<Discrepancy, "check">[]> {
  const { rows } = await tx.query<Omit<Discrepancy, "check">>(`select * from (${sql}) d order by account, currency limit 100`);
  return rows;
}
