-- What a badge or a gateway asks: is this registered, to whom, and how does it stand?

drop function if exists public.verify_by_hash(text);
drop function if exists public.verify_many(text[], text[], text[]);

-- One row per question, in the order asked. A model that was deactivated reads as not registered.
create or replace function omla.verifications(queries text[], model_ids uuid[])
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language sql stable
as $$
  select m.id is not null, m.id, m.name, w.address::text, m.ed25519_pubkey::text, m.license_version, m.asset_kind, s.state,
         omla.iso(s.state_since), omla.iso(m.created_at),
         case when m.id is not null then coalesce(
           (select jsonb_agg(l.url order by l.position) from omla.model_locations l where l.model_id = m.id and l.effective_until is null), '[]') end,
         omla.iso(omla.now()), q.query
    from unnest(queries, model_ids) with ordinality as q (query, model_id, i)
    left join omla.models m on m.id = q.model_id and m.is_active
    left join omla.wallets w on w.model_id = m.id and w.is_primary
    left join omla.compliance_state s on s.model_id = m.id
   order by q.i
$$;

create function public.verify_by_hash(hash text)
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from omla.verifications(array[hash],
    array[(select h.model_id from omla.model_hashes h where h.sha256 = lower(hash) and h.is_active)]);
end
$$;

create function public.verify_many(hashes text[] default '{}', addresses text[] default '{}', ids text[] default '{}')
returns table (registered boolean, model_id uuid, name text, address text, ed25519_pubkey text, license_version text, asset_kind text, state text,
  state_since text, registered_at text, locations jsonb, as_of text, query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  most constant int := 100;
  queries constant text[] := coalesce(hashes, '{}') || coalesce(addresses, '{}') || coalesce(ids, '{}');
begin
  if cardinality(queries) > most then
    perform omla.refuse('LIMIT_EXCEEDED', format('%s questions, %s are allowed at a time', cardinality(queries), most), 422, jsonb_build_object('limit', most), 'Ask in several requests.');
  end if;
  return query select * from omla.verifications(queries,
    array(select h.model_id from unnest(hashes) with ordinality as q (hash, i) left join omla.model_hashes h on h.sha256 = lower(q.hash) and h.is_active order by i)
    || array(select w.model_id from unnest(addresses) with ordinality as q (address, i) left join omla.wallets w on w.address = lower(q.address) and w.is_primary order by i)
    || array(select m.id from unnest(ids) with ordinality as q (id, i) left join omla.models m on m.id = omla.uuid_or_null(q.id) order by i));
end
$$;

-- A stranger's text as a uuid, null where it is none.
create or replace function omla.uuid_or_null(value text) returns uuid
language sql immutable parallel safe
as $$ select case when value ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then value::uuid end $$;

grant execute on function public.verify_by_hash(text), public.verify_many(text[], text[], text[]) to anon, authenticated, service_role, reviewer, payout;
