-- As in 0039: what a wallet's money is held for, as it should be; only the difference to what is held is posted. Wallets that a run for one
-- line does not concern keep what is held from them.
create or replace function omla.payout_hold(run uuid, targets jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.ledger_post_set(array(
    select row('payout.hold', run::text, s.account, 'USD', s.amount)::omla.ledger_row
      from (
        select coalesce(n.account, h.account) as account, coalesce(n.amount, 0) - coalesce(h.amount, 0) as more
          from (select t ->> 'account' as account, sum((t ->> 'amount')::numeric) as amount from jsonb_array_elements(targets) t group by 1) n
          full join (select e.account, -sum(e.amount) as amount from omla.ledger_entries e
                      where (e.account like 'held:tax:%' or e.account like 'held:rail:%') and e.currency = 'USD'
                        and not exists (select from omla.wallets w join omla.payout_positions p on p.wallet_id = w.id and p.run_id = run and p.reason = 'not_asked'
                                         where w.address = substring(e.account from '[^:]+$'))
                      group by 1) h on h.account = n.account
      ) d,
      lateral (select d.account, -d.more as amount union all select 'payable:' || substring(d.account from '[^:]+$'), d.more) s
     where d.more <> 0), true, jsonb_build_object('run_id', run));
end
$$;
