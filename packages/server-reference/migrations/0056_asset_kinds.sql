-- A rate for each asset kind, dated: what two members of the board decide holds from a quarter that has not begun.
alter table omla.royalty_rates add column if not exists decided_by text constraint royalty_rates_decided_by_form check (decided_by ~ '^[ -~]{1,200}$');
drop trigger if exists royalty_rates_immutable on omla.royalty_rates;
create trigger royalty_rates_immutable before update or delete on omla.royalty_rates for each row execute function omla.refuse_change();

create or replace function omla.set_royalty_rate(kind text, new_rate numeric, effective timestamptz, actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if effective <> omla.quarter_start(omla.quarter_of(effective)) or effective <= omla.now() then
    perform omla.refuse('RATE_DATE', 'a rate begins with a quarter that has not begun', 422, '{"path": "from_quarter"}', 'Name the next quarter or a later one.');
  end if;
  if exists (select from omla.royalty_rates r where r.asset_kind = kind and r.effective_from >= effective) then
    perform omla.refuse('RATE_EXISTS', format('a rate of %s from that quarter or a later one is decided already', kind), 409, '{"path": "from_quarter"}',
      'Decided rates stay; name a later quarter.');
  end if;
  insert into omla.royalty_rates (asset_kind, rate, effective_from, decided_by) values (kind, new_rate, effective, actor);
  perform omla.audit_append(actor, 'rate.set', 'royalty_rate', kind, jsonb_build_object(
    'before', omla.royalty_rate(kind, effective - interval '1 second'), 'after', new_rate, 'effective_from', omla.iso(effective)));
end
$$;
revoke execute on function omla.set_royalty_rate(text, numeric, timestamptz, text) from public;
grant execute on function omla.set_royalty_rate(text, numeric, timestamptz, text) to reviewer;
