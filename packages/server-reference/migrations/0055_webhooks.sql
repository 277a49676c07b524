-- Webhooks: what happened is written down in the transaction in which it happens, and carried to whoever asked for it later.
create table if not exists omla.webhook_endpoints (
  id uuid constraint webhook_endpoints_pkey primary key default gen_random_uuid(),
  company_id uuid constraint webhook_endpoints_company_id_fkey references omla.commercial_users,
  owner_pubkey omla.public_key,
  url text not null constraint webhook_endpoints_url_form check (url ~ '^https://[!-~]+$' and length(url) <= 2000),
  events text[] not null constraint webhook_endpoints_events_known check (
    cardinality(events) between 1 and 5
    and events <@ array['model.key_rotated', 'model.splits_changed', 'model.lineage_changed', 'compliance.state_changed', 'blacklist.published']),
  -- Null: every model.
  model_ids uuid[] constraint webhook_endpoints_model_ids_size check (cardinality(model_ids) <= 100),
  created_at timestamptz not null default omla.now_seconds(),
  -- Since when every attempt fails; null while they succeed.
  failing_since timestamptz,
  disabled_at timestamptz,
  constraint webhook_endpoints_one_owner check (num_nonnulls(company_id, owner_pubkey) = 1)
);
create index if not exists webhook_endpoints_company_idx on omla.webhook_endpoints (company_id) where company_id is not null;
create index if not exists webhook_endpoints_owner_idx on omla.webhook_endpoints (owner_pubkey) where owner_pubkey is not null;
drop trigger if exists webhook_endpoints_immutable on omla.webhook_endpoints;
create trigger webhook_endpoints_immutable before update on omla.webhook_endpoints for each row
  execute function omla.refuse_change_except('failing_since', 'disabled_at');

create table if not exists omla.webhook_secrets (
  id bigint generated always as identity constraint webhook_secrets_pkey primary key,
  endpoint_id uuid not null constraint webhook_secrets_endpoint_id_fkey references omla.webhook_endpoints on delete cascade,
  -- Sealed under the server's secret: a stolen table signs nothing.
  sealed text not null constraint webhook_secrets_sealed_size check (length(sealed) between 20 and 400),
  created_at timestamptz not null default omla.now_seconds(),
  -- Set when another one takes its place.
  expires_at timestamptz
);
create index if not exists webhook_secrets_endpoint_idx on omla.webhook_secrets (endpoint_id);

create table if not exists omla.webhook_events (
  seq bigint generated always as identity constraint webhook_events_pkey primary key,
  id uuid not null default gen_random_uuid() constraint webhook_event_once unique,
  type text not null,
  model_id uuid,
  -- Only the company itself hears of its standing.
  company_id uuid,
  data jsonb not null,
  occurred_at timestamptz not null default omla.now_seconds()
);
create index if not exists webhook_events_occurred_at_idx on omla.webhook_events (occurred_at);

create table if not exists omla.webhook_deliveries (
  event_seq bigint not null constraint webhook_deliveries_event_seq_fkey references omla.webhook_events on delete cascade,
  endpoint_id uuid not null constraint webhook_deliveries_endpoint_id_fkey references omla.webhook_endpoints on delete cascade,
  status text not null default 'waiting' constraint webhook_deliveries_status_known check (status in ('waiting', 'delivered', 'dropped')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default omla.now(),
  last_status int,
  done_at timestamptz,
  constraint webhook_deliveries_pkey primary key (endpoint_id, event_seq)
);
create index if not exists webhook_deliveries_due_idx on omla.webhook_deliveries (next_attempt_at) where status = 'waiting';

-- Writes an event and a delivery for each endpoint that asked for it; nothing where nobody did.
create or replace function omla.webhook_emit(event_type text, event_model uuid, event_company uuid, event_data jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  new_seq bigint;
  takers uuid[] := array(
    select e.id from omla.webhook_endpoints e
     where e.disabled_at is null and event_type = any (e.events)
       and (event_company is null or e.company_id = event_company)
       and (event_model is null or e.model_ids is null or event_model = any (e.model_ids)));
begin
  if cardinality(takers) = 0 then
    return;
  end if;
  insert into omla.webhook_events (type, model_id, company_id, data) values (event_type, event_model, event_company, event_data) returning seq into new_seq;
  insert into omla.webhook_deliveries (event_seq, endpoint_id) select new_seq, t from unnest(takers) t;
end
$$;
revoke execute on function omla.webhook_emit(text, uuid, uuid, jsonb) from public;

create or replace function omla.webhook_on_state() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.webhook_emit('compliance.state_changed', new.model_id, new.commercial_user_id, jsonb_build_object(
    'subject_kind', new.subject_kind, 'id', new.id, 'state', new.state, 'previous_state', old.state, 'state_since', omla.iso(new.state_since)));
  return null;
end
$$;
drop trigger if exists compliance_state_webhook on omla.compliance_state;
create trigger compliance_state_webhook after update of state on omla.compliance_state for each row
  when (old.state is distinct from new.state) execute function omla.webhook_on_state();

create or replace function omla.webhook_on_key() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.webhook_emit('model.key_rotated', new.id, null, jsonb_build_object(
    'model_id', new.id, 'address', omla.address_of(new.id), 'ed25519_pubkey', new.ed25519_pubkey, 'previous_pubkey', old.ed25519_pubkey,
    'recovery_changed', old.recovery_pubkey is distinct from new.recovery_pubkey));
  return null;
end
$$;
drop trigger if exists models_key_webhook on omla.models;
create trigger models_key_webhook after update on omla.models for each row
  when (old.ed25519_pubkey is distinct from new.ed25519_pubkey or old.recovery_pubkey is distinct from new.recovery_pubkey)
  execute function omla.webhook_on_key();

create or replace function omla.webhook_on_document() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  kind constant text := new.body::jsonb -> 'change' ->> 'kind';
begin
  if kind in ('splits', 'lineage') then
    perform omla.webhook_emit('model.' || kind || '_changed', new.model_id, null, jsonb_build_object(
      'model_id', new.model_id, 'address', omla.address_of(new.model_id), 'digest', new.digest));
  end if;
  return null;
end
$$;
drop trigger if exists documents_webhook on omla.documents;
create trigger documents_webhook after insert on omla.documents for each row when (new.type = 'mutation') execute function omla.webhook_on_document();

create or replace function omla.webhook_on_list() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.webhook_emit('blacklist.published', null, null, jsonb_build_object(
    'sequence', new.sequence, 'sha256', new.digest, 'signed', new.signed, 'entry_count', new.entry_count,
    'generated_at', omla.iso(new.generated_at), 'next_update', omla.iso(new.next_update)));
  return null;
end
$$;
drop trigger if exists published_lists_webhook on omla.published_lists;
create trigger published_lists_webhook after insert on omla.published_lists for each row execute function omla.webhook_on_list();

select omla.protect('omla.webhook_endpoints', 'omla.webhook_secrets', 'omla.webhook_events', 'omla.webhook_deliveries');
grant insert, update (failing_since, disabled_at), delete on omla.webhook_endpoints to service_role;
grant insert, update (expires_at), delete on omla.webhook_secrets to service_role;
grant delete on omla.webhook_events to service_role;
grant update (status, attempts, next_attempt_at, last_status, done_at) on omla.webhook_deliveries to service_role;
