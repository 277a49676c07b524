-- The currency in which a remitter's money reaches a creator, by which route and at which fee (clause 5.3).

-- The first preference that the remitter pays natively; else the backup, with the fee of the remitter's first currency, or directly.
-- `fee_pcts` in 10^-6 percent.
create or replace function omla.choose_currency(codes text[], backups boolean[], natives text[], fees_from text[], fees_to text[], fee_pcts bigint[]) returns jsonb
language plpgsql immutable
as $$
declare
  chosen text;
  backup_count bigint;
  fee bigint;
begin
  select p.code into chosen from unnest(codes) with ordinality as p (code, i) where p.code = any (natives) order by p.i limit 1;
  if found then
    return jsonb_build_object('currency', chosen, 'route', 'native', 'fee_pct', '0');
  end if;
  select min(p.code), count(*) into chosen, backup_count from unnest(codes, backups) as p (code, is_backup) where p.is_backup;
  if backup_count <> 1 then
    perform omla.refuse('CURRENCY_BACKUP', 'exactly one preference is the backup', 422, '{"path": "creator_currency_prefs"}');
  end if;
  if coalesce(cardinality(natives), 0) = 0 then
    return jsonb_build_object('currency', chosen, 'route', 'backup_direct', 'fee_pct', '0');
  end if;
  select f.pct into fee from unnest(fees_from, fees_to, fee_pcts) with ordinality as f (from_code, to_code, pct, i)
   where f.from_code = natives[1] and f.to_code = chosen order by f.i limit 1;
  if coalesce(fee, 0) not between 0 and 50000000 then
    perform omla.refuse('FEE_RANGE', 'a conversion fee is between 0 and 50', 422, '{"path": "remitter_conversion_fees"}');
  end if;
  return jsonb_build_object('currency', chosen, 'route', 'backup_with_fee', 'fee_pct', trim_scale(coalesce(fee, 0) * 0.000001)::text);
end
$$;

-- rpc resolve_payout_currency: {currency, route, fee_pct} for a stored model and remitter.
drop function if exists public.resolve_payout_currency(uuid, text, uuid);
create function public.resolve_payout_currency(model_id uuid, remitter_kind text, remitter_id uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  prefs record;
  natives text[];
  fees record;
begin
  if remitter_kind is null or remitter_kind not in ('commercial_user', 'hoster') then
    perform omla.refuse('REMITTER_KIND', format('%s is no kind of remitter', remitter_kind), 422, '{"path": "remitter_kind"}');
  end if;
  if not exists (select from omla.models m where m.id = resolve_payout_currency.model_id) then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', model_id), 404, '{"path": "model_id"}');
  end if;
  select array_agg(p.code order by p.position) as codes, array_agg(p.is_backup order by p.position) as backups into prefs
    from omla.creator_currency_prefs p where p.model_id = resolve_payout_currency.model_id and p.effective_until is null;
  natives := array(select c.code from omla.remitter_currencies c
                    where c.remitter_kind = resolve_payout_currency.remitter_kind and c.remitter_id = resolve_payout_currency.remitter_id order by c.position);
  select array_agg(f.from_code) as from_codes, array_agg(f.to_code) as to_codes, array_agg((f.fee_pct * 1000000)::bigint) as pcts into fees
    from omla.remitter_conversion_fees f
   where f.remitter_kind = resolve_payout_currency.remitter_kind and f.remitter_id = resolve_payout_currency.remitter_id;
  return omla.choose_currency(prefs.codes, prefs.backups, natives, fees.from_codes, fees.to_codes, fees.pcts);
end
$$;

-- The same for preferences, currencies and fees that are handed in.
create or replace function omla.resolve_payout_currency(creator_currency_prefs jsonb, remitter_currencies jsonb, remitter_conversion_fees jsonb) returns jsonb
language sql stable
as $$
  select omla.choose_currency(
    array(select p ->> 'code' from jsonb_array_elements(creator_currency_prefs) with ordinality as u (p, i) order by i),
    array(select (p ->> 'is_backup')::boolean from jsonb_array_elements(creator_currency_prefs) with ordinality as u (p, i) order by i),
    array(select c from jsonb_array_elements_text(remitter_currencies) with ordinality as u (c, i) order by i),
    array(select f ->> 'from' from jsonb_array_elements(remitter_conversion_fees) with ordinality as u (f, i) order by i),
    array(select f ->> 'to' from jsonb_array_elements(remitter_conversion_fees) with ordinality as u (f, i) order by i),
    array(select omla.decimal_units(f ->> 'fee_pct') from jsonb_array_elements(remitter_conversion_fees) with ordinality as u (f, i) order by i))
$$;
grant execute on function public.resolve_payout_currency(uuid, text, uuid) to anon, authenticated, service_role, reviewer, payout;
