-- Models: immutable rows, with overlays and sets that have their dates.
create table if not exists omla.models (
  id uuid constraint models_pkey primary key,
  name text not null constraint models_name_size check (length(name) between 1 and 200),
  description text constraint models_description_size check (length(description) <= 4000),
  domain text constraint models_domain_size check (length(domain) <= 200),
  asset_kind text not null default 'model' constraint models_asset_kind_fkey references omla.asset_kinds,
  license_version text not null constraint models_license_version_size check (length(license_version) between 1 and 200),
  ed25519_pubkey omla.public_key not null,
  recovery_pubkey omla.public_key,
  model_hash omla.sha256_hex not null,
  is_active boolean not null default true,
  -- The highest nonce that a mutation of this model was accepted with.
  update_nonce bigint not null default 0 constraint models_update_nonce_range check (update_nonce between 0 and 9007199254740991),
  document_digest omla.sha256_hex not null constraint models_document_digest_fkey references omla.documents,
  created_at timestamptz not null default omla.now_seconds(),
  constraint models_keys_differ check (recovery_pubkey <> ed25519_pubkey)
);
create index if not exists models_created_at_idx on omla.models (created_at desc, id);
create index if not exists models_model_hash_idx on omla.models (model_hash);
create index if not exists models_ed25519_pubkey_idx on omla.models (ed25519_pubkey);
create index if not exists models_recovery_pubkey_idx on omla.models (recovery_pubkey) where recovery_pubkey is not null;
create index if not exists models_name_search_idx on omla.models using gin (name extensions.gin_trgm_ops);

drop trigger if exists models_immutable on omla.models;
create trigger models_immutable before update on omla.models for each row
  execute function omla.refuse_change_except('ed25519_pubkey', 'recovery_pubkey', 'is_active', 'update_nonce');
drop trigger if exists models_no_delete on omla.models;
create trigger models_no_delete before delete on omla.models for each row execute function omla.refuse_change();

create table if not exists omla.model_private (
  model_id uuid constraint model_private_pkey primary key constraint model_private_model_id_fkey references omla.models,
  creator_email text constraint model_private_creator_email_form check (creator_email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,255}$')
);
create index if not exists model_private_creator_email_idx on omla.model_private (lower(creator_email));

create table if not exists omla.model_metadata (
  model_id uuid not null constraint model_metadata_model_id_fkey references omla.models,
  key text not null constraint model_metadata_key_form check (key ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  value jsonb not null constraint model_metadata_value_size check (octet_length(value::text) <= 16384),
  document_digest omla.sha256_hex not null constraint model_metadata_document_digest_fkey references omla.documents,
  updated_at timestamptz not null default omla.now_seconds(),
  constraint model_metadata_pkey primary key (model_id, key)
);

create table if not exists omla.model_files (
  model_id uuid not null constraint model_files_model_id_fkey references omla.models,
  position int not null,
  path text not null constraint model_files_path_size check (length(path) between 1 and 1000),
  sha256 omla.sha256_hex not null,
  size bigint not null constraint model_files_size_range check (size between 0 and 9007199254740991),
  effective_from timestamptz not null,
  effective_until timestamptz,
  document_digest omla.sha256_hex not null constraint model_files_document_digest_fkey references omla.documents,
  constraint model_files_pkey primary key (model_id, document_digest, position),
  constraint model_files_dates check (effective_until >= effective_from)
);
create unique index if not exists model_files_path_once on omla.model_files (model_id, path) where effective_until is null;

-- A hash belongs to one active model: its model_hash and the hashes of its files alike.
create table if not exists omla.model_hashes (
  sha256 omla.sha256_hex not null,
  model_id uuid not null constraint model_hashes_model_id_fkey references omla.models,
  is_active boolean not null default true,
  constraint model_hashes_pkey primary key (sha256, model_id)
);
create unique index if not exists model_hashes_one_active_model on omla.model_hashes (sha256) where is_active;
create index if not exists model_hashes_model_id_idx on omla.model_hashes (model_id);

create table if not exists omla.model_locations (
  model_id uuid not null constraint model_locations_model_id_fkey references omla.models,
  position int not null,
  url text not null constraint model_locations_url_form check (length(url) <= 500 and url ~ '^https://[^[:space:]\\]+$'),
  effective_from timestamptz not null,
  effective_until timestamptz,
  -- When somebody saw the model's OMLA-ID line there.
  verified_at timestamptz,
  document_digest omla.sha256_hex not null constraint model_locations_document_digest_fkey references omla.documents,
  constraint model_locations_pkey primary key (model_id, document_digest, position),
  constraint model_locations_dates check (effective_until >= effective_from)
);
create unique index if not exists model_locations_url_once on omla.model_locations (model_id, url) where effective_until is null;

create table if not exists omla.hoster_shares (
  model_id uuid not null constraint hoster_shares_model_id_fkey references omla.models,
  hoster_share_pct numeric not null constraint hoster_share_range check (hoster_share_pct between 0 and 50 and scale(trim_scale(hoster_share_pct)) <= 6),
  effective_from timestamptz not null,
  effective_until timestamptz,
  document_digest omla.sha256_hex not null constraint hoster_shares_document_digest_fkey references omla.documents,
  constraint hoster_shares_pkey primary key (model_id, document_digest),
  constraint hoster_shares_dates check (effective_until >= effective_from)
);
create unique index if not exists hoster_shares_one_current on omla.hoster_shares (model_id) where effective_until is null;

-- A rotation waits seven days; a challenge by the other key stops it.
create table if not exists omla.key_rotations (
  digest omla.sha256_hex constraint key_rotations_pkey primary key constraint key_rotations_digest_fkey references omla.documents,
  model_id uuid not null constraint key_rotations_model_id_fkey references omla.models,
  new_pubkey omla.public_key,
  new_recovery_pubkey omla.public_key,
  signer_pubkey omla.public_key not null,
  requested_at timestamptz not null,
  completes_at timestamptz not null,
  challenge_digest omla.sha256_hex constraint key_rotations_challenge_digest_fkey references omla.documents,
  challenged_at timestamptz,
  completed_at timestamptz,
  constraint key_rotations_some_key check (num_nonnulls(new_pubkey, new_recovery_pubkey) = 1),
  constraint key_rotations_one_end check (num_nonnulls(challenged_at, completed_at) <= 1)
);
create unique index if not exists key_rotations_one_pending on omla.key_rotations (model_id) where challenged_at is null and completed_at is null;

-- Rows of dated sets (files, locations, edges, splits, preferences, shares) are written once and closed once.
create or replace function omla.close_only() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    perform omla.refuse('IMMUTABLE', format('rows of %s are closed, not deleted', tg_table_name), 409);
  end if;
  if old.effective_until is not null or (to_jsonb(new) - 'effective_until' - 'verified_at') <> (to_jsonb(old) - 'effective_until' - 'verified_at') then
    perform omla.refuse('IMMUTABLE', format('a row of %s can only be closed, once', tg_table_name), 409);
  end if;
  return new;
end
$$;
do $$
declare
  set_table text;
begin
  foreach set_table in array array['model_files', 'model_locations', 'hoster_shares'] loop
    execute format('drop trigger if exists %I on omla.%I', set_table || '_close_only', set_table);
    execute format('create trigger %I before update or delete on omla.%I for each row execute function omla.close_only()', set_table || '_close_only', set_table);
  end loop;
end
$$;
