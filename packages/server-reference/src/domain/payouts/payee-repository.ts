import type { Tx } from "../../db/database.ts";
import type { WaitReason } from "./positions.ts";

/** What a finished run did for one wallet, and an address that its people left. */
export interface PayeeRow {
  /** Of the notice: the run, the wallet and a digest of the address. */
  readonly key: string;
  readonly run_id: string;
  readonly quarter: string;
  readonly address: string;
  readonly name: string;
  readonly email: string;
  readonly transfers: readonly { readonly rail: string; readonly currency: string; readonly amount: string; readonly state: string }[];
  readonly waits: readonly { readonly usd: string; readonly reason: WaitReason }[];
}

const AT_A_TIME = 500;

/**
 * Payees of the runs of the last 30 days who were not told yet. Those whose mail failed before come last, in their turn: an address that
 * the mail server puts off each time holds up nobody.
 */
export async function findUntoldPayees(tx: Tx): Promise<PayeeRow[]> {
  return (await tx.query<PayeeRow>(FIND_UNTOLD)).rows;
}

const FIND_UNTOLD = `
  with payees as (
    select 'payout:' || r.id || ':' || q.wallet_id || ':' || left(omla.sha256_of(c.email), 16) as key, r.seq, r.id as run_id, q.wallet_id, r.quarter,
           c.address, c.name, c.email
      from omla.payout_runs r
      join (select distinct run_id, wallet_id from omla.payout_positions
             where sent_usd > 0 or (rest_usd > 0 and reason not in ('merged', 'not_asked'))) q on q.run_id = r.id
      join omla.wallet_contacts c on c.wallet_id = q.wallet_id
     where r.state = 'closed' and r.closed_at > omla.now() - interval '30 days')
  select y.key, y.run_id, y.quarter, y.address, y.name, y.email,
         coalesce((select json_agg(json_build_object('rail', t.rail, 'currency', t.currency, 'state', t.state,
                            'amount', trim_scale((t.amount - coalesce(t.actual_fee, t.rail_fee)) / power(10::numeric, k.scale))::text) order by t.currency, t.attempt)
                     from omla.transfers t join omla.currency_registry k on k.code = t.currency
                    where t.run_id = y.run_id and t.wallet_id = y.wallet_id), '[]') as transfers,
         coalesce((select json_agg(json_build_object('usd', omla.usd_text(p.rest_usd), 'reason', p.reason) order by p.currency)
                     from omla.payout_positions p
                    where p.run_id = y.run_id and p.wallet_id = y.wallet_id and p.rest_usd > 0 and p.reason not in ('merged', 'not_asked')), '[]') as waits
    from payees y left join omla.notices n on n.key = y.key
   where n.sent_at is null
   order by n.leased_until nulls first, y.seq, y.key limit ${AT_A_TIME}`;
