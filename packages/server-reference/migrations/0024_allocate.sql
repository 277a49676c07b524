-- Dividing money: integers of a currency's smallest unit, largest remainder, nothing lost (clause 4.16).

create or replace function omla.usd_text(micros numeric) returns text
language sql immutable strict parallel safe
as $$ select (micros * 0.000001)::numeric(38, 6)::text $$;

create or replace function omla.usd_micros(amount text) returns numeric
language plpgsql immutable parallel safe
as $$
begin
  if amount is null or amount !~ '^(0|[1-9][0-9]*)(\.[0-9]{1,6})?$' then
    perform omla.refuse('AMOUNT_INVALID', format('%s is not an amount', coalesce(amount, 'null')));
  end if;
  if length(split_part(amount, '.', 1)) > 12 then
    perform omla.refuse('AMOUNT_RANGE', format('%s is not below 10^12', amount));
  end if;
  return trunc(amount::numeric * 1000000);
end
$$;

-- A rate, weight or percentage between 0 and a bound, with at most six places, from the wire's text.
create or replace function omla.part(value text, most int, code text, path text) returns numeric
language plpgsql immutable
as $$
begin
  if value is null or omla.decimal_units(value) not between 0 and most * 1000000 then
    perform omla.refuse(code, format('%s is not between 0 and %s with at most six places', coalesce(value, 'null'), most), 422, jsonb_build_object('path', path));
  end if;
  return value::numeric;
end
$$;

-- Each receiver gets floor(total * weight / sum); units left over go one each to the largest remainders, ties by ascending id.
create or replace function omla.allocate(total numeric, ids text[], weights numeric[])
returns table (id text, amount numeric)
language plpgsql immutable
as $$
begin
  if total > 0 and coalesce((select sum(w) from unnest(weights) w), 0) = 0 then
    perform omla.refuse('ALLOCATION_INVALID', 'nobody receives a part of the total');
  end if;
  return query
  with part as (
    select r.id, lower(r.id) as key, total * r.weight as product, sum(r.weight) over () as whole from unnest(ids, weights) as r (id, weight)
  ),
  share as (
    select p.id, p.key, div(p.product, p.whole) as floor_amount, p.product - div(p.product, p.whole) * p.whole as rest from part p where p.whole > 0
  ),
  ranked as (
    select s.id, s.key, s.floor_amount, row_number() over (order by s.rest desc, s.key collate "C") as nth, total - sum(s.floor_amount) over () as left_over from share s
  )
  select r.id, r.floor_amount + case when r.nth <= r.left_over then 1 else 0 end
    from ranked r where r.floor_amount > 0 or r.nth <= r.left_over order by r.key collate "C";
end
$$;

-- What each wallet gets of a creator pool in micros, as shares or by model.
create or replace function omla.payout_amounts(lineage omla.lineage, lineage_policy text, creator_pool numeric)
returns table (wallet text, amount numeric)
language sql stable
as $$
  select a.id, a.amount
    from (select array_agg(s.wallet) as wallets, array_agg(s.share) as shares from omla.resolve_lineage(lineage, lineage_policy) s) r,
         omla.allocate(creator_pool, r.wallets, r.shares) a
$$;

-- The pool of a stored model: [{wallet, amount_usd}], ascending by wallet.
create or replace function omla.payout_amounts(target_model_id uuid, lineage_policy text, creator_pool_usd text, as_of timestamptz default null) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(jsonb_build_object('wallet', p.wallet, 'amount_usd', omla.usd_text(p.amount)) order by p.wallet collate "C"), '[]')
    from omla.payout_amounts(omla.lineage_of(target_model_id, coalesce(as_of, omla.now())), lineage_policy, omla.usd_micros(creator_pool_usd)) p
$$;

-- The same for models that are handed in.
create or replace function omla.payout_amounts(models jsonb, target_model_id text, lineage_policy text, creator_pool_usd text) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(jsonb_build_object('wallet', p.wallet, 'amount_usd', omla.usd_text(p.amount)) order by p.wallet collate "C"), '[]')
    from omla.payout_amounts(omla.lineage_of(models, target_model_id), lineage_policy, omla.usd_micros(creator_pool_usd)) p
$$;
grant execute on function omla.payout_amounts(uuid, text, text, timestamptz) to service_role, reviewer, payout;
