import type { Discrepancy, ExternalCheck } from "../../ledger/reconcile.ts";
import { findDiscrepancies } from "./close-repository.ts";
import { WAIT_REASONS } from "./positions.ts";

/** Balances of a kind of account by postings of distributed lines: one for each run, and before that one for each line. */
const postedTo = (kind: "accrued" | "payable"): string =>
  `select e.account, sum(e.amount) as amount from omla.ledger_txns t join omla.ledger_entries e on e.txn_id = t.id
    where t.kind in ('payout.lines', 'payout.distribution', 'payout.correction') and starts_with(e.account, '${kind}:') group by 1`;

/** What the orders of a plan moved in a kind of account, by transfer. */
const ordered = (kind: "in_transit" | "payable"): string =>
  `select t.ref, sum(e.amount) as amount from omla.ledger_txns t join omla.ledger_entries e on e.txn_id = t.id
    where t.kind = 'payout.transfer' and starts_with(e.account, '${kind}:') group by 1`;

const HELD_REASONS = Object.entries(WAIT_REASONS)
  .filter(([, { held }]) => held !== undefined)
  .map(([reason]) => `'${reason}'`)
  .join(", ");

/** What must hold between the ledger and the transfers, in the snapshot of the reconciliation. */
const CHECKS: Readonly<Record<string, string>> = {
  "what is in transit are the transfers whose outcome is open": `
    select coalesce(e.account, t.account) as account, coalesce(e.currency, t.currency) as currency,
           (coalesce(e.amount, 0) - coalesce(t.amount, 0))::text as difference, coalesce(t.state, 'no open transfer') as detail
      from (select e.account, e.currency, sum(e.amount) as amount from omla.ledger_entries e where starts_with(e.account, 'in_transit:')
             group by 1, 2 having sum(e.amount) <> 0) e
      full join (select 'in_transit:' || t.id as account, t.currency, -t.amount as amount, t.state from omla.transfers t
                  where t.state in ('planned', 'sending', 'unknown')) t on t.account = e.account and t.currency = e.currency
     where coalesce(e.amount, 0) <> coalesce(t.amount, 0)`,
  "every transfer that was sent is posted once, under its rail's name for it": `
    select 'in_transit:' || t.id as account, t.currency, t.amount::text as difference, t.state as detail
      from omla.transfers t
     where t.state in ('sent', 'completed', 'reversed')
       and (t.ext_id is null or not exists (select from omla.ledger_txns x where x.kind = 'payout.sent' and x.ref = t.id))`,
  "what came back of a transfer is what its returns say": `
    select 'in_transit:' || t.id as account, t.currency, (t.reversed_amount - coalesce(sum(b.amount), 0))::text as difference, 'reversed' as detail
      from omla.transfers t left join omla.transfer_returns b on b.transfer_id = t.id and b.reason = 'reversed'
     group by t.id, t.currency, t.reversed_amount having t.reversed_amount <> coalesce(sum(b.amount), 0)`,
  "what a distributed line gave to wallets is what it moved": `
    select 'accrued:' || l.report_id as account, 'USD' as currency, (l.flow - coalesce(sum(d.amount), 0))::text as difference, l.part as detail
      from omla.payout_lines l left join omla.distributions d on d.report_id = l.report_id and (d.kind = 'correction') = (l.part = 'correction')
     group by l.report_id, l.part, l.flow having l.flow <> coalesce(sum(d.amount), 0)`,
  // Looked up when they are written; a restored backup was written without triggers.
  "what was distributed names a line, a run, a wallet and a currency that are there": `
    select 'accrued:' || l.report_id as account, 'USD' as currency, l.flow::text as difference, 'the line is not there' as detail
      from omla.payout_lines l where not exists (select from omla.usage_reports r where r.id = l.report_id)
    union all
    select 'accrued:' || l.report_id, 'USD', l.flow::text, 'the run is not there'
      from omla.payout_lines l where not exists (select from omla.payout_runs r where r.id = l.run_id)
    union all
    select 'accrued:' || d.report_id, d.currency, d.amount::text, 'the run did not distribute this line'
      from omla.distributions d where not exists (select from omla.payout_lines l where l.report_id = d.report_id and l.run_id = d.run_id)
    union all
    select 'accrued:' || d.report_id, d.currency, d.amount::text, 'the wallet is not there'
      from omla.distributions d where not exists (select from omla.wallets w where w.id = d.wallet_id)
    union all
    select 'accrued:' || d.report_id, d.currency, d.amount::text, 'the currency is not there'
      from omla.distributions d where not exists (select from omla.currency_registry c where c.code = d.currency)`,
  "what a line moved is posted": `
    select coalesce(e.account, l.account) as account, 'USD' as currency, (coalesce(e.amount, 0) - coalesce(l.flow, 0))::text as difference, 'its line' as detail
      from (${postedTo("accrued")}) e
      full join (select 'accrued:' || p.report_id as account, sum(p.flow) as flow from omla.payout_lines p group by 1) l on l.account = e.account
     where coalesce(e.amount, 0) <> coalesce(l.flow, 0)`,
  // One look at the distributions: there are millions.
  "what postings, plans and payments say of a wallet is what was distributed to it": `
    with given as materialized (
      select d.run_id, d.wallet_id, d.currency, sum(d.amount) as amount, coalesce(sum(d.amount) filter (where d.amount > 0), 0) as positive
        from omla.distributions d group by 1, 2, 3
    ), shown as (
      select g.wallet_id, sum(g.amount) as amount, sum(g.positive) as positive from given g group by 1
    )
    select 'payable:' || w.address as account, 'USD' as currency, (coalesce(e.amount, 0) + coalesce(s.amount, 0))::text as difference, 'its postings' as detail
      from omla.wallets w left join shown s on s.wallet_id = w.id left join (${postedTo("payable")}) e on e.account = 'payable:' || w.address
     where coalesce(e.amount, 0) + coalesce(s.amount, 0) <> 0
    union all
    select 'payable:' || w.address, 'USD', (coalesce(y.amount, 0) - coalesce(s.positive, 0))::text, 'its payments'
      from omla.wallets w left join shown s on s.wallet_id = w.id
      left join (select p.wallet_id, (sum(p.amount_usd) * 1000000)::numeric(38, 0) as amount from omla.payments p where p.kind is not null group by 1) y on y.wallet_id = w.id
     where coalesce(y.amount, 0) <> coalesce(s.positive, 0)
    union all
    select 'payable:' || w.address, coalesce(p.currency, g.currency), (coalesce(p.distributed_usd, 0) - coalesce(g.amount, 0))::text, 'its plan'
      from omla.payout_positions p
      full join given g on g.run_id = p.run_id and g.wallet_id = p.wallet_id and g.currency = p.currency
      join omla.wallets w on w.id = coalesce(p.wallet_id, g.wallet_id)
     where coalesce(p.distributed_usd, 0) <> coalesce(g.amount, 0)`,
  "what was ordered of a rail is posted": `
    select 'in_transit:' || t.id as account, t.currency, (coalesce(e.amount, 0) + t.amount)::text as difference, 'the amount' as detail
      from omla.transfers t left join (${ordered("in_transit")}) e on e.ref = t.id where coalesce(e.amount, 0) <> -t.amount
    union all
    select 'in_transit:' || t.id, 'USD', (coalesce(e.amount, 0) - t.fx_usd - t.fee_usd)::text, 'what the wallet gave for it'
      from omla.transfers t left join (${ordered("payable")}) e on e.ref = t.id where coalesce(e.amount, 0) <> t.fx_usd + t.fee_usd`,
  // A run for one line leaves the other wallets alone.
  "what is held from wallets is what the last plan holds": `
    with last as (
      select r.id from omla.payout_runs r order by r.seq desc limit 1
    ), planned as (
      select 'held:' || case when p.reason = 'tax' then 'tax' else 'rail' end || ':' || w.address as account, sum(p.rest_usd) as amount
        from last join omla.payout_positions p on p.run_id = last.id join omla.wallets w on w.id = p.wallet_id
       where p.reason in (${HELD_REASONS}) and p.rest_usd > 0 group by 1
    ), held as (
      select e.account, -sum(e.amount) as amount from omla.ledger_entries e
       where (starts_with(e.account, 'held:tax:') or starts_with(e.account, 'held:rail:')) and e.currency = 'USD' group by 1 having sum(e.amount) <> 0
    )
    select coalesce(h.account, p.account) as account, 'USD' as currency, (coalesce(h.amount, 0) - coalesce(p.amount, 0))::text as difference, 'held' as detail
      from held h full join planned p on p.account = h.account
     where coalesce(h.amount, 0) <> coalesce(p.amount, 0)
       and not exists (select from last join omla.payout_positions q on q.run_id = last.id and q.reason = 'not_asked' join omla.wallets w on w.id = q.wallet_id
                        where w.address = split_part(coalesce(h.account, p.account), ':', -1))`,
};

/** Handed to the ledger's reconciliation, which knows nothing of payouts. */
export const PAYOUT_CHECKS: readonly ExternalCheck[] = Object.entries(CHECKS).map(
  ([check, sql]) =>
    async (tx): Promise<readonly Discrepancy[]> =>
      (await findDiscrepancies(tx, sql)).map((row) => ({ check, ...row })),
);
