-- Payout runs: PLAN fixes every amount in one transaction; SEND, RECORD and CLOSE only carry it out, and can be repeated.
create table if not exists omla.payout_runs (
  id uuid constraint payout_runs_pkey primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  quarter omla.quarter not null,
  revision int not null constraint payout_runs_revision_range check (revision >= 1),
  -- A run for one line.
  report_id uuid constraint payout_runs_report_id_fkey references omla.usage_reports,
  state text not null default 'planned' constraint payout_runs_state_known check (state in ('planned', 'sending', 'stopped', 'closed')),
  lineage_policy text not null constraint payout_runs_lineage_policy_known check (lineage_policy in ('sequential', 'declared')),
  -- Two members of the board must approve exactly this plan before anything is sent.
  needs_approval boolean not null default true,
  approved_by text,
  planned_at timestamptz not null,
  closed_at timestamptz,
  stopped_reason text,
  -- The signed totals, once closed.
  batch text constraint payout_runs_batch_size check (octet_length(batch) <= 1048576),
  constraint payout_run_exists unique (quarter, revision)
);
-- One at a time, so that no amount can be planned twice.
create unique index if not exists payout_run_open on omla.payout_runs ((true)) where state <> 'closed';

-- Who carries out a run now. A convenience: what moves money once is the state of each transfer and its key at the rail.
create table if not exists omla.payout_lease (
  one_row boolean constraint payout_lease_pkey primary key default true constraint payout_lease_one_row check (one_row),
  holder uuid not null,
  expires_at timestamptz not null
);

-- Plans as they were printed, rehearsals too: canonical JSON, its digest, and the run that it became.
create table if not exists omla.payout_plans (
  id uuid constraint payout_plans_pkey primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  quarter omla.quarter not null,
  run_id uuid constraint payout_plans_run_id_fkey references omla.payout_runs,
  content text not null,
  sha256 omla.sha256_hex not null,
  created_at timestamptz not null default omla.now()
);
create index if not exists payout_plans_quarter_idx on omla.payout_plans (quarter, seq);
create unique index if not exists payout_plan_of_run on omla.payout_plans (run_id) where run_id is not null;

-- Each line that was distributed, once; a correction takes back what a line without a successor had distributed.
create table if not exists omla.payout_lines (
  report_id uuid not null constraint payout_lines_report_id_fkey references omla.usage_reports,
  part text not null constraint payout_lines_part_known check (part in ('distribution', 'correction')),
  run_id uuid not null constraint payout_lines_run_id_fkey references omla.payout_runs,
  -- Micro-dollars that flow now: the difference to earlier versions.
  flow numeric(38, 0) not null,
  hoster_pool numeric(38, 0) not null,
  creator_pool numeric(38, 0) not null,
  terms_sha256 omla.sha256_hex not null,
  -- Claims on the model as they stood: [{hoster_id, verified, revoked, inferences, owed_usd, wallet}].
  claims jsonb,
  constraint payout_lines_pkey primary key (report_id, part)
);
create index if not exists payout_lines_run_id_idx on omla.payout_lines (run_id);

-- What a line gave a wallet, in micro-dollars; negative where an amended line takes back.
create table if not exists omla.distributions (
  id uuid constraint distributions_pkey primary key default gen_random_uuid(),
  run_id uuid not null constraint distributions_run_id_fkey references omla.payout_runs,
  report_id uuid not null constraint distributions_report_id_fkey references omla.usage_reports,
  wallet_id uuid not null constraint distributions_wallet_id_fkey references omla.wallets,
  kind text not null constraint distributions_kind_known check (kind in ('creator', 'hoster', 'hoster_owed', 'correction')),
  amount numeric(38, 0) not null constraint distributions_amount_not_zero check (amount <> 0),
  currency text not null constraint distributions_currency_fkey references omla.currency_registry,
  route text not null constraint distributions_route_known check (route in ('native', 'backup_with_fee', 'backup_direct')),
  fee_pct numeric not null constraint distributions_fee_range check (fee_pct between 0 and 50),
  constraint distribution_exists unique (report_id, wallet_id, kind)
);
create index if not exists distributions_run_wallet_idx on omla.distributions (run_id, wallet_id, currency);

-- An order to a rail. Its id is its idempotency key; everything but the state is frozen when it is planned.
create table if not exists omla.transfers (
  id omla.sha256_hex constraint transfers_pkey primary key,
  run_id uuid not null constraint transfers_run_id_fkey references omla.payout_runs,
  wallet_id uuid not null constraint transfers_wallet_id_fkey references omla.wallets,
  currency text not null constraint transfers_currency_fkey references omla.currency_registry,
  attempt int not null constraint transfers_attempt_range check (attempt >= 1),
  rail text not null constraint transfers_rail_known check (rail in ('stripe', 'sepa', 'paypal', 'lightning', 'ach', 'wise', 'other', 'sandbox')),
  -- Smallest units of the currency; the rail's fee is borne by the payee, out of the amount.
  amount numeric(38, 0) not null constraint transfers_amount_range check (amount > 0),
  rail_fee numeric(38, 0) not null constraint transfers_rail_fee_range check (rail_fee >= 0 and rail_fee < amount),
  rate numeric not null constraint transfers_rate_range check (rate > 0),
  -- Micro-dollars: what is exchanged, and the conversion fees of the remitters.
  fx_usd numeric(38, 0) not null constraint transfers_fx_usd_range check (fx_usd >= 0),
  fee_usd numeric(38, 0) not null,
  state text not null default 'planned'
    constraint transfers_state_known check (state in ('planned', 'sending', 'unknown', 'sent', 'completed', 'failed', 'reversed')),
  first_sent_at timestamptz,
  -- Since when the rail knows the key: it forgets after its window, and a transfer that is provably absent may then be sent again.
  key_since timestamptz,
  sent_at timestamptz,
  completed_at timestamptz,
  ext_id text,
  actual_fee numeric(38, 0) constraint transfers_actual_fee_range check (actual_fee >= 0 and actual_fee <= amount),
  reversed_amount numeric(38, 0) not null default 0 constraint reversal_too_large check (reversed_amount between 0 and amount),
  -- A person must look at it: it was sent again after its key had expired.
  flagged boolean not null default false,
  fault text,
  constraint transfer_exists unique (run_id, wallet_id, currency, attempt)
);
create unique index if not exists transfers_ext_id_once on omla.transfers (rail, ext_id) where ext_id is not null;
create index if not exists transfers_run_state_idx on omla.transfers (run_id, state);
create index if not exists transfers_wallet_idx on omla.transfers (wallet_id);

-- Where a transfer goes, frozen with it; erasable by itself.
create table if not exists omla.transfer_private (
  transfer_id omla.sha256_hex constraint transfer_private_pkey primary key constraint transfer_private_transfer_id_fkey references omla.transfers,
  destination text not null constraint transfer_private_destination_size check (length(destination) between 1 and 500)
);

-- Money of a transfer that came back, to be paid by a later run: a failure, or a reversal in full or in part.
create table if not exists omla.transfer_returns (
  ref text constraint transfer_returns_pkey primary key constraint transfer_returns_ref_size check (length(ref) between 1 and 200),
  transfer_id omla.sha256_hex not null constraint transfer_returns_transfer_id_fkey references omla.transfers,
  amount numeric(38, 0) not null constraint transfer_returns_amount_range check (amount > 0),
  usd numeric(38, 0) not null,
  reason text not null constraint transfer_returns_reason_known check (reason in ('failed', 'reversed')),
  returned_at timestamptz not null default omla.now(),
  run_id uuid constraint transfer_returns_run_id_fkey references omla.payout_runs
);
create index if not exists transfer_returns_transfer_id_idx on omla.transfer_returns (transfer_id);
create index if not exists transfer_returns_open_idx on omla.transfer_returns (returned_at) where run_id is null;

-- The plan, one row per wallet and currency: carried + distributed + moved is what is sent (fx and fees) and what rests.
-- Micro-dollars; nets and fees in 10^-14 USD.
create table if not exists omla.payout_positions (
  run_id uuid not null constraint payout_positions_run_id_fkey references omla.payout_runs,
  wallet_id uuid not null constraint payout_positions_wallet_id_fkey references omla.wallets,
  currency text not null constraint payout_positions_currency_fkey references omla.currency_registry,
  carried_usd numeric(38, 0) not null,
  distributed_usd numeric(38, 0) not null,
  moved_usd numeric(38, 0) not null,
  sent_usd numeric(38, 0) not null,
  rest_usd numeric(38, 0) not null,
  rest_net numeric(38, 0) not null,
  rest_fees jsonb not null default '{}',
  reason text,
  transfer_id omla.sha256_hex constraint payout_positions_transfer_id_fkey references omla.transfers,
  constraint payout_positions_pkey primary key (run_id, wallet_id, currency),
  constraint payout_position_conserves check (carried_usd + distributed_usd + moved_usd = sent_usd + rest_usd),
  -- A merged position names the transfer of its wallet that pays it.
  constraint payout_positions_sent check (sent_usd = 0 or transfer_id is not null)
);

-- Payments as the seeds show them, one per line and wallet; what each transfer did to them stands here too.
alter table omla.payments add column if not exists transfer_id text;
alter table omla.payments add column if not exists rail_fee numeric;
alter table omla.payments add column if not exists kind text;
-- Why it waits, where its status is held.
alter table omla.payments add column if not exists held_reason text;
do $$
begin
  alter table omla.payments drop constraint if exists payments_rail_known;
  alter table omla.payments add constraint payments_rail_known
    check (rail in ('stripe', 'paypal', 'lightning', 'ach', 'sepa', 'wise', 'other', 'sandbox'));
  alter table omla.payments drop constraint if exists payments_transfer_id_fkey;
  alter table omla.payments add constraint payments_transfer_id_fkey foreign key (transfer_id) references omla.transfers;
end
$$;
create index if not exists payments_transfer_idx on omla.payments (transfer_id) where transfer_id is not null;
drop trigger if exists payments_immutable on omla.payments;
create trigger payments_immutable before update on omla.payments for each row
  execute function omla.refuse_change_except('status', 'paid_at', 'settled_currency', 'settled_amount', 'fx_rate_used', 'rail', 'transfer_id', 'rail_fee', 'held_reason');

-- A transfer moves forward only: planned, sending, sent, completed. An unknown outcome is looked up; what failed or came back stays so.
create or replace function omla.transfer_moves() returns trigger
language plpgsql
as $$
declare
  arrows constant jsonb := '{
    "planned": ["sending", "failed"], "sending": ["sent", "completed", "failed", "unknown"], "unknown": ["sending", "sent", "completed", "failed"],
    "sent": ["completed", "failed", "reversed"], "completed": ["reversed"], "failed": [], "reversed": []}';
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
drop trigger if exists transfers_moves on omla.transfers;
create trigger transfers_moves before update on omla.transfers for each row execute function omla.transfer_moves();
drop trigger if exists transfers_immutable on omla.transfers;
create trigger transfers_immutable before update on omla.transfers for each row
  execute function omla.refuse_change_except('state', 'first_sent_at', 'key_since', 'sent_at', 'completed_at', 'ext_id', 'actual_fee', 'reversed_amount', 'flagged', 'fault');
drop trigger if exists payout_runs_immutable on omla.payout_runs;
create trigger payout_runs_immutable before update on omla.payout_runs for each row
  execute function omla.refuse_change_except('state', 'needs_approval', 'approved_by', 'closed_at', 'stopped_reason', 'batch');
drop trigger if exists transfer_returns_immutable on omla.transfer_returns;
create trigger transfer_returns_immutable before update on omla.transfer_returns for each row execute function omla.refuse_change_except('run_id');

do $$
declare
  relation text;
begin
  foreach relation in array array['payout_plans', 'payout_lines', 'distributions', 'payout_positions'] loop
    execute format('drop trigger if exists %1$s_immutable on omla.%1$s', relation);
    execute format('create trigger %1$s_immutable before update or delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
  end loop;
  foreach relation in array array['transfers', 'payout_runs', 'transfer_returns'] loop
    execute format('drop trigger if exists %1$s_no_delete on omla.%1$s', relation);
    execute format('create trigger %1$s_no_delete before delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
  end loop;
end
$$;

-- Only the payout role writes here. The board reads everything but destinations.
select omla.protect('omla.payout_runs', 'omla.payout_lease', 'omla.payout_plans', 'omla.payout_lines', 'omla.distributions', 'omla.transfers',
  'omla.transfer_private', 'omla.transfer_returns', 'omla.payout_positions');
do $$
declare
  relation text;
begin
  foreach relation in array array['payout_runs', 'payout_plans', 'payout_lines', 'distributions', 'transfers', 'transfer_returns', 'payout_positions'] loop
    execute format('drop policy if exists staff_read on omla.%I', relation);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', relation);
    execute format('grant select on omla.%I to reviewer, payout', relation);
  end loop;
  foreach relation in array array['payout_runs', 'payout_lease', 'payout_plans', 'payout_lines', 'distributions', 'transfers', 'transfer_private',
    'transfer_returns', 'payout_positions'] loop
    execute format('drop policy if exists payout_write on omla.%I', relation);
    execute format('create policy payout_write on omla.%I to payout using (true) with check (true)', relation);
    execute format('grant select, insert on omla.%I to payout', relation);
  end loop;
end
$$;
grant update (state, needs_approval, approved_by, closed_at, stopped_reason, batch) on omla.payout_runs to payout;
grant update (holder, expires_at) on omla.payout_lease to payout;
grant update (state, first_sent_at, key_since, sent_at, completed_at, ext_id, actual_fee, reversed_amount, flagged, fault) on omla.transfers to payout;
grant update (run_id) on omla.transfer_returns to payout;
grant update (transfer_id, rail_fee, held_reason) on omla.payments to payout;
