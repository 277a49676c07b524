-- Who gets which share of a royalty: integers of 10^18 that sum to exactly 10^18 (clause 4.1). Each model is visited once.

-- What stays at each model after its edges, in declared order, passed their part up; each part is rounded down.
create or replace function omla.pass_units(lineage omla.lineage, lineage_policy text) returns numeric[]
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
  units[1] := 1000000000000000000;
  foreach child in array omla.model_order(lineage, starts) loop
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

-- What each split gets of what stays at its model: its part rounded down, the first one also what is left over (clause 4.5).
-- `kept` is what stays at the models without splits.
create or replace function omla.share_locally(lineage omla.lineage, units numeric[], out amounts numeric[], out kept numeric[])
language plpgsql immutable
as $$
declare
  models constant int[] := lineage.split_models;
  parts constant bigint[] := lineage.split_parts;
  splits constant int := coalesce(cardinality(models), 0);
  at int := 1;
  first_split int;
  model int;
  local numeric;
  given numeric;
  total bigint;
begin
  amounts := array_fill(0::numeric, array[splits]);
  kept := units;
  while at <= splits loop
    model := models[at];
    local := units[model];
    first_split := at;
    given := 0;
    total := 0;
    while models[at] = model loop
      if local > 0 then
        if parts[at] < 0 or parts[at] > 100000000 then
          perform omla.refuse('SPLIT_RANGE', 'a split is at most 100 percent', 422, jsonb_build_object('path', format('models.%s.contribution_splits', lineage.ids[model])));
        end if;
        total := total + parts[at];
        amounts[at] := div(local * parts[at], 100000000);
        given := given + amounts[at];
      end if;
      at := at + 1;
    end loop;
    if local > 0 then
      if total <> 100000000 then
        perform omla.refuse('SPLIT_SUM', 'the splits of a model sum to 100 percent', 422, jsonb_build_object('path', format('models.%s.contribution_splits', lineage.ids[model])));
      end if;
      amounts[first_split] := amounts[first_split] + local - given;
      kept[model] := 0;
    end if;
  end loop;
end
$$;

-- Shares per wallet, ascending in lower case; a model without splits gives all of it to its primary wallet.
create or replace function omla.resolve_lineage(lineage omla.lineage, lineage_policy text)
returns table (wallet text, share numeric)
language plpgsql immutable
as $$
declare
  local record;
begin
  select l.amounts, l.kept into local from omla.share_locally(lineage, omla.pass_units(lineage, lineage_policy)) l;
  return query
  with part (address, amount) as (
    select * from unnest(lineage.split_wallets, local.amounts) union all select * from unnest(lineage.wallets, local.kept)
  )
  select p.wallet, sum(p.amount) from (select lower(part.address collate "C") as wallet, part.amount from part where part.amount > 0) p group by 1 order by 1;
end
$$;

-- rpc resolve_splits: the shares of a stored model. The registry's policy and the present where none is given.
drop function if exists public.resolve_splits(uuid, text, timestamptz);
create function public.resolve_splits(target_model_id uuid, lineage_policy text default null, as_of timestamptz default null)
returns table (wallet_address text, wallet_rail text, percentage numeric, share text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  lineage constant omla.lineage := omla.lineage_of(target_model_id, coalesce(as_of, omla.now()));
begin
  return query
  select s.wallet, w.rail, trim_scale(round(s.share * 0.0000000000000001, 6)), s.share::text
    from omla.resolve_lineage(lineage, coalesce(lineage_policy, omla.lineage_policy())) s
    left join omla.wallets w on w.address = s.wallet
   order by s.wallet collate "C";
end
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
      from unnest(lineage.ids, lineage.wallets, omla.lineage_depths(lineage)) as i (id, address, depth)
  ),
  edge as (
    select n.id as child_id, n.depth, coalesce(e.parent_id::text, e.parent_ref) as parent_id, e.relationship, e.contribution_weight, e.position,
           e.parent_id is not null as registered
      from node n join omla.lineage_edges e on e.child_id = n.id::uuid and (e.effective_from <= at or e.update_nonce = 0)
       and (e.effective_until is null or e.effective_until > at)
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
