import type { Discrepancy, ExternalCheck } from "../../ledger/reconcile.ts";
import { findDiscrepancies } from "./close-repository.ts";

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
  "what was distributed names a line, a run and a wallet that are there": `
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
      from omla.distributions d where not exists (select from omla.wallets w where w.id = d.wallet_id)`,
};

/** Handed to the ledger's reconciliation, which knows nothing of payouts. */
export const PAYOUT_CHECKS: readonly ExternalCheck[] = Object.entries(CHECKS).map(
  ([check, sql]) =>
    async (tx): Promise<readonly Discrepancy[]> =>
      (await findDiscrepancies(tx, sql)).map((row) => ({ check, ...row })),
);
