-- The board's hand on the currency registry: false where nothing changed.
create or replace function omla.add_currency(code text, name text, kind text, scale int, actor text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into omla.currency_registry (code, name, kind, scale) values (code, name, kind, scale) on conflict on constraint currency_registry_pkey do nothing;
  if not found then return false; end if;
  perform omla.audit_append(actor, 'currency.add', 'currency_registry', code, jsonb_build_object('name', name, 'kind', kind, 'scale', scale));
  return true;
end
$$;

-- A currency that is switched off can be named by nobody any more, and what was to be paid in it waits. Everything is computed in dollars.
alter table omla.currency_registry drop constraint if exists currency_registry_base;
alter table omla.currency_registry add constraint currency_registry_base check (is_active or code <> 'USD');
alter table omla.currency_registry drop constraint if exists currency_registry_name_size;
alter table omla.currency_registry add constraint currency_registry_name_size check (length(name) between 1 and 100);

create or replace function omla.set_currency_active(code text, is_active boolean, actor text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.currency_registry c set is_active = set_currency_active.is_active
   where c.code = set_currency_active.code and c.is_active <> set_currency_active.is_active;
  if not found then return false; end if;
  perform omla.audit_append(actor, case when is_active then 'currency.activate' else 'currency.deactivate' end, 'currency_registry', code, '{}');
  return true;
end
$$;

-- Amounts of a currency are stored in its smallest unit, so its scale never changes.
create or replace function omla.currency_keeps() returns trigger
language plpgsql
as $$
begin
  if (new.code, new.kind, new.scale) is distinct from (old.code, old.kind, old.scale) then
    perform omla.refuse('IMMUTABLE', 'code, kind and scale of a currency cannot be changed', 409);
  end if;
  return new;
end
$$;
drop trigger if exists currency_registry_keeps on omla.currency_registry;
create trigger currency_registry_keeps before update on omla.currency_registry for each row execute function omla.currency_keeps();

-- Every declared conversion fee with who asks it, in one order that pages can follow: highest first.
drop view if exists public.conversion_fees;
create view public.conversion_fees with (security_invoker = true) as
  select f.remitter_kind, f.remitter_id, coalesce(c.company_name, h.name) as remitter_name, f.from_code, f.to_code, f.fee_pct, f.declared_at
    from omla.remitter_conversion_fees f
    left join omla.commercial_users c on f.remitter_kind = 'commercial_user' and c.id = f.remitter_id
    left join omla.hoster_claims h on f.remitter_kind = 'hoster' and h.id = f.remitter_id;
revoke all on public.conversion_fees from public, anon, authenticated, service_role;
grant select on public.conversion_fees to anon, authenticated, service_role, reviewer, payout;
create index if not exists remitter_conversion_fees_order_idx on omla.remitter_conversion_fees (fee_pct desc, remitter_id, from_code, to_code);

-- Compares the rate that each run pinned with the newest one at the time its money moved, and flags what drifted: once per run and currency.
create or replace function omla.review_settlements(as_of timestamptz default null) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with moved as (
    select t.run_id, t.currency, t.rate, max(coalesce(t.completed_at, t.sent_at)) as moved_at
      from omla.transfers t
     where t.currency <> 'USD' and t.state in ('sent', 'completed') and t.sent_at >= coalesce(as_of, omla.now()) - interval '720 hours'
     group by t.run_id, t.currency, t.rate
  )
  select count(omla.flag_drift(m.currency, 'settlement', m.run_id || ' ' || m.currency, m.rate, r.rate))
    from moved m join lateral (
      select f.rate from omla.fx_rates f where f.code = m.currency and f.rate_at <= m.moved_at order by f.rate_at desc limit 1) r on true
$$;
grant execute on function omla.review_settlements(timestamptz) to service_role;

grant execute on function omla.add_currency(text, text, text, int, text), omla.set_currency_active(text, boolean, text) to service_role, reviewer;
