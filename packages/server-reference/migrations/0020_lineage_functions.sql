-- The rules of one set and of one lineage. A lineage travels as arrays, so that the stored tables and a JSON document go through
-- the same functions: model i is ids[i], the target is 1; a parent outside the registry has index 0.

do $$
begin
  if to_regtype('omla.lineage') is null then
    create type omla.lineage as (
      ids text[],
      wallets text[],
      edge_children int[], -- ascending; within a model in declared order
      edge_parents int[],
      edge_weights bigint[], -- in 10^-6; -1 for what is no weight
      split_models int[], -- ascending; within a model in declared order
      split_wallets text[],
      split_parts bigint[] -- in 10^-6 percent; -1 for what is no percentage
    );
  end if;
end
$$;

-- A wire decimal in units of 10^-6, -1 where it is none or its integer part is longer than twelve digits.
create or replace function omla.decimal_units(value text) returns bigint
language sql immutable parallel safe
as $$
  select case when value ~ '^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$' then (value::numeric * 1000000)::bigint else -1 end
$$;

-- Faults of one model's edges, the first in the order of the protocol's codes (clause 4.9).
create or replace function omla.check_edges(self text, parents text[], weights text[], limits jsonb, path text) returns void
language plpgsql stable
as $$
declare
  most constant int := (limits ->> 'parents')::int;
  tally constant int := coalesce(cardinality(parents), 0);
  at int;
  total bigint := 0;
  out_of_range int;
begin
  select i into at from (select i, row_number() over (partition by lower(p) order by i) as nth from unnest(parents[:most]) with ordinality as u (p, i)) r where nth > 1 order by i limit 1;
  if at is not null then
    perform omla.refuse('PARENT_DUPLICATE', format('a second edge to %s', parents[at]), 422, jsonb_build_object('path', format('%s[%s].parent_id', path, at - 1)));
  end if;
  select i into at from unnest(parents[:most]) with ordinality as u (p, i) where lower(p) = lower(self) order by i limit 1;
  if at is not null then
    perform omla.refuse('PARENT_SELF', 'the model is its own parent', 422, jsonb_build_object('path', format('%s[%s].parent_id', path, at - 1)));
  end if;
  if tally > most then
    perform omla.refuse('PARENTS_TOO_MANY', format('%s parents, %s are allowed', tally, most), 422, jsonb_build_object('path', path, 'limit', most));
  end if;
  select sum(omla.decimal_units(w)), min(i) filter (where omla.decimal_units(w) not between 0 and 1000000)
    into total, out_of_range from unnest(weights) with ordinality as u (w, i);
  if out_of_range is not null then
    perform omla.refuse('WEIGHT_RANGE', format('%s is not a weight', weights[out_of_range]), 422,
      jsonb_build_object('path', format('%s[%s].contribution_weight', path, out_of_range - 1)));
  end if;
  if total > 1000000 then
    perform omla.refuse('WEIGHT_SUM', format('the weights sum to %s, above 1', trim_scale(total * 0.000001)), 422, jsonb_build_object('path', path));
  end if;
end
$$;

-- Faults of one model's splits, likewise (clause 4.10).
create or replace function omla.check_splits(wallets text[], percentages text[], limits jsonb, path text) returns void
language plpgsql stable
as $$
declare
  most constant int := (limits ->> 'splits')::int;
  tally constant int := coalesce(cardinality(wallets), 0);
  at int;
  total bigint;
  out_of_range int;
begin
  if tally > most then
    perform omla.refuse('SPLITS_TOO_MANY', format('%s splits, %s are allowed', tally, most), 422, jsonb_build_object('path', path, 'limit', most));
  end if;
  select sum(omla.decimal_units(p)), min(i) filter (where omla.decimal_units(p) not between 1 and 100000000)
    into total, out_of_range from unnest(percentages) with ordinality as u (p, i);
  if out_of_range is not null then
    perform omla.refuse('SPLIT_RANGE', format('%s is not a percentage of a split', percentages[out_of_range]), 422,
      jsonb_build_object('path', format('%s[%s].percentage', path, out_of_range - 1)));
  end if;
  if tally > 0 and total <> 100000000 then
    perform omla.refuse('SPLIT_SUM', format('the splits sum to %s percent', trim_scale(total * 0.000001)), 422, jsonb_build_object('path', path));
  end if;
  select i into at from (select i, row_number() over (partition by lower(w) order by i) as nth from unnest(wallets) with ordinality as u (w, i)) r where nth > 1 order by i limit 1;
  if at is not null then
    perform omla.refuse('SPLIT_DUPLICATE', format('%s is named twice', wallets[at]), 422, jsonb_build_object('path', format('%s[%s].wallet', path, at - 1)));
  end if;
end
$$;

-- The lineage of a stored model as it was in force at an instant; a model that was registered later counts as it was registered,
-- which is what its rows of nonce 0 say. Model ids are found by UNION, so that no path is walked twice; plans are made anew for each
-- call, since a lineage of five models and one of ten thousand want different ones.
create or replace function omla.lineage_of(target uuid, as_of timestamptz) returns omla.lineage
language plpgsql stable set plan_cache_mode = force_custom_plan
as $$
declare
  found omla.lineage;
  nodes uuid[];
begin
  with recursive up (id) as (
    select m.id from omla.models m where m.id = target
    union
    select e.parent_id from up join omla.lineage_edges e on e.child_id = up.id
     where e.parent_id is not null and (e.effective_from <= as_of or e.update_nonce = 0) and (e.effective_until is null or e.effective_until > as_of)
  )
  select array_agg(id) into nodes from up;
  if nodes is null then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', target), 404, '{"path": "target_model_id"}');
  end if;
  select array_agg(o.id), array_agg(o.address) into found.ids, found.wallets
    from (select n.id::text as id, w.address::text as address
            from unnest(nodes) with ordinality as n (id, i) join omla.wallets w on w.model_id = n.id
           where w.model_id = any (nodes) and w.is_primary order by n.i) o;
  select array_agg(o.child), array_agg(o.parent), array_agg(o.weight) into found.edge_children, found.edge_parents, found.edge_weights
    from (select c.i::int as child, coalesce(p.i, 0)::int as parent, (e.contribution_weight * 1000000)::bigint as weight
            from omla.lineage_edges e
            join unnest(nodes) with ordinality as c (id, i) on c.id = e.child_id
            left join unnest(nodes) with ordinality as p (id, i) on p.id = e.parent_id
           where e.child_id = any (nodes) and (e.effective_from <= as_of or e.update_nonce = 0) and (e.effective_until is null or e.effective_until > as_of)
           order by c.i, e.position) o;
  select array_agg(o.model), array_agg(o.address), array_agg(o.part) into found.split_models, found.split_wallets, found.split_parts
    from (select c.i::int as model, w.address::text as address, (s.percentage * 1000000)::bigint as part
            from omla.contribution_splits s
            join unnest(nodes) with ordinality as c (id, i) on c.id = s.model_id
            join omla.wallets w on w.id = s.recipient_wallet_id
           where s.model_id = any (nodes) and (s.effective_from <= as_of or s.update_nonce = 0) and (s.effective_until is null or s.effective_until > as_of)
           order by c.i, s.position) o;
  return found;
end
$$;

-- The same from models as the vectors and the protocol's functions take them: {id: {wallet, lineage_edges, contribution_splits}}.
create or replace function omla.lineage_of(models jsonb, target text) returns omla.lineage
language plpgsql immutable
as $$
declare
  found omla.lineage;
begin
  with recursive up (id) as (
    select target where models ? target
    union
    select e ->> 'parent_id' from up, jsonb_array_elements(models -> up.id -> 'lineage_edges') e where models ? (e ->> 'parent_id')
  ),
  node as materialized (
    select id, row_number() over (order by (id = target) desc, id collate "C")::int as n, models -> id as model from up
  ),
  edge as (
    select c.n as child, coalesce(p.n, 0) as parent, omla.decimal_units(e.value ->> 'contribution_weight') as weight, e.position
      from node c, jsonb_array_elements(c.model -> 'lineage_edges') with ordinality as e (value, position)
      left join node p on p.id = e.value ->> 'parent_id'
  ),
  split as (
    select c.n as model, s.value ->> 'wallet' as address, omla.decimal_units(s.value ->> 'percentage') as part, s.position
      from node c, jsonb_array_elements(c.model -> 'contribution_splits') with ordinality as s (value, position)
  )
  select n.ids, n.wallets, e.children, e.parents, e.weights, s.models, s.wallets, s.parts into found
    from (select array_agg(id order by n) as ids, array_agg(model ->> 'wallet' order by n) as wallets from node) n,
         (select array_agg(child order by child, position) as children, array_agg(parent order by child, position) as parents,
                 array_agg(weight order by child, position) as weights from edge) e,
         (select array_agg(model order by model, position) as models, array_agg(address order by model, position) as wallets,
                 array_agg(part order by model, position) as parts from split) s;
  if found.ids is null then
    perform omla.refuse('MODEL_NOT_FOUND', format('the target %s is not among the models', target), 404, '{"path": "target_model_id"}');
  end if;
  return found;
end
$$;

-- Where the edges of each model begin: those of model i are starts[i] up to starts[i + 1] - 1.
create or replace function omla.edge_starts(models int, edge_children int[]) returns int[]
language plpgsql immutable
as $$
declare
  starts int[] := array_fill(0, array[models + 1]);
  edges constant int := coalesce(cardinality(edge_children), 0);
  edge int := 1;
begin
  for model in 1..models loop
    starts[model] := edge;
    while edge <= edges and edge_children[edge] = model loop
      edge := edge + 1;
    end loop;
  end loop;
  starts[models + 1] := edge;
  return starts;
end
$$;

-- The models of a lineage so that each comes after all that descend from it; refuses a cycle (clause 4.8).
create or replace function omla.model_order(lineage omla.lineage, starts int[]) returns int[]
language plpgsql immutable
as $$
declare
  parents constant int[] := lineage.edge_parents;
  models constant int := cardinality(lineage.ids);
  waiting int[] := array_fill(0, array[models]);
  ordered int[] := array_fill(0, array[models]);
  reached int := 0;
  child int;
  parent int;
begin
  foreach parent in array coalesce(parents, '{}') loop
    if parent > 0 then waiting[parent] := waiting[parent] + 1; end if;
  end loop;
  if waiting[1] = 0 then
    reached := 1;
    ordered[1] := 1;
  end if;
  for done in 1..models loop
    exit when done > reached;
    child := ordered[done];
    for edge in starts[child]..starts[child + 1] - 1 loop
      parent := parents[edge];
      continue when parent = 0;
      waiting[parent] := waiting[parent] - 1;
      if waiting[parent] = 0 then
        reached := reached + 1;
        ordered[reached] := parent;
      end if;
    end loop;
  end loop;
  if reached < models then
    perform omla.refuse('LINEAGE_CYCLE', 'the lineage returns to where it began', 422,
      jsonb_build_object('models', (select jsonb_agg(id order by i) from (select id, i from unnest(lineage.ids) with ordinality as u (id, i) where waiting[i] > 0 order by i limit 10) c)));
  end if;
  return ordered;
end
$$;

-- The depth of every model: edges on the longest path from the target. Refuses a cycle, then what goes beyond the limits that are given.
create or replace function omla.lineage_depths(lineage omla.lineage, limits jsonb default '{}') returns int[]
language plpgsql immutable
as $$
declare
  parents constant int[] := lineage.edge_parents;
  models constant int := cardinality(lineage.ids);
  starts constant int[] := omla.edge_starts(models, lineage.edge_children);
  depths int[] := array_fill(0, array[models]);
  deepest int := 0;
  child int;
  parent int;
begin
  foreach child in array omla.model_order(lineage, starts) loop
    for edge in starts[child]..starts[child + 1] - 1 loop
      parent := parents[edge];
      continue when parent = 0;
      if depths[parent] <= depths[child] then depths[parent] := depths[child] + 1; end if;
      if depths[parent] > deepest then deepest := depths[parent]; end if;
    end loop;
  end loop;
  if models > (limits ->> 'models')::int then
    perform omla.refuse('LINEAGE_TOO_LARGE', format('%s models, %s are allowed', models, limits ->> 'models'), 422,
      jsonb_build_object('path', 'models', 'size', models, 'limit', (limits ->> 'models')::int));
  end if;
  if deepest > (limits ->> 'depth')::int then
    perform omla.refuse('LINEAGE_TOO_DEEP', format('%s edges on the longest path, %s are allowed', deepest, limits ->> 'depth'), 422,
      jsonb_build_object('path', 'models', 'depth', deepest, 'limit', (limits ->> 'depth')::int));
  end if;
  return depths;
end
$$;

-- Whether a lineage may be stored: faults of its sets by distance from the target, then the first fault of its graph (clause 4.7).
create or replace function omla.check_lineage(models jsonb, target text, limits jsonb default '{}') returns void
language plpgsql stable
as $$
declare
  bounds constant jsonb := '{"models": 1000, "depth": 128, "parents": 32, "splits": 64}'::jsonb || limits;
  lineage constant omla.lineage := omla.lineage_of(models, target);
  near text[] := array[target];
  seen jsonb := jsonb_build_object(target, true);
  edges jsonb;
  splits jsonb;
  parent text;
  at int := 1;
begin
  while at <= cardinality(near) loop
    edges := coalesce(models -> near[at] -> 'lineage_edges', '[]');
    splits := coalesce(models -> near[at] -> 'contribution_splits', '[]');
    perform omla.check_edges(near[at], array(select e ->> 'parent_id' from jsonb_array_elements(edges) e),
      array(select e ->> 'contribution_weight' from jsonb_array_elements(edges) e), bounds, format('models.%s.lineage_edges', near[at]));
    perform omla.check_splits(array(select s ->> 'wallet' from jsonb_array_elements(splits) s),
      array(select s ->> 'percentage' from jsonb_array_elements(splits) s), bounds, format('models.%s.contribution_splits', near[at]));
    for parent in select e ->> 'parent_id' from jsonb_array_elements(edges) e where models ? (e ->> 'parent_id') loop
      if not seen ? parent then
        seen := seen || jsonb_build_object(parent, true);
        near := near || parent;
      end if;
    end loop;
    at := at + 1;
  end loop;
  perform omla.lineage_depths(lineage, bounds);
end
$$;

-- What is stored obeys the same functions. The checks wait for the end of the transaction, when a set is whole;
-- the last row of a set speaks for it.
create or replace function omla.lineage_edges_sound() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  edges record;
begin
  select array_agg(coalesce(e.parent_id::text, e.parent_ref) order by e.position) as parents,
         array_agg(e.contribution_weight::text order by e.position) as weights, max(e.position) as last, count(*) as tally
    into edges from omla.lineage_edges e where e.child_id = new.child_id and e.effective_until is null;
  if edges.tally = 0 or (tg_op = 'INSERT' and new.position < edges.last) then return null; end if;
  if edges.last <> edges.tally - 1 then
    perform omla.refuse('POSITION_GAP', 'positions of a set count from 0 without a gap', 422, '{"path": "lineage"}');
  end if;
  perform omla.check_edges(new.child_id::text, edges.parents, edges.weights, omla.limits(), 'lineage');
  if tg_op = 'INSERT' then
    update omla.lineage_turn set turn = turn + 1;
    -- What is in force and was not closed, also by a transaction that began later than this one.
    perform omla.lineage_depths(omla.lineage_of(new.child_id, 'infinity'), omla.limits());
  end if;
  return null;
end
$$;

create or replace function omla.contribution_splits_sound() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  splits record;
begin
  select array_agg(s.recipient_wallet_id::text order by s.position) as wallets,
         array_agg(s.percentage::text order by s.position) as percentages, max(s.position) as last, count(*) as tally
    into splits from omla.contribution_splits s where s.model_id = new.model_id and s.effective_until is null;
  if splits.tally = 0 or (tg_op = 'INSERT' and new.position < splits.last) then return null; end if;
  if splits.last <> splits.tally - 1 then
    perform omla.refuse('POSITION_GAP', 'positions of a set count from 0 without a gap', 422, '{"path": "contribution_splits"}');
  end if;
  perform omla.check_splits(splits.wallets, splits.percentages, omla.limits(), 'contribution_splits');
  return null;
end
$$;

create or replace function omla.currency_prefs_sound() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  prefs record;
begin
  select count(*) as tally, max(p.position) as last, count(*) filter (where p.is_backup) as backups,
         count(*) filter (where p.is_backup and c.kind = 'crypto') as crypto_backups
    into prefs from omla.creator_currency_prefs p join omla.currency_registry c on c.code = p.code
   where p.model_id = new.model_id and p.effective_until is null;
  if prefs.tally = 0 or (tg_op = 'INSERT' and new.position < prefs.last) then return null; end if;
  if prefs.last <> prefs.tally - 1 then
    perform omla.refuse('POSITION_GAP', 'positions of a set count from 0 without a gap', 422, '{"path": "creator_currency_prefs"}');
  end if;
  if prefs.backups <> 1 or prefs.crypto_backups <> 1 then
    perform omla.refuse('CURRENCY_BACKUP', 'exactly one preference is the backup, and its kind is crypto', 422, '{"path": "creator_currency_prefs"}');
  end if;
  return null;
end
$$;

do $$
declare
  checked record;
begin
  for checked in
    select * from (values ('lineage_edges', 'lineage_edges_sound'), ('contribution_splits', 'contribution_splits_sound'),
      ('creator_currency_prefs', 'currency_prefs_sound')) as t (relation, check_name)
  loop
    execute format('drop trigger if exists %I on omla.%I', checked.check_name, checked.relation);
    execute format('create constraint trigger %I after insert or update on omla.%I deferrable initially deferred for each row execute function omla.%I()',
      checked.check_name, checked.relation, checked.check_name);
  end loop;
end
$$;
