-- What the server tells the database about itself, and the pure rules that it may call.

-- Origin, lineage policy and limits as the server was configured; a change is audited.
create or replace function omla.configure_registry(origin text, lineage_policy text, limits jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  wanted record;
begin
  if lineage_policy is null or lineage_policy not in ('sequential', 'declared') then
    perform omla.refuse('LINEAGE_POLICY', format('%s is not a lineage policy', lineage_policy), 422, '{"path": "lineage_policy"}');
  end if;
  for wanted in
    select * from (values ('origin', to_jsonb(origin)), ('lineage_policy', to_jsonb(lineage_policy)), ('limits', limits)) as w (key, value)
     where w.value is not null and w.value is distinct from (select s.value from omla.registry_settings s where s.key = w.key)
  loop
    perform omla.audit_append('system', 'registry.configure', 'registry_settings', wanted.key,
      jsonb_build_object('before', omla.setting(wanted.key), 'after', wanted.value));
    insert into omla.registry_settings (key, value) values (wanted.key, wanted.value)
    on conflict (key) do update set value = excluded.value, updated_at = omla.now();
  end loop;
end
$$;
grant execute on function omla.configure_registry(text, text, jsonb) to service_role;

-- The pure rules, and the readers of a stored lineage: row-level security holds for whoever calls them.
do $$
declare
  rule text;
begin
  foreach rule in array array[
    'omla.decimal_units(text)', 'omla.check_edges(text, text[], text[], jsonb, text)', 'omla.check_splits(text[], text[], jsonb, text)',
    'omla.lineage_of(uuid, timestamptz)', 'omla.lineage_of(jsonb, text)', 'omla.edge_starts(int, int[])', 'omla.lineage_depths(omla.lineage, jsonb)',
    'omla.check_lineage(jsonb, text, jsonb)', 'omla.pass_units(omla.lineage, text)', 'omla.share_locally(omla.lineage, numeric[])',
    'omla.resolve_lineage(omla.lineage, text)', 'omla.model_order(omla.lineage, int[])',
    'omla.resolve_splits(jsonb, text, text)', 'omla.usd_text(numeric)', 'omla.usd_micros(text)', 'omla.part(text, int, text, text)', 'omla.allocate(numeric, text[], numeric[])',
    'omla.payout_amounts(omla.lineage, text, numeric)', 'omla.payout_amounts(jsonb, text, text, text)',
    'omla.fork_royalty(numeric, bigint, omla.hoster_volumes)', 'omla.resolve_hoster_fork(text, text, jsonb)',
    'omla.choose_currency(text[], boolean[], text[], text[], text[], bigint[])', 'omla.resolve_payout_currency(jsonb, jsonb, jsonb)',
    'omla.due_quarters(text, text, text[], timestamptz)', 'omla.tick_compliance(text, text, text, jsonb, timestamptz)',
    'omla.compliance_facts(text, uuid)']
  loop
    execute format('grant execute on function %s to service_role, reviewer, payout', rule);
  end loop;
end
$$;
