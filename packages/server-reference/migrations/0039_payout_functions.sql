-- Whether a funded line can be distributed now: all money on it has cleared, nothing holds it, and it was not distributed before.
-- A plan asks the same in one condition for all lines, since a function with a subquery is called for each row.
create or replace function omla.is_payable(report uuid) returns boolean
language sql stable
as $$
  select not exists (select from omla.line_holds h where h.report_id = report and h.released_at is null)
     and not exists (select from omla.payout_lines p where p.report_id = report and p.part = 'distribution')
     and coalesce((select f.cleared from omla.line_funding f where f.report_id = report), true)
$$;
grant execute on function omla.is_payable(uuid) to payout, reviewer, service_role;

-- Lines are read in the order of (quarter, id), some thousands at a time.
create index if not exists usage_reports_payable_idx on omla.usage_reports (((quarter)::text collate "C"), id) where live and status = 'funded';

-- Postings of a payout, whole batches at a time. Each line and each transfer is posted once, whoever asks how often.

-- accrued -> payable for the lines of a run, then the lines are paid. Afterwards nothing may be left accrued of them.
create or replace function omla.payout_post_lines(run uuid, reports uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  planning constant text := current_setting('plan_cache_mode');
  bad record;
begin
  perform omla.ledger_post_set(array(
    select row('payout.' || l.part, l.report_id::text, s.account, 'USD', s.amount)::omla.ledger_row
      from (select distinct r.id from unnest(reports) as r (id)) u
      -- Looked up line by line: those of the run are more with each batch.
      cross join lateral (select p.* from omla.payout_lines p where p.report_id = u.id and p.run_id is not distinct from run offset 0) l
      join lateral (
        select 'payable:' || w.address as account, -sum(d.amount) as amount
          from omla.distributions d join omla.wallets w on w.id = d.wallet_id
         where d.report_id = l.report_id and (d.kind = 'correction') = (l.part = 'correction') group by w.address
        union all
        select 'accrued:' || l.report_id, l.flow
      ) s on s.amount <> 0
  ), true, jsonb_build_object('run_id', run));
  select e.account, sum(e.amount) as amount into bad from omla.ledger_entries e
   where e.account = any (array(select 'accrued:' || u.id from unnest(reports) as u (id))) and e.currency = 'USD'
   group by e.account having sum(e.amount) <> 0 limit 1;
  if found then
    perform omla.refuse('PAYOUT_UNBALANCED', format('%s micro-dollars would stay on %s', bad.amount, bad.account), 409,
      jsonb_build_object('account', bad.account, 'amount', bad.amount::text), 'Nothing was written. Compare the ledger with the distributions.');
  end if;
  -- The triggers of each row keep their plans.
  perform set_config('plan_cache_mode', 'auto', true);
  update omla.usage_reports r set status = 'paid', paid_at = omla.now_seconds() where r.id = any (reports) and r.status = 'funded';
  perform set_config('plan_cache_mode', planning, true);
end
$$;

-- payable -> in transit for every transfer of a run: what is exchanged meets in fx, fees belong to those who charge them.
create or replace function omla.payout_post_transfers(run uuid, fees jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.ledger_post_set(array(
    select row('payout.transfer', t.id, s.account, s.currency, s.amount)::omla.ledger_row
      from omla.transfers t join omla.wallets w on w.id = t.wallet_id
      join lateral (
        select 'payable:' || w.address as account, 'USD' as currency, t.fx_usd + t.fee_usd as amount
        union all select 'fees:conversion:' || (f ->> 'remitter'), 'USD', -(f ->> 'usd')::numeric from jsonb_array_elements(coalesce(fees -> t.id, '[]')) f
        union all select 'fx:' || t.rail, 'USD', -t.fx_usd where t.currency <> 'USD'
        union all select 'fx:' || t.rail, t.currency, t.amount where t.currency <> 'USD'
        union all select 'in_transit:' || t.id, t.currency, -t.amount
      ) s on s.amount <> 0
     where t.run_id = run), true, jsonb_build_object('run_id', run));
end
$$;

-- What a wallet's money is held for, as it should be: only the difference to what is held is posted.
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
                      where (e.account like 'held:tax:%' or e.account like 'held:rail:%') and e.currency = 'USD' group by 1) h on h.account = n.account
      ) d,
      lateral (select d.account, -d.more as amount union all select 'payable:' || substring(d.account from '[^:]+$'), d.more) s
     where d.more <> 0), true, jsonb_build_object('run_id', run));
end
$$;

-- Payments as people see them, one for each portion of a run that gives; and those that waited and go now.
-- The foreign keys of each row are checked here: with plans that are kept, whatever the transaction asked for.
create or replace function omla.payout_write_payments(run uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = auto
as $$
begin
  insert into omla.payments (id, model_id, wallet_id, report_id, quarter, amount_usd, rail, status, settled_currency, settled_amount, fx_rate_used,
      route, fee_pct, transfer_id, rail_fee, kind, held_reason)
  select d.id, r.model_id, d.wallet_id, d.report_id, r.quarter, d.amount * 0.000001, t.rail,
         case when t.id is null then 'held' else 'pending' end, coalesce(t.currency, d.currency),
         case when t.id is not null then trunc(d.amount * 0.000001 * (1 - d.fee_pct / 100) * t.rate, c.scale) end, t.rate,
         d.route, d.fee_pct, t.id,
         case when t.id is not null then trunc(t.rail_fee * d.amount / (t.fx_usd + t.fee_usd) * power(10::numeric, -c.scale), c.scale) end, d.kind, case when t.id is null then p.reason end
    from omla.distributions d
    join omla.usage_reports r on r.id = d.report_id
    join omla.payout_positions p on p.run_id = d.run_id and p.wallet_id = d.wallet_id and p.currency = d.currency
    left join omla.transfers t on t.id = p.transfer_id
    left join omla.currency_registry c on c.code = t.currency
   where d.run_id = run and d.amount > 0;
  update omla.payments y
     set status = case when t.id is null then 'held' else 'pending' end, held_reason = case when t.id is null then p.reason end,
         transfer_id = p.transfer_id, rail = t.rail, settled_currency = coalesce(t.currency, y.settled_currency),
         settled_amount = case when t.id is not null then trunc(y.amount_usd * (1 - y.fee_pct / 100) * t.rate, c.scale) end, fx_rate_used = t.rate,
         rail_fee = case when t.id is not null then trunc(t.rail_fee * y.amount_usd * 1000000 / (t.fx_usd + t.fee_usd) * power(10::numeric, -c.scale), c.scale) end
    from omla.payout_positions p left join omla.transfers t on t.id = p.transfer_id left join omla.currency_registry c on c.code = t.currency
   where p.run_id = run and p.carried_usd <> 0 and y.wallet_id = p.wallet_id and y.settled_currency = p.currency
     and y.status in ('held', 'failed', 'reversed')
     and not exists (select from omla.distributions d where d.id = y.id and d.run_id = run);
end
$$;

-- What became of a transfer, shown in its payments.
create or replace function omla.payout_show(transfer text, shown text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  update omla.payments y set status = shown, paid_at = case when shown = 'completed' then omla.now_seconds() else y.paid_at end
   where y.transfer_id = transfer and y.status <> shown
$$;
revoke execute on function omla.payout_post_lines(uuid, uuid[]), omla.payout_post_transfers(uuid, jsonb), omla.payout_hold(uuid, jsonb),
  omla.payout_write_payments(uuid), omla.payout_show(text, text) from public;
grant execute on function omla.payout_post_lines(uuid, uuid[]), omla.payout_post_transfers(uuid, jsonb), omla.payout_hold(uuid, jsonb),
  omla.payout_write_payments(uuid), omla.payout_show(text, text) to payout;
