-- A royalty between the hosters of the root model and its creators (clause 4.15).

do $$
begin
  if to_regtype('omla.hoster_volumes') is null then
    -- The unrevoked claims; amounts in micros.
    create type omla.hoster_volumes as (hoster_ids text[], verified boolean[], inferences numeric[], owed numeric[]);
  end if;
end
$$;

-- The pool is floor(royalty * pct / 100) where some verified claim has volume, else 0. Out of it what is owed is settled first, with at
-- most half; the rest goes by volume. `share_parts` is the percentage in 10^-6.
create or replace function omla.fork_royalty(royalty numeric, share_parts bigint, claims omla.hoster_volumes) returns jsonb
language plpgsql stable
as $$
declare
  full_pool constant numeric := div(royalty * share_parts, 100000000);
  volume numeric;
  owed numeric;
  pool numeric;
  ids text[];
  volumes numeric[];
  debts numeric[];
  answer jsonb;
begin
  select coalesce(sum(c.inferences), 0), coalesce(sum(c.owed), 0), array_agg(c.id), array_agg(c.inferences), array_agg(c.owed)
    into volume, owed, ids, volumes, debts
    from unnest(claims.hoster_ids, claims.verified, claims.inferences, claims.owed) as c (id, verified, inferences, owed) where c.verified;
  pool := case when volume > 0 then full_pool else 0 end;
  owed := least(owed, div(pool, 2));
  with settled as (
    select a.id, a.amount from omla.allocate(owed, ids, debts) a
  ),
  by_volume as (
    select a.id, a.amount from omla.allocate(pool - owed, ids, volumes) a
  ),
  hoster as (
    select i.id, coalesce(v.amount, 0) as amount, coalesce(s.amount, 0) as owed_settled
      from unnest(ids) as i (id) left join by_volume v on v.id = i.id left join settled s on s.id = i.id
  ),
  provisional as (
    select c.id, div(full_pool * c.inferences, volume + c.inferences) as amount
      from unnest(claims.hoster_ids, claims.verified, claims.inferences) as c (id, verified, inferences) where not c.verified and c.inferences > 0
  )
  select jsonb_build_object(
    'hoster_pool_usd', omla.usd_text(pool), 'creator_pool_usd', omla.usd_text(royalty - pool),
    'hosters', (select coalesce(jsonb_agg(jsonb_build_object('hoster_id', h.id, 'amount_usd', omla.usd_text(h.amount),
        'owed_settled_usd', omla.usd_text(h.owed_settled)) order by lower(h.id) collate "C"), '[]') from hoster h where h.amount > 0 or h.owed_settled > 0),
    'provisional', (select coalesce(jsonb_agg(jsonb_build_object('hoster_id', p.id, 'amount_usd', omla.usd_text(p.amount)) order by lower(p.id) collate "C"), '[]')
        from provisional p where p.amount > 0))
    into answer;
  return answer;
end
$$;

-- rpc resolve_hoster_fork: the fork of a royalty that arrives at a stored model for a quarter, one dollar where none is named.
-- Volumes stay with their hosters; the division is public.
drop function if exists public.resolve_hoster_fork(uuid, text, text);
create function public.resolve_hoster_fork(model_id uuid, quarter text, royalty_usd text default '1') returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  quarter_name constant omla.quarter := quarter;
  registered timestamptz;
  share numeric;
  claims omla.hoster_volumes;
begin
  select m.created_at into registered from omla.models m where m.id = resolve_hoster_fork.model_id;
  if not found then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', model_id), 404, '{"path": "model_id"}');
  end if;
  select h.hoster_share_pct into share from omla.hoster_shares h
   where h.model_id = resolve_hoster_fork.model_id and h.effective_from <= greatest(omla.last_instant(quarter_name), registered)
     and (h.effective_until is null or h.effective_until > greatest(omla.last_instant(quarter_name), registered));
  select array_agg(c.id::text), array_agg(c.verified_at is not null), array_agg(coalesce(v.inferences, 0)::numeric),
         array_agg(coalesce(r.owed, 0)) into claims
    from omla.hoster_claims c
    left join lateral (select w.inferences from omla.hoster_volume_reports w where w.claim_id = c.id and w.quarter = quarter_name order by w.revision desc limit 1) v on true
    left join lateral (select sum(case b.kind when 'accrued' then b.amount_usd when 'settled' then -b.amount_usd else 0 end) * 1000000 as owed
                         from omla.hoster_reimbursements b where b.claim_id = c.id) r on true
   where c.model_id = resolve_hoster_fork.model_id and c.revoked_at is null;
  return omla.fork_royalty(omla.usd_micros(royalty_usd), (coalesce(share, 0) * 1000000)::bigint, claims);
end
$$;

-- The last moment that still belongs to a quarter: sets in force then are those of the quarter.
create or replace function omla.last_instant(quarter text) returns timestamptz
language sql immutable strict parallel safe
as $$ select omla.quarter_end(quarter) - interval '1 microsecond' $$;
grant execute on function omla.last_instant(text) to public;

-- The same for claims that are handed in: [{hoster_id, verified, revoked, inferences, owed_usd}].
create or replace function omla.resolve_hoster_fork(royalty_usd text, hoster_share_pct text, claims jsonb) returns jsonb
language plpgsql stable
as $$
declare
  volumes omla.hoster_volumes;
begin
  if exists (select from jsonb_array_elements(claims) c
              where jsonb_typeof(c -> 'inferences') is distinct from 'number' or c ->> 'inferences' !~ '^[0-9]{1,16}$' or (c ->> 'inferences')::numeric > 9007199254740991) then
    perform omla.refuse('COUNT_INVALID', 'inferences are a count', 422, '{"path": "claims"}');
  end if;
  if exists (select from jsonb_array_elements(claims) c where not (c ->> 'revoked')::boolean group by lower(c ->> 'hoster_id') having count(*) > 1) then
    perform omla.refuse('CLAIM_DUPLICATE', 'a hoster has two claims', 422, '{"path": "claims"}');
  end if;
  select array_agg(c ->> 'hoster_id'), array_agg((c ->> 'verified')::boolean), array_agg((c ->> 'inferences')::numeric),
         array_agg(omla.usd_micros(coalesce(c ->> 'owed_usd', '0'))) into volumes
    from jsonb_array_elements(claims) c where not (c ->> 'revoked')::boolean;
  return omla.fork_royalty(omla.usd_micros(royalty_usd), (omla.part(hoster_share_pct, 50, 'HOSTER_SHARE_RANGE', 'hoster_share_pct') * 1000000)::bigint, volumes);
end
$$;
grant execute on function public.resolve_hoster_fork(uuid, text, text) to anon, authenticated, service_role, reviewer, payout;
