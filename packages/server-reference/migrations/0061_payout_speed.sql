-- A payout of a million lines: what is checked of each row costs little, and what can be checked of all rows at once is.

-- Counted and looked for: a bounded repetition such as {64} makes a match a hundred times as slow.
alter domain omla.sha256_hex drop constraint if exists sha256_hex_form;
alter domain omla.sha256_hex add constraint sha256_hex_form check (length(value) = 64 and value !~ '[^0-9a-f]');

-- As in 0037, with its arrows in the expression, where they are read once and not for each row.
create or replace function omla.usage_report_moves() returns trigger
language plpgsql
as $$
begin
  if new.status <> old.status and not '{
    "submitted": ["funded", "paid", "disputed", "superseded", "rejected"],
    "disputed": ["submitted", "funded", "paid", "superseded", "rejected"],
    "funded": ["paid", "submitted", "disputed", "superseded", "rejected"],
    "paid": ["submitted", "disputed", "superseded"], "superseded": [], "rejected": []}'::jsonb -> old.status ? new.status then
    perform omla.refuse('STATUS_TRANSITION', format('a line cannot go from %s to %s', old.status, new.status), 409);
  end if;
  if new.status = 'paid' and old.status <> 'paid' and current_user <> 'omla_owner' and (current_user <> 'payout' or old.status <> 'funded') then
    perform omla.refuse('STATUS_TRANSITION', 'only a payout makes a line paid, and only a funded one', 403);
  end if;
  if old.status = 'paid' and new.status not in ('paid', 'superseded') and current_user <> 'omla_owner' then
    perform omla.refuse('STATUS_TRANSITION', 'a line is paid until its money is taken back', 403);
  end if;
  if old.disputed_at is not null and new.disputed_at is distinct from old.disputed_at then
    perform omla.refuse('IMMUTABLE', 'usage_reports.disputed_at is the first dispute and stays', 409);
  end if;
  return new;
end
$$;

-- Rows are compared whole, the columns that may change set aside; only where they differ does it matter which column it is.
-- Lines and payments change by the million.
create or replace function omla.usage_report_keeps() returns trigger
language plpgsql
as $$
declare
  kept omla.usage_reports := new;
begin
  kept.status := old.status;
  kept.disputed_at := old.disputed_at;
  kept.funded_at := old.funded_at;
  kept.paid_at := old.paid_at;
  if kept is distinct from old then
    perform omla.refuse_changed(tg_table_name, to_jsonb(old), to_jsonb(kept));
  end if;
  return new;
end
$$;

create or replace function omla.payment_keeps() returns trigger
language plpgsql
as $$
declare
  kept omla.payments := new;
begin
  kept.status := old.status;
  kept.paid_at := old.paid_at;
  kept.settled_currency := old.settled_currency;
  kept.settled_amount := old.settled_amount;
  kept.fx_rate_used := old.fx_rate_used;
  kept.rail := old.rail;
  kept.transfer_id := old.transfer_id;
  kept.rail_fee := old.rail_fee;
  kept.held_reason := old.held_reason;
  if kept is distinct from old then
    perform omla.refuse_changed(tg_table_name, to_jsonb(old), to_jsonb(kept));
  end if;
  return new;
end
$$;

-- Refuses in the words of refuse_change_except, which names the first column that differs.
create or replace function omla.refuse_changed(relation text, old_row jsonb, new_row jsonb) returns void
language plpgsql
as $$
declare
  frozen text;
begin
  select key into frozen from jsonb_each(new_row) where value is distinct from old_row -> key order by key limit 1;
  perform omla.refuse('IMMUTABLE', format('%s.%s cannot be changed', relation, frozen), 409, jsonb_build_object('column', frozen));
end
$$;

drop trigger if exists usage_reports_immutable on omla.usage_reports;
create trigger usage_reports_immutable before update on omla.usage_reports for each row execute function omla.usage_report_keeps();
drop trigger if exists payments_immutable on omla.payments;
create trigger payments_immutable before update on omla.payments for each row execute function omla.payment_keeps();

-- What the rows of a plan refer to is looked up once for all rows that one statement writes. Lines, wallets and runs cannot go, nor change
-- their ids; a currency is kept by payout_positions, which names every currency that is distributed.
create or replace function omla.payout_lines_refer() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from added a where not exists (select from omla.usage_reports r where r.id = a.report_id)) then
    perform omla.refuse('REPORT_NOT_FOUND', 'a distributed line is no line of this registry', 404);
  end if;
  if exists (select from (select distinct a.run_id from added a) a where not exists (select from omla.payout_runs r where r.id = a.run_id)) then
    perform omla.refuse('RUN_UNKNOWN', 'a line is distributed by no run', 404);
  end if;
  return null;
end
$$;
drop trigger if exists payout_lines_refer on omla.payout_lines;
create trigger payout_lines_refer after insert on omla.payout_lines referencing new table as added
  for each statement execute function omla.payout_lines_refer();

create or replace function omla.distributions_refer() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Looked up by the line: those of a run are more with each statement.
  if exists (select from (select distinct a.report_id, a.run_id from added a) a
              where not exists (select from (select l.run_id from omla.payout_lines l where l.report_id = a.report_id offset 0) l where l.run_id = a.run_id)) then
    perform omla.refuse('REPORT_NOT_FOUND', 'what is distributed belongs to a line of the run', 404);
  end if;
  if exists (select from (select distinct a.wallet_id from added a) a where not exists (select from omla.wallets w where w.id = a.wallet_id)) then
    perform omla.refuse('WALLET_UNKNOWN', 'what is distributed goes to no wallet of this registry', 422);
  end if;
  if exists (select from (select distinct a.currency from added a) a where not exists (select from omla.currency_registry c where c.code = a.currency)) then
    perform omla.refuse('CURRENCY_UNKNOWN', 'what is distributed is paid in no currency of this registry', 422);
  end if;
  return null;
end
$$;
drop trigger if exists distributions_refer on omla.distributions;
create trigger distributions_refer after insert on omla.distributions referencing new table as added
  for each statement execute function omla.distributions_refer();

alter table omla.payout_lines drop constraint if exists payout_lines_report_id_fkey;
alter table omla.payout_lines drop constraint if exists payout_lines_run_id_fkey;
alter table omla.distributions drop constraint if exists distributions_run_id_fkey;
alter table omla.distributions drop constraint if exists distributions_report_id_fkey;
alter table omla.distributions drop constraint if exists distributions_wallet_id_fkey;
alter table omla.distributions drop constraint if exists distributions_currency_fkey;

-- What a run distributed is found by its lines: one index is enough for four million rows, and these come in its order.
-- Nothing refers to a distribution but its payment, which has the same id.
alter table omla.distributions drop constraint if exists distributions_pkey;
alter table omla.distributions alter column id set not null;
drop index if exists omla.distributions_run_wallet_idx;

-- accrued -> payable for all lines of a run in one posting: a debit for each line, a credit for each wallet. What a line gave to whom stands
-- in distributions, and each line's sum is compared with what it moves and with what the ledger had accrued of it. Then the lines are paid.
drop function if exists omla.payout_post_lines(uuid, uuid[]);
create or replace function omla.payout_post_lines(run uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set work_mem = '64MB'
as $$
declare
  bad record;
  paid constant timestamptz := omla.now_seconds();
begin
  select l.report_id, l.flow, d.amount as given, coalesce(e.amount, 0) + l.flow as rest into bad
    from omla.payout_lines l
    cross join lateral (select coalesce(sum(p.amount), 0) as amount from omla.distributions p
                         where p.report_id = l.report_id and (p.kind = 'correction') = (l.part = 'correction')) d
    cross join lateral (select sum(n.amount) as amount from omla.ledger_entries n where n.account = 'accrued:' || l.report_id and n.currency = 'USD') e
   where l.run_id = run and (d.amount <> l.flow or coalesce(e.amount, 0) + l.flow <> 0) limit 1;
  if found and bad.given <> bad.flow then
    perform omla.refuse('PAYOUT_UNBALANCED', format('line %s moves %s micro-dollars and gives %s', bad.report_id, bad.flow, bad.given), 409,
      jsonb_build_object('account', 'accrued:' || bad.report_id, 'amount', (bad.flow - bad.given)::text),
      'Nothing was written. Compare the ledger with the distributions.');
  elsif found then
    perform omla.refuse('PAYOUT_UNBALANCED', format('%s micro-dollars would stay on accrued:%s', bad.rest, bad.report_id), 409,
      jsonb_build_object('account', 'accrued:' || bad.report_id, 'amount', bad.rest::text),
      'Nothing was written. Compare the ledger with the distributions.');
  end if;
  with entry as materialized (
    select s.account, s.amount
      from (
        select 'accrued:' || l.report_id as account, l.flow as amount from omla.payout_lines l where l.run_id = run
        union all
        select 'payable:' || w.address, -p.amount
          from (select d.wallet_id, sum(d.amount) as amount
                  from omla.payout_lines l
                  cross join lateral (select p.wallet_id, p.amount from omla.distributions p
                                       where p.report_id = l.report_id and (p.kind = 'correction') = (l.part = 'correction') offset 0) d
                 where l.run_id = run group by d.wallet_id) p
          join omla.wallets w on w.id = p.wallet_id
      ) s
     where s.amount <> 0
  ), fresh as (
    insert into omla.ledger_txns (kind, ref, live, detail)
    select 'payout.lines', run::text, true, jsonb_build_object('run_id', run) where exists (select from entry) returning id
  )
  insert into omla.ledger_entries (txn_id, position, account, currency, amount)
  select f.id, row_number() over () - 1, e.account, 'USD', e.amount from fresh f cross join entry e;
  update omla.usage_reports r set status = 'paid', paid_at = paid
    from omla.payout_lines l where l.run_id = run and r.id = l.report_id and r.status = 'funded';
end
$$;
revoke execute on function omla.payout_post_lines(uuid) from public;
grant execute on function omla.payout_post_lines(uuid) to payout;

-- As in 0039, line by line as they were distributed: rows that lie together are read and written together. Each row is looked up by its key,
-- since nothing is known yet of tables that have grown by millions of rows.
create or replace function omla.payout_write_payments(run uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = auto
as $$
begin
  insert into omla.payments (id, model_id, wallet_id, report_id, quarter, amount_usd, rail, status, settled_currency, settled_amount, fx_rate_used,
      route, fee_pct, transfer_id, rail_fee, kind, held_reason)
  select d.id, l.model_id, d.wallet_id, l.report_id, l.quarter, d.amount * 0.000001, t.rail,
         case when t.id is null then 'held' else 'pending' end, coalesce(t.currency, d.currency),
         case when t.id is not null then trunc(d.amount * 0.000001 * (1 - d.fee_pct / 100) * t.rate, c.scale) end, t.rate,
         d.route, d.fee_pct, t.id,
         case when t.id is not null then trunc(t.rail_fee * d.amount / (t.fx_usd + t.fee_usd) * power(10::numeric, -c.scale), c.scale) end, d.kind, case when t.id is null then p.reason end
    from (select l.report_id, l.part, r.model_id, r.quarter from omla.payout_lines l join omla.usage_reports r on r.id = l.report_id
           where l.run_id = run offset 0) l
    cross join lateral (select * from omla.distributions d
                         where d.report_id = l.report_id and (d.kind = 'correction') = (l.part = 'correction') and d.amount > 0 offset 0) d
    cross join lateral (select p.reason, p.transfer_id from omla.payout_positions p
                         where p.run_id = run and p.wallet_id = d.wallet_id and p.currency = d.currency offset 0) p
    left join omla.transfers t on t.id = p.transfer_id
    left join omla.currency_registry c on c.code = t.currency;
  update omla.payments y
     set status = case when t.id is null then 'held' else 'pending' end, held_reason = case when t.id is null then p.reason end,
         transfer_id = p.transfer_id, rail = t.rail, settled_currency = coalesce(t.currency, y.settled_currency),
         settled_amount = case when t.id is not null then trunc(y.amount_usd * (1 - y.fee_pct / 100) * t.rate, c.scale) end, fx_rate_used = t.rate,
         rail_fee = case when t.id is not null then trunc(t.rail_fee * y.amount_usd * 1000000 / (t.fx_usd + t.fee_usd) * power(10::numeric, -c.scale), c.scale) end
    from omla.payout_positions p left join omla.transfers t on t.id = p.transfer_id left join omla.currency_registry c on c.code = t.currency
   where p.run_id = run and p.carried_usd <> 0 and p.reason is distinct from 'not_asked' and y.wallet_id = p.wallet_id and y.settled_currency = p.currency
     and y.status in ('held', 'failed', 'reversed')
     and not exists (select from omla.distributions d where d.report_id = y.report_id and d.wallet_id = y.wallet_id and d.kind = y.kind and d.run_id = run);
end
$$;
