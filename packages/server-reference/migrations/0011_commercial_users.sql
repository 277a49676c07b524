-- Companies that use OMLA models, and their keys.
create table if not exists omla.commercial_users (
  id uuid constraint commercial_users_pkey primary key default gen_random_uuid(),
  company_name text not null constraint commercial_users_company_name_size check (length(company_name) between 1 and 200),
  domains text[] not null default '{}' constraint commercial_users_domains_size check (cardinality(domains) <= 50),
  -- The creator key that this company belongs to: lines about that key's own models are its own (decision 15).
  owner_pubkey omla.public_key,
  -- From its first report on every quarter is due, until its last one is marked final (decision 16).
  reporting_from omla.quarter,
  reporting_until omla.quarter,
  is_active boolean not null default true,
  created_at timestamptz not null default omla.now_seconds()
);
create index if not exists commercial_users_owner_pubkey_idx on omla.commercial_users (owner_pubkey) where owner_pubkey is not null;

create table if not exists omla.commercial_user_private (
  company_id uuid constraint commercial_user_private_pkey primary key
    constraint commercial_user_private_company_id_fkey references omla.commercial_users,
  contact_email text not null constraint commercial_user_private_contact_email_form check (contact_email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,255}$'),
  email_confirmed_at timestamptz
);

create table if not exists omla.api_keys (
  -- The public part of the key: omla_live_<kid>_<secret><crc>.
  kid text constraint api_keys_pkey primary key constraint api_keys_kid_form check (kid ~ '^[0-9A-Za-z]{10}$'),
  company_id uuid not null constraint api_keys_company_id_fkey references omla.commercial_users,
  live boolean not null,
  last4 text not null constraint api_keys_last4_form check (last4 ~ '^[0-9A-Za-z]{4}$'),
  -- bcrypt over base64(SHA-256(key)).
  api_key_hash text not null constraint api_keys_hash_form check (api_key_hash ~ '^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$'),
  scopes text[] not null default '{report}',
  created_at timestamptz not null default omla.now_seconds(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index if not exists api_keys_company_id_idx on omla.api_keys (company_id) where revoked_at is null;

-- Two usable keys of a kind per company, so that one can be replaced without a gap.
create or replace function omla.api_keys_two_at_most() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from omla.commercial_users where id = new.company_id for no key update;
  if (select count(*) from omla.api_keys k
       where k.company_id = new.company_id and k.live = new.live and k.revoked_at is null and k.kid <> new.kid
         and (k.expires_at is null or k.expires_at > omla.now())) >= 2 then
    perform omla.refuse('API_KEYS_TOO_MANY', 'two keys are in use already', 409, '{"limit": 2}', 'Revoke one of them first.');
  end if;
  return new;
end
$$;
drop trigger if exists api_keys_two_at_most on omla.api_keys;
create trigger api_keys_two_at_most before insert on omla.api_keys for each row execute function omla.api_keys_two_at_most();

-- An idempotent request and its answer: the same key with the same content gets the same answer.
create table if not exists omla.idempotency_keys (
  scope text not null constraint idempotency_keys_scope_size check (length(scope) between 1 and 200),
  key text not null constraint idempotency_keys_key_size check (length(key) between 1 and 200),
  content_sha256 omla.sha256_hex not null,
  status int not null,
  answer jsonb not null,
  created_at timestamptz not null default omla.now(),
  constraint idempotency_keys_pkey primary key (scope, key)
);
create index if not exists idempotency_keys_created_at_idx on omla.idempotency_keys (created_at);
