-- What rails told by themselves: each event once, in the transaction of its effect.
create table if not exists omla.rail_events (
  rail text not null constraint rail_events_rail_form check (rail ~ '^[a-z]{1,20}$'),
  event_id text not null constraint rail_events_event_id_form check (event_id ~ '^[!-~]{1,200}$'),
  type text not null constraint rail_events_type_form check (type ~ '^[!-~]{1,100}$'),
  occurred_at timestamptz not null,
  received_at timestamptz not null default omla.now(),
  -- Waiting: what it is about has not arrived yet. Refused: it cannot be booked, and a person must look at it.
  outcome text not null constraint rail_events_outcome_known check (outcome in ('received', 'applied', 'ignored', 'waiting', 'refused')),
  -- What it is about at the rail, and what it says in the registry's terms; no payload, which would hold personal data.
  subject text constraint rail_events_subject_form check (subject ~ '^[!-~]{1,200}$'),
  fact jsonb,
  note text constraint rail_events_note_size check (length(note) <= 500),
  settled_at timestamptz,
  constraint rail_events_pkey primary key (rail, event_id)
);
create index if not exists rail_events_open_idx on omla.rail_events (rail, subject) where outcome in ('waiting', 'refused');
drop trigger if exists rail_events_immutable on omla.rail_events;
create trigger rail_events_immutable before update on omla.rail_events for each row
  execute function omla.refuse_change_except('outcome', 'subject', 'fact', 'note', 'settled_at');
drop trigger if exists rail_events_no_delete on omla.rail_events;
create trigger rail_events_no_delete before delete on omla.rail_events for each row execute function omla.refuse_change();

-- One payment has several names at a rail: an invoice is paid by a payment intent, which a refund names.
create table if not exists omla.rail_payment_names (
  rail text not null constraint rail_payment_names_rail_form check (rail ~ '^[a-z]{1,20}$'),
  alias text not null constraint rail_payment_names_alias_form check (alias ~ '^[!-~]{1,200}$'),
  external_id text not null constraint rail_payment_names_external_id_form check (external_id ~ '^[!-~]{1,200}$'),
  constraint rail_payment_names_pkey primary key (rail, alias)
);
drop trigger if exists rail_payment_names_append_only on omla.rail_payment_names;
create trigger rail_payment_names_append_only before update or delete on omla.rail_payment_names for each row execute function omla.refuse_change();

select omla.protect('omla.rail_events', 'omla.rail_payment_names');
grant insert, update (outcome, subject, fact, note, settled_at) on omla.rail_events to service_role;
grant insert on omla.rail_payment_names to service_role;
-- What is told of a transfer is booked by the payout role, in one transaction with the event.
drop policy if exists payout_write on omla.rail_events;
create policy payout_write on omla.rail_events to payout using (true) with check (true);
grant select, insert, update (outcome, subject, fact, note, settled_at) on omla.rail_events to payout;
drop policy if exists payout_read on omla.rail_payment_names;
create policy payout_read on omla.rail_payment_names for select to payout using (true);
grant select on omla.rail_payment_names to payout;
