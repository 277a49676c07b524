-- Public figures, counted once an hour. Each group says how many wallets or companies stand behind it, so that small ones can be kept back.
-- Money counts up to the last midnight: a figure that changed within the day would show a single payment.
do $$
begin
  if to_regclass('omla.transparency') is null then
    create materialized view omla.transparency as
      with paid as (
        select p.quarter::text as quarter, coalesce(p.rail, 'other') as rail, p.wallet_id, p.amount_usd
          from omla.payments p where p.status = 'completed' and p.paid_at < date_trunc('day', omla.now() at time zone 'UTC') at time zone 'UTC'
      ), shown as (
        select quarter from paid group by quarter having count(distinct wallet_id) >= 3
      )
      select 'as_of' as kind, omla.iso(omla.now()) as name, 0::bigint as members, 0::numeric as amount
      union all
      select 'models', coalesce(s.state, 'REGISTERED'), count(*), 0
        from omla.models m left join omla.compliance_state s on s.model_id = m.id where m.is_active group by 2
      union all
      select 'kinds', m.asset_kind, count(*), 0 from omla.models m where m.is_active group by 2
      union all
      select 'companies', 'all', count(*), 0 from omla.commercial_users where is_active
      union all
      select 'paid', quarter, count(distinct wallet_id), sum(amount_usd) from paid group by quarter
      union all
      select 'rejected', r.quarter::text, count(distinct r.reporter_id), count(*) from omla.usage_reports r where r.live and r.status = 'rejected' group by 2
      union all
      select 'blacklisted', l.quarter::text, (array_agg(l.entry_count order by l.sequence desc))[1], 0 from omla.published_lists l group by 2
      union all
      -- Only of quarters that are shown, else a kept-back one would be the difference.
      select 'rail', rail, count(distinct wallet_id), sum(amount_usd) from paid where quarter in (select quarter from shown) group by rail;
  end if;
end
$$;
alter materialized view omla.transparency owner to omla_owner;
grant select on omla.transparency to service_role;

create or replace function omla.refresh_transparency() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  refresh materialized view omla.transparency;
end
$$;
revoke execute on function omla.refresh_transparency() from public;
grant execute on function omla.refresh_transparency() to service_role;
