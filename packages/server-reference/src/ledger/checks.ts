/** One thing that must hold, whatever happened: its query gives the accounts where it does not, and by how much. */
export interface LedgerCheck {
  readonly name: string;
  readonly sql: string;
}

/** A line in force counts as owed; a superseded or rejected one does not. */
const IN_FORCE = "r.live and r.status not in ('superseded', 'rejected')";
const REFUNDED = "coalesce((select sum(f.amount) from omla.collection_refunds f where f.collection_id = c.id), 0)";
const REFUNDED_USD = "coalesce((select sum(f.amount_usd) from omla.collection_refunds f where f.collection_id = c.id), 0)";
const ALLOCATED_USD = "coalesce((select sum(a.amount_usd) from omla.collection_allocations a where a.collection_id = c.id), 0)";

/** Compares what the ledger says of accounts with what the tables say; each side is a query of (account, currency, amount). */
function compare(ledger: string, tables: string): string {
  return `select coalesce(l.account, t.account) as account, coalesce(l.currency, t.currency) as currency,
                 (coalesce(l.amount, 0) - coalesce(t.amount, 0))::numeric(38, 0)::text as difference,
                 format('the ledger says %s, the tables say %s', coalesce(l.amount, 0)::numeric(38, 0), coalesce(t.amount, 0)::numeric(38, 0)) as detail
            from (${ledger}) l full join (${tables}) t on t.account = l.account and t.currency = l.currency
           where coalesce(l.amount, 0) <> coalesce(t.amount, 0)`;
}

const balancesOf = (kind: string): string =>
  `select e.account, e.currency, sum(e.amount) as amount from omla.ledger_entries e where starts_with(e.account, '${kind}:') group by 1, 2`;

/** A payout posts a million lines at once; the first accounts tell which posting it is. */
const SHOWN_ACCOUNTS = 20;

/** What the ledger itself can tell; what a rail says is compared by whoever knows the rail. */
export const LEDGER_CHECKS: readonly LedgerCheck[] = [
  {
    name: "every posting sums to zero in each currency",
    sql: `select (select string_agg(a.account, ', ' order by a.account)
                    from (select e.account from omla.ledger_entries e where e.txn_id = s.txn_id and e.currency = s.currency order by e.account limit ${SHOWN_ACCOUNTS}) a) as account,
                 s.currency, s.amount::text as difference, coalesce(t.kind || ' ' || t.ref, 'an entry without a posting') as detail
            from (select e.txn_id, e.currency, sum(e.amount) as amount from omla.ledger_entries e group by 1, 2) s
            left join omla.ledger_txns t on t.id = s.txn_id
           where s.amount <> 0 or t.id is null`,
  },
  {
    name: "the ledger sums to zero in each currency",
    sql: `select 'all accounts' as account, e.currency, sum(e.amount)::text as difference, 'the sum of everything' as detail
            from omla.ledger_entries e group by e.currency having sum(e.amount) <> 0`,
  },
  {
    name: "what a company owes is what its lines lack",
    sql: compare(
      balancesOf("receivable"),
      `select 'receivable:' || r.reporter_id as account, 'USD' as currency,
              sum(r.net_royalty_usd - coalesce((select sum(a.amount_usd) from omla.collection_allocations a where a.report_id = r.id), 0)) * 1000000 as amount
         from omla.usage_reports r where ${IN_FORCE} group by 1`,
    ),
  },
  {
    name: "a company's credit is what of its payments stands on no line",
    sql: compare(
      balancesOf("unapplied"),
      `select 'unapplied:' || c.company_id as account, 'USD' as currency, -sum(c.amount_usd - ${REFUNDED_USD} - ${ALLOCATED_USD}) * 1000000 as amount
         from omla.collections c group by 1`,
    ),
  },
  {
    name: "what a model accrued of a quarter is the royalty of the line in force",
    sql: compare(
      `select 'accrued:' || v.reporter_id || ' ' || v.quarter || ' ' || v.model_id as account, e.currency, sum(e.amount) as amount
         from omla.ledger_entries e join omla.ledger_txns t on t.id = e.txn_id and t.kind like 'report.%'
         join omla.usage_reports v on e.account = 'accrued:' || v.id group by 1, 2`,
      `select 'accrued:' || r.reporter_id || ' ' || r.quarter || ' ' || r.model_id as account, 'USD' as currency, -r.net_royalty_usd * 1000000 as amount
         from omla.usage_reports r where ${IN_FORCE}`,
    ),
  },
  {
    name: "what a rail holds is what arrived, less its fees and what went back",
    sql: compare(
      `select split_part(e.account, ':', 2) as account, e.currency, sum(e.amount) as amount
         from omla.ledger_entries e join omla.ledger_txns t on t.id = e.txn_id and t.kind like 'payment.%'
        where starts_with(e.account, 'clearing:') or starts_with(e.account, 'cash:') group by 1, 2`,
      `select c.rail as account, c.currency, sum(c.amount - c.fee - ${REFUNDED}) as amount from omla.collections c group by 1, 2`,
    ),
  },
  {
    name: "what is clearing is what arrived and has not cleared",
    sql: compare(
      balancesOf("clearing"),
      `select 'clearing:' || c.rail as account, c.currency, sum(c.amount - c.fee - ${REFUNDED}) as amount
         from omla.collections c where c.cleared_at is null group by 1, 2`,
    ),
  },
  {
    name: "a line is funded where it is paid in full, and only there",
    sql: `select 'line ' || r.id as account, 'USD' as currency, ((coalesce(f.paid_usd, 0) - r.net_royalty_usd) * 1000000)::numeric(38, 0)::text as difference,
                 'its status is ' || r.status as detail
            from omla.usage_reports r left join omla.line_funding f on f.report_id = r.id
           where ${IN_FORCE} and (coalesce(f.paid_usd, 0) >= r.net_royalty_usd) <> (r.status in ('funded', 'paid'))`,
  },
  {
    name: "nothing is in transit for more than 48 hours",
    sql: `select e.account, e.currency, sum(e.amount)::text as difference, 'since ' || omla.iso(max(t.occurred_at)) as detail
            from omla.ledger_entries e join omla.ledger_txns t on t.id = e.txn_id where starts_with(e.account, 'in_transit:')
           group by 1, 2 having sum(e.amount) <> 0 and max(t.occurred_at) < omla.now() - interval '48 hours'`,
  },
];
