-- Runs that are cancelled: what nobody has sent goes back to where the plan took it, once; what was sent stays sent, and the run closes with it.
alter table omla.payout_runs
  add column if not exists cancelled_at timestamptz,
  add column if not exists cancelled_by text,
  add column if not exists cancelled_reason text;
do $$
begin
  alter table omla.payout_runs drop constraint if exists payout_runs_cancelled_form;
  alter table omla.payout_runs add constraint payout_runs_cancelled_form
    check (num_nonnulls(cancelled_at, cancelled_by, cancelled_reason) in (0, 3) and length(cancelled_reason) between 1 and 500);
  alter table omla.transfers drop constraint if exists transfers_state_known;
  alter table omla.transfers add constraint transfers_state_known
    check (state in ('planned', 'sending', 'unknown', 'sent', 'completed', 'failed', 'reversed', 'cancelled'));
  alter table omla.transfer_returns drop constraint if exists transfer_returns_reason_known;
  alter table omla.transfer_returns add constraint transfer_returns_reason_known check (reason in ('failed', 'reversed', 'cancelled'));
end
$$;
-- Conversion fees that were not earned, by remitter, in 10^-14 USD: whoever pays the money later books them again.
alter table omla.transfer_returns add column if not exists fees jsonb not null default '{}';
drop trigger if exists payout_runs_immutable on omla.payout_runs;
create trigger payout_runs_immutable before update on omla.payout_runs for each row
  execute function omla.refuse_change_except('state', 'needs_approval', 'approved_by', 'closed_at', 'stopped_reason', 'batch',
    'cancelled_at', 'cancelled_by', 'cancelled_reason');
grant update (cancelled_at, cancelled_by, cancelled_reason) on omla.payout_runs to payout;

-- As in 0038; only what nobody has tried is cancelled.
create or replace function omla.transfer_moves() returns trigger
language plpgsql
as $$
declare
  arrows constant jsonb := '{
    "planned": ["sending", "failed", "cancelled"], "sending": ["sent", "completed", "failed", "unknown"],
    "unknown": ["sending", "sent", "completed", "failed"],
    "sent": ["completed", "failed", "reversed"], "completed": ["reversed"], "failed": [], "reversed": [], "cancelled": []}';
begin
  if new.state <> old.state and not arrows -> old.state ? new.state then
    perform omla.refuse('TRANSFER_STATE', format('a transfer cannot go from %s to %s', old.state, new.state), 409);
  end if;
  if new.reversed_amount < old.reversed_amount then
    perform omla.refuse('TRANSFER_STATE', 'what was reversed stays reversed', 409);
  end if;
  if old.first_sent_at is not null and new.first_sent_at is distinct from old.first_sent_at
     or old.ext_id is not null and new.ext_id is distinct from old.ext_id then
    perform omla.refuse('IMMUTABLE', 'transfers.first_sent_at and ext_id are written once', 409);
  end if;
  return new;
end
$$;

-- As in 0045: what was cancelled was not paid.
create or replace function omla.taxable_transfers(wallet_ids uuid[] default null) returns table (wallet_id uuid, paid_usd numeric, paid_at timestamptz)
language sql stable
as $$
  select t.wallet_id,
         (t.fx_usd + t.fee_usd
           - case when t.reversed_amount = 0 then 0 else coalesce((select sum(r.usd) from omla.transfer_returns r where r.transfer_id = t.id), 0) end) * 0.000001,
         case when t.state in ('completed', 'reversed') then coalesce(t.completed_at, t.sent_at) end
    from omla.transfers t
   where t.state not in ('failed', 'cancelled') and (wallet_ids is null or t.wallet_id = any (wallet_ids))
$$;

-- Takes back every transfer of a run that nobody has tried: its posting is turned round, fees and exchange with it. Twice is once.
create or replace function omla.payout_cancel_transfers(run uuid) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ids text[];
begin
  with cancelled as (
    update omla.transfers t set state = 'cancelled', fault = 'the run was cancelled' where t.run_id = run and t.state = 'planned' returning t.id::text
  )
  select coalesce(array_agg(c.id), '{}') into ids from cancelled c;
  perform omla.ledger_post_set(array(
    select row('payout.cancelled', x.ref, e.account, e.currency, -e.amount)::omla.ledger_row
      from omla.ledger_txns x join omla.ledger_entries e on e.txn_id = x.id
     where x.kind = 'payout.transfer' and x.ref = any (ids)), true, jsonb_build_object('run_id', run));
  insert into omla.transfer_returns (ref, transfer_id, amount, usd, reason, fees)
  select 'cancelled:' || t.id, t.id, t.amount, t.fx_usd + t.fee_usd, 'cancelled',
         coalesce((select jsonb_object_agg(substring(e.account from '[^:]+$'), (-e.amount * 100000000)::text)
                     from omla.ledger_txns x join omla.ledger_entries e on e.txn_id = x.id
                    where x.kind = 'payout.transfer' and x.ref = t.id and starts_with(e.account, 'fees:conversion:')), '{}')
    from omla.transfers t where t.id = any (ids);
  update omla.payments y set status = 'held', held_reason = 'cancelled' where y.transfer_id = any (ids);
  return cardinality(ids);
end
$$;
revoke execute on function omla.payout_cancel_transfers(uuid) from public;
grant execute on function omla.payout_cancel_transfers(uuid) to payout;
