-- Who gets which share of a royalty: integers of 10^18 that sum to exactly 10^18 (clause 4.1). Each model is visited once.

-- What stays at each model after its edges, in declared order, passed their part up; each part is rounded down.
create or replace function omla.pass_units(lineage omla.lineage, lineage_policy text, limits jsonb default '{}') returns numeric[]
language plpgsql immutable
as $$
declare
  one constant bigint := 1000000;
  square constant numeric := 1000000000000;
  children constant int[] := lineage.edge_children;
  parents constant int[] := lineage.edge_parents;
  weights constant bigint[] := lineage.edge_weights;
  models constant int := cardinality(lineage.ids);
  starts constant int[] := omla.edge_starts(models, children);
  model_order int[];
  units numeric[] := array_fill(0::numeric, array[models]);
  whole numeric;
  flow numeric;
  child int;
  weight bigint;
  total bigint;
  applied bigint;
  first_edge int;
  last_edge int;
begin
  if lineage_policy is null or lineage_policy not in ('sequential', 'declared') then
    perform omla.refuse('LINEAGE_POLICY', format('%s is not a lineage policy', lineage_policy), 422, '{"path": "lineage_policy"}');
  end if;
  select d.model_order into model_order from omla.lineage_depths(lineage, limits) d;
  units[1] := 1000000000000000000;
  foreach child in array model_order loop
    whole := units[child];
    first_edge := starts[child];
    last_edge := starts[child + 1] - 1;
    continue when whole = 0 or first_edge > last_edge;
    flow := 0;
    total := 0;
    applied := 0;
    for edge in first_edge..last_edge loop
      weight := weights[edge];
      total := total + weight;
      if weight < 0 or total > one then
        perform omla.refuse(case when weight between 0 and one then 'WEIGHT_SUM' else 'WEIGHT_RANGE' end, 'the weights of a model are between 0 and 1, and so is their sum', 422,
          jsonb_build_object('path', format('models.%s.lineage_edges', lineage.ids[child])));
      end if;
      continue when parents[edge] = 0;
      flow := div(whole * (weight * case lineage_policy when 'declared' then one else one - applied end), square);
      applied := applied + weight;
      units[child] := units[child] - flow;
      units[parents[edge]] := units[parents[edge]] + flow;
    end loop;
  end loop;
  return units;
end
$$;

-- Shares per wallet, ascending in lower case: each split gets its part rounded down, the first one also what is left over.
create or replace function omla.resolve_lineage(lineage omla.lineage, lineage_policy text, limits jsonb default '{}')
returns table (wallet text, share numeric)
language plpgsql immutable
as $$
declare
  units constant numeric[] := omla.pass_units(lineage, lineage_policy, limits);
  fault record;
begin
  select s.model, min(s.part) < 0 or max(s.part) > 100000000 as out_of_range into fault
    from unnest(lineage.split_models, lineage.split_parts) as s (model, part)
    join unnest(units) with ordinality as u (units, model) on u.model = s.model and u.units > 0
   group by s.model having min(s.part) < 0 or sum(s.part) <> 100000000 order by s.model limit 1;
  if found then
    perform omla.refuse(case when fault.out_of_range then 'SPLIT_RANGE' else 'SPLIT_SUM' end, 'the splits of a model sum to 100 percent', 422,
      jsonb_build_object('path', format('models.%s.contribution_splits', lineage.ids[fault.model])));
  end if;
  return query
  with local as materialized (
    select u.units, u.model from unnest(units) with ordinality as u (units, model) where u.units > 0
  ),
  split as (
    select l.units, s.model, s.address, s.position, div(l.units * s.part, 100000000) as amount
      from unnest(lineage.split_models, lineage.split_wallets, lineage.split_parts) with ordinality as s (model, address, part, position)
      join local l on l.model = s.model
  ),
  rest as (
    select s.model, min(s.position) as first, max(s.units) - sum(s.amount) as left_over from split s group by s.model
  ),
  part as (
    select s.address, s.amount from split s
    union all
    select s.address, r.left_over from rest r join split s on s.position = r.first
    union all
    select p.address, l.units
      from local l join unnest(lineage.wallets) with ordinality as p (address, model) on p.model = l.model
     where not exists (select from rest r where r.model = l.model)
  )
  select lower(part.address), sum(part.amount) from part group by lower(part.address) having sum(part.amount) > 0 order by lower(part.address) collate "C";
end
$$;

-- rpc resolve_splits: the shares of a stored model. The registry's policy and the present where none is given.
drop function if exists public.resolve_splits(uuid, text, timestamptz);
create function public.resolve_splits(target_model_id uuid, lineage_policy text default null, as_of timestamptz default null)
returns table (wallet_address text, wallet_rail text, percentage numeric, share text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select s.wallet, w.rail, trim_scale(round(s.share * 0.0000000000000001, 6)), s.share::text
    from omla.resolve_lineage(omla.lineage_of(target_model_id, coalesce(as_of, omla.now())), coalesce(lineage_policy, omla.lineage_policy())) s
    left join omla.wallets w on w.address = s.wallet
   order by s.wallet collate "C"
$$;

-- The same for models that are handed in, as the vectors do: [{wallet, share}].
create or replace function omla.resolve_splits(models jsonb, target_model_id text, lineage_policy text) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(jsonb_build_object('wallet', s.wallet, 'share', s.share::text) order by s.wallet collate "C"), '[]')
    from omla.resolve_lineage(omla.lineage_of(models, target_model_id), lineage_policy) s
$$;

-- rpc lineage_graph: {nodes, edges}, parents outside the registry included (clause 4.7).
drop function if exists public.lineage_graph(uuid, timestamptz);
create function public.lineage_graph(target_model_id uuid, as_of timestamptz default null) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := coalesce(as_of, omla.now());
  lineage constant omla.lineage := omla.lineage_of(target_model_id, at);
  answer jsonb;
begin
  with node as (
    select i.id, i.address, i.depth
      from unnest(lineage.ids, lineage.wallets, (select d.depths from omla.lineage_depths(lineage) d)) as i (id, address, depth)
  ),
  edge as (
    select n.id as child_id, n.depth, coalesce(e.parent_id::text, e.parent_ref) as parent_id, e.relationship, e.contribution_weight, e.position,
           e.parent_id is not null as registered
      from node n join omla.models m on m.id = n.id::uuid
      join omla.lineage_edges e on e.child_id = m.id and e.effective_from <= greatest(at, m.created_at)
       and (e.effective_until is null or e.effective_until > greatest(at, m.created_at))
  ),
  all_nodes as (
    select id as model_id, address as wallet, true as registered, depth from node
    union all
    select parent_id, null, false, max(depth) + 1 from edge where not registered group by parent_id
  )
  select jsonb_build_object(
    'nodes', (select jsonb_agg(to_jsonb(n) order by n.depth, n.model_id collate "C") from all_nodes n),
    'edges', (select coalesce(jsonb_agg(jsonb_build_object('child_id', e.child_id, 'parent_id', e.parent_id, 'relationship', e.relationship,
        'contribution_weight', e.contribution_weight::text, 'position', e.position, 'registered', e.registered)
        order by e.depth, e.child_id collate "C", e.position), '[]') from edge e))
    into answer;
  return answer;
end
$$;

grant execute on function public.resolve_splits(uuid, text, timestamptz), public.lineage_graph(uuid, timestamptz)
  to anon, authenticated, service_role, reviewer, payout;
