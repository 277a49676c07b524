-- What a badge asks, asked thousands of times a second: one look-up by indexes, planned once per session.

-- What there is to say of a model that is registered and active. A view, so that each question below gets a plan of its own.
create or replace view omla.verdicts as
  select m.id as model_id, m.name, w.address::text, m.ed25519_pubkey::text, m.license_version, m.asset_kind, s.state,
         omla.iso(s.state_since) as state_since, omla.iso(m.created_at) as registered_at,
         coalesce((select jsonb_agg(l.url order by l.position) from omla.model_locations l where l.model_id = m.id and l.effective_until is null), '[]') as locations
    from omla.models m
    left join omla.wallets w on w.model_id = m.id and w.is_primary
    left join omla.compliance_state s on s.id = m.id
   where m.is_active;
alter view omla.verdicts owner to omla_owner;

create or replace function omla.verifications(queries text[], model_ids uuid[])
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language sql stable
as $$
  select v.model_id is not null, v.model_id, v.name, v.address, v.ed25519_pubkey, v.license_version, v.asset_kind, v.state, v.state_since, v.registered_at,
         v.locations, omla.iso(omla.now()), q.query
    from unnest(queries, model_ids) with ordinality as q (query, model_id, i) left join omla.verdicts v on v.model_id = q.model_id
   order by q.i
$$;

create or replace function public.verify_by_hash(hash text)
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  asked constant text := hash;
begin
  return query
    select v.model_id is not null, v.model_id, v.name, v.address, v.ed25519_pubkey, v.license_version, v.asset_kind, v.state, v.state_since, v.registered_at,
           v.locations, omla.iso(omla.now()), asked
      from (select h.model_id from omla.model_hashes h where h.sha256 = lower(asked) and h.is_active) found
      right join (select 1) one on true
      left join omla.verdicts v on v.model_id = found.model_id;
end
$$;
