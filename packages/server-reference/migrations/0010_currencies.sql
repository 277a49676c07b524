-- What creators want to be paid in, what remitters can pay in, and what a conversion costs. All of it is public.
create table if not exists omla.creator_currency_prefs (
  model_id uuid not null constraint creator_currency_prefs_model_id_fkey references omla.models,
  position int not null constraint creator_currency_prefs_position_range check (position >= 0),
  code text not null constraint creator_currency_prefs_code_fkey references omla.currency_registry,
  is_backup boolean not null default false,
  effective_from timestamptz not null,
  effective_until timestamptz,
  document_digest omla.sha256_hex not null constraint creator_currency_prefs_document_digest_fkey references omla.documents,
  constraint creator_currency_prefs_pkey primary key (model_id, document_digest, position),
  constraint creator_currency_prefs_dates check (effective_until >= effective_from)
);
create unique index if not exists currency_pref_duplicate on omla.creator_currency_prefs (model_id, code) where effective_until is null;
drop trigger if exists creator_currency_prefs_close_only on omla.creator_currency_prefs;
create trigger creator_currency_prefs_close_only before update or delete on omla.creator_currency_prefs for each row execute function omla.close_only();

-- remitter_id names a row of commercial_users or hoster_claims, as remitter_kind says.
create table if not exists omla.remitter_currencies (
  remitter_kind text not null constraint remitter_currencies_kind_known check (remitter_kind in ('commercial_user', 'hoster')),
  remitter_id uuid not null,
  position int not null constraint remitter_currencies_position_range check (position >= 0),
  code text not null constraint remitter_currencies_code_fkey references omla.currency_registry,
  declared_at timestamptz not null default omla.now_seconds(),
  constraint remitter_currencies_pkey primary key (remitter_kind, remitter_id, code),
  constraint remitter_currencies_position_once unique (remitter_kind, remitter_id, position) deferrable initially deferred
);

create table if not exists omla.remitter_conversion_fees (
  remitter_kind text not null constraint remitter_conversion_fees_kind_known check (remitter_kind in ('commercial_user', 'hoster')),
  remitter_id uuid not null,
  from_code text not null constraint remitter_conversion_fees_from_code_fkey references omla.currency_registry,
  to_code text not null constraint remitter_conversion_fees_to_code_fkey references omla.currency_registry,
  fee_pct numeric not null constraint fee_range check (fee_pct between 0 and 50 and scale(trim_scale(fee_pct)) <= 6),
  declared_at timestamptz not null default omla.now_seconds(),
  constraint remitter_conversion_fees_pkey primary key (remitter_kind, remitter_id, from_code, to_code),
  constraint remitter_conversion_fees_codes_differ check (from_code <> to_code)
);
