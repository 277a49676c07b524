-- What the registry says about itself, and the small tables that others point to.

-- One row per fact: origin, lineage_policy, limits. The server writes them at start, so that callers behind PostgREST see the same.
create table if not exists omla.registry_settings (
  key text constraint registry_settings_pkey primary key constraint registry_settings_key_known check (key in ('origin', 'lineage_policy', 'limits')),
  value jsonb not null,
  updated_at timestamptz not null default omla.now()
);

create table if not exists omla.asset_kinds (
  asset_kind text constraint asset_kinds_pkey primary key,
  description text not null
);

create table if not exists omla.royalty_rates (
  asset_kind text not null constraint royalty_rates_asset_kind_fkey references omla.asset_kinds,
  rate numeric not null constraint royalty_rates_rate_range check (rate between 0 and 1 and scale(trim_scale(rate)) <= 6),
  effective_from timestamptz not null,
  constraint royalty_rates_pkey primary key (asset_kind, effective_from)
);

insert into omla.asset_kinds values
  ('model', 'Weights of a model'), ('dataset', 'Data that models are trained on'),
  ('likeness', 'A person''s voice or appearance'), ('artwork', 'A style or body of work')
on conflict do nothing;
insert into omla.royalty_rates select asset_kind, 0.30, '2025-01-01T00:00:00Z' from omla.asset_kinds on conflict do nothing;

create table if not exists omla.currency_registry (
  code text constraint currency_registry_pkey primary key constraint currency_registry_code_form check (code ~ '^[A-Z][A-Z0-9_-]{1,15}$'),
  name text not null,
  kind text not null constraint currency_registry_kind_known check (kind in ('fiat', 'crypto', 'platform')),
  scale smallint not null constraint currency_registry_scale_range check (scale between 0 and 18),
  is_active boolean not null default true
);
insert into omla.currency_registry (code, name, kind, scale) values
  ('USD', 'US dollar', 'fiat', 6), ('EUR', 'Euro', 'fiat', 6), ('GBP', 'Pound sterling', 'fiat', 6), ('JPY', 'Japanese yen', 'fiat', 6),
  ('BTC', 'Bitcoin', 'crypto', 8), ('ETH', 'Ether', 'crypto', 18), ('USDC', 'USD Coin', 'crypto', 6),
  ('BUZZ', 'Civitai Buzz', 'platform', 0), ('CREDITS', 'OpenRouter Credits', 'platform', 6)
on conflict do nothing;

-- The rate of an asset kind that is in force just before an instant.
create or replace function omla.royalty_rate(asset_kind text, as_of timestamptz) returns numeric
language sql stable
as $$
  select r.rate from omla.royalty_rates r
   where r.asset_kind = royalty_rate.asset_kind and r.effective_from <= as_of
   order by r.effective_from desc limit 1
$$;

create or replace function omla.setting(setting_key text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select value from omla.registry_settings where key = setting_key $$;

create or replace function omla.lineage_policy() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select coalesce((select value #>> '{}' from omla.registry_settings where key = 'lineage_policy'), 'sequential') $$;

-- The limits of stored lineages and splits; a missing one is the protocol's.
create or replace function omla.limits() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select '{"models": 1000, "depth": 128, "parents": 32, "splits": 64}'::jsonb
      || coalesce((select value from omla.registry_settings where key = 'limits'), '{}')
$$;
grant execute on function omla.setting(text), omla.lineage_policy(), omla.limits(), omla.royalty_rate(text, timestamptz) to public;
