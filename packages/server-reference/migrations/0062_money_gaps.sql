-- What a bank is told, what comes back from it, and for how long the word of a rail is remembered.

-- One message to the bank. What it says follows from these rows: a file that was lost is printed again to the byte.
create table if not exists omla.sepa_files (
  message_id text constraint sepa_files_pkey primary key constraint sepa_files_message_id_form check (message_id ~ '^[0-9a-f]{32}(-[1-9][0-9]?)?$'),
  run_id uuid not null constraint sepa_files_run_id_fkey references omla.payout_runs,
  -- Counts the files of the run, from 1.
  number int not null constraint sepa_files_number_range check (number between 1 and 99),
  made_at timestamptz not null default omla.now_seconds(),
  -- The association's own account as it was then: IBAN;NAME or IBAN;BIC;NAME.
  debtor text not null constraint sepa_files_debtor_size check (length(debtor) between 1 and 500),
  sha256 omla.sha256_hex not null,
  constraint sepa_file_once unique (run_id, number)
);

-- A transfer stands in one message only, so that no bank is told to pay it twice.
create table if not exists omla.sepa_file_transfers (
  transfer_id omla.sha256_hex constraint sepa_file_transfer_once primary key constraint sepa_file_transfers_transfer_id_fkey references omla.transfers,
  message_id text not null constraint sepa_file_transfers_message_id_fkey references omla.sepa_files
);
create index if not exists sepa_file_transfers_message_idx on omla.sepa_file_transfers (message_id);

-- What two members of the board said of a transfer by hand: that it came back, whole.
create table if not exists omla.returned_transfers (
  transfer_id omla.sha256_hex constraint returned_transfer_once primary key constraint returned_transfers_transfer_id_fkey references omla.transfers,
  wallet_id uuid not null constraint returned_transfers_wallet_id_fkey references omla.wallets,
  rail text not null constraint returned_transfers_rail_form check (rail ~ '^[a-z]{1,20}$'),
  -- What the bank or the provider calls the return, and its day.
  reference text not null constraint returned_transfers_reference_form check (reference ~ '^[!-~]([ -~]{0,198}[!-~])?$'),
  returned_on date not null,
  reason text not null constraint returned_transfers_reason_size check (length(reason) between 1 and 500),
  recorded_at timestamptz not null default omla.now_seconds(),
  recorded_by text not null constraint returned_transfers_recorded_by_form check (recorded_by ~ '^[ -~]{1,200}$'),
  -- Until then nothing more is sent to where it came back from.
  confirmed_at timestamptz,
  confirmed_by text constraint returned_transfers_confirmed_by_form check (confirmed_by ~ '^[ -~]{1,200}$'),
  constraint returned_transfers_confirmed check ((confirmed_at is null) = (confirmed_by is null) and confirmed_at >= recorded_at)
);
create index if not exists returned_transfers_open_idx on omla.returned_transfers (wallet_id, rail) where confirmed_at is null;

do $$
declare
  relation text;
begin
  foreach relation in array array['sepa_files', 'sepa_file_transfers'] loop
    execute format('drop trigger if exists %1$s_append_only on omla.%1$s', relation);
    execute format('create trigger %1$s_append_only before update or delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
  end loop;
end
$$;
drop trigger if exists returned_transfers_immutable on omla.returned_transfers;
create trigger returned_transfers_immutable before update on omla.returned_transfers for each row
  execute function omla.refuse_change_except('confirmed_at', 'confirmed_by');
drop trigger if exists returned_transfers_no_delete on omla.returned_transfers;
create trigger returned_transfers_no_delete before delete on omla.returned_transfers for each row execute function omla.refuse_change();

select omla.protect('omla.sepa_files', 'omla.sepa_file_transfers', 'omla.returned_transfers');
do $$
declare
  relation text;
begin
  foreach relation in array array['sepa_files', 'sepa_file_transfers', 'returned_transfers'] loop
    execute format('drop policy if exists staff_read on omla.%I', relation);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', relation);
    execute format('drop policy if exists payout_write on omla.%I', relation);
    execute format('create policy payout_write on omla.%I to payout using (true) with check (true)', relation);
    execute format('grant select on omla.%I to reviewer, payout', relation);
    execute format('grant insert on omla.%I to payout', relation);
  end loop;
end
$$;
grant update (confirmed_at, confirmed_by) on omla.returned_transfers to payout;

-- The rails over which a wallet can be paid, with whether the owner must say once more where to pay: money came back from there, and since
-- then neither a signed change of the wallet's rail nor the board has confirmed it.
create or replace view omla.rails_with_returns as
  select p.*,
         exists (select from omla.returned_transfers b where b.wallet_id = p.wallet_id and b.rail = p.rail and b.confirmed_at is null
                    and b.recorded_at >= coalesce(w.rail_changed_at, '-infinity')) as to_confirm
    from omla.payable_rails p join omla.wallets w on w.id = p.wallet_id;
alter view omla.rails_with_returns owner to omla_owner;
grant select on omla.rails_with_returns to service_role, payout;

-- An event is forgotten ninety days after it was settled: a rail tells an old one again for thirty days at most. What waits, and what a person
-- must look at, stays.
create or replace function omla.rail_event_goes() returns trigger
language plpgsql
as $$
begin
  if old.outcome not in ('applied', 'ignored') or greatest(old.received_at, old.settled_at) > omla.now() - interval '90 days' then
    perform omla.refuse('IMMUTABLE', 'an event of a rail is kept for 90 days after it was settled', 409);
  end if;
  return old;
end
$$;
drop trigger if exists rail_events_no_delete on omla.rail_events;
create trigger rail_events_no_delete before delete on omla.rail_events for each row execute function omla.rail_event_goes();
create index if not exists rail_events_settled_idx on omla.rail_events (received_at) where outcome in ('applied', 'ignored');
grant delete on omla.rail_events to service_role;
