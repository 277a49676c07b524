-- What a US dollar is worth in each currency, as a rail or the board said. Rows are kept: a payout names the rate that it used.
create table if not exists omla.fx_rates (
  id uuid constraint fx_rates_pkey primary key default gen_random_uuid(),
  code text not null constraint fx_rates_code_fkey references omla.currency_registry,
  -- Units of the currency for one dollar.
  rate numeric not null constraint fx_rates_rate_range check (rate > 0 and rate < 1000000000000 and scale(trim_scale(rate)) <= 18),
  source text not null constraint fx_rates_source_size check (length(source) between 1 and 200),
  -- When the source said so: a rate's age counts from here.
  rate_at timestamptz not null,
  posted_by text not null constraint fx_rates_posted_by_form check (posted_by ~ '^[ -~]{1,200}$'),
  posted_at timestamptz not null default omla.now(),
  constraint fx_rates_base check (code <> 'USD'),
  constraint fx_rates_times check (rate_at <= posted_at),
  constraint fx_rate_exists unique (code, rate_at)
);

-- A rate that moved by more than 2 percent: against the one before it, or between what was pinned and what a rail settled at.
create table if not exists omla.fx_drift_flags (
  id uuid constraint fx_drift_flags_pkey primary key default gen_random_uuid(),
  code text not null constraint fx_drift_flags_code_fkey references omla.currency_registry,
  kind text not null constraint fx_drift_flags_kind_known check (kind in ('rate', 'settlement')),
  -- The posted rate, or the payout run and the currency.
  subject text not null constraint fx_drift_flags_subject_form check (subject ~ '^[ -~]{1,200}$'),
  expected_rate numeric not null,
  found_rate numeric not null,
  flagged_at timestamptz not null default omla.now(),
  acknowledged_at timestamptz,
  acknowledged_by text constraint fx_drift_flags_acknowledged_by_form check (acknowledged_by ~ '^[ -~]{1,200}$'),
  note text constraint fx_drift_flags_note_size check (length(note) between 1 and 1000),
  constraint fx_drift_flags_once unique (kind, subject),
  constraint fx_drift_flags_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null) and (note is null or acknowledged_at is not null))
);
create index if not exists fx_drift_flags_open_idx on omla.fx_drift_flags (flagged_at) where acknowledged_at is null;

drop trigger if exists fx_rates_append_only on omla.fx_rates;
create trigger fx_rates_append_only before update or delete on omla.fx_rates for each row execute function omla.refuse_change();
drop trigger if exists fx_rates_keep on omla.fx_rates;
create trigger fx_rates_keep before truncate on omla.fx_rates for each statement execute function omla.refuse_change();
drop trigger if exists fx_drift_flags_immutable on omla.fx_drift_flags;
create trigger fx_drift_flags_immutable before update on omla.fx_drift_flags for each row
  execute function omla.refuse_change_except('acknowledged_at', 'acknowledged_by', 'note');
drop trigger if exists fx_drift_flags_no_delete on omla.fx_drift_flags;
create trigger fx_drift_flags_no_delete before delete on omla.fx_drift_flags for each row execute function omla.refuse_change();

select omla.protect('omla.fx_rates', 'omla.fx_drift_flags');
drop policy if exists public_read on omla.fx_rates;
create policy public_read on omla.fx_rates for select to anon, authenticated, reviewer, payout using (true);
grant select on omla.fx_rates to anon, authenticated, reviewer, payout;
drop policy if exists staff_read on omla.fx_drift_flags;
create policy staff_read on omla.fx_drift_flags for select to reviewer, payout using (true);
grant select on omla.fx_drift_flags to reviewer, payout;

drop view if exists public.fx_rates;
create view public.fx_rates with (security_invoker = true) as select id, code, rate, source, rate_at, posted_at from omla.fx_rates;
revoke all on public.fx_rates from public, anon, authenticated, service_role;
grant select on public.fx_rates to anon, authenticated, service_role, reviewer, payout;

-- More than 2 percent away from what was expected; exactly 2 percent is not.
create or replace function omla.drifts(expected_rate numeric, found_rate numeric) returns boolean
language sql immutable parallel safe
as $$ select abs(found_rate - expected_rate) * 50 > expected_rate $$;

create or replace function omla.flag_drift(code text, kind text, subject text, expected_rate numeric, found_rate numeric) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  flag uuid;
begin
  if not omla.drifts(expected_rate, found_rate) then return null; end if;
  insert into omla.fx_drift_flags (code, kind, subject, expected_rate, found_rate) values (code, kind, subject, expected_rate, found_rate)
  on conflict on constraint fx_drift_flags_once do nothing returning id into flag;
  if flag is not null then
    perform omla.audit_append('system', 'fx.drift', 'fx_drift_flags', flag::text,
      jsonb_build_object('code', code, 'kind', kind, 'subject', subject, 'expected_rate', trim_scale(expected_rate)::text, 'found_rate', trim_scale(found_rate)::text));
  end if;
  return flag;
end
$$;

-- Writes a rate and flags its drift against the one before it; the same rate of the same moment again is the same row.
create or replace function omla.post_fx_rate(code text, rate text, source text, rate_at timestamptz, actor text)
returns table (id uuid, posted_at timestamptz, drift_flag uuid, is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  moment timestamptz := date_trunc('second', coalesce(rate_at, omla.now()));
  value numeric;
  known record;
  before_it numeric;
begin
  if rate is null or rate !~ '^(0|[1-9][0-9]{0,11})(\.[0-9]{1,18})?$' or rate::numeric = 0 then
    perform omla.refuse('FX_RATE_RANGE', format('%s is not a rate', left(coalesce(rate, 'null'), 80)), 422, '{"path": "rate"}');
  end if;
  value := rate::numeric;
  if code = 'USD' then
    perform omla.refuse('FX_RATE_BASE', 'a dollar is a dollar', 422, '{"path": "code"}');
  end if;
  if moment > omla.now() then
    perform omla.refuse('FX_RATE_TIME', 'the rate is of a moment that has not come', 422, '{"path": "rate_at"}');
  end if;
  -- Two posters of one currency take their turn, so that each is compared with the one before.
  perform from omla.currency_registry c where c.code = post_fx_rate.code and c.is_active for no key update;
  if not found then
    perform omla.refuse('CURRENCY_UNKNOWN', format('there is no currency %s', left(code, 80)), 422, '{"path": "code"}');
  end if;
  select r.* into known from omla.fx_rates r where r.code = post_fx_rate.code and r.rate_at = moment;
  if found then
    if known.rate <> value or known.source <> post_fx_rate.source then
      perform omla.refuse('FX_RATE_EXISTS', format('another rate of %s was posted for %s', code, omla.iso(moment)), 409, '{"path": "rate_at"}');
    end if;
    return query select known.id, known.posted_at, null::uuid, false;
    return;
  end if;
  select r.rate into before_it from omla.fx_rates r where r.code = post_fx_rate.code and r.rate_at < moment order by r.rate_at desc limit 1;
  insert into omla.fx_rates (code, rate, source, rate_at, posted_by) values (code, value, source, moment, actor) returning * into known;
  perform omla.audit_append(actor, 'fx.post', 'fx_rates', known.id::text,
    jsonb_build_object('code', code, 'rate', rate, 'source', source, 'rate_at', omla.iso(moment)));
  return query select known.id, known.posted_at,
    case when before_it is not null then omla.flag_drift(post_fx_rate.code, 'rate', known.id::text, before_it, value) end, true;
end
$$;

-- Says that somebody has looked at a flag; false where it is not open.
create or replace function omla.acknowledge_drift(flag uuid, actor text, note text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.fx_drift_flags f set acknowledged_at = omla.now(), acknowledged_by = actor, note = nullif(acknowledge_drift.note, '')
   where f.id = flag and f.acknowledged_at is null;
  if not found then return false; end if;
  perform omla.audit_append(actor, 'fx.acknowledge', 'fx_drift_flags', flag::text, jsonb_build_object('note', note));
  return true;
end
$$;

-- The rate that a payout planned at an instant uses: the newest of each currency, or why there is none (clause 5.7).
create or replace function omla.pin_rates(codes text[], as_of timestamptz)
returns table (code text, scale int, rate numeric, rate_id uuid, source text, rate_at timestamptz, posted_at timestamptz, fault text)
language sql stable
as $$
  select wanted.code, c.scale::int, case wanted.code when 'USD' then 1 else r.rate end, r.id,
         case wanted.code when 'USD' then 'par' else r.source end, case wanted.code when 'USD' then as_of else r.rate_at end,
         case wanted.code when 'USD' then as_of else r.posted_at end,
         case when c.code is null then 'CURRENCY_UNKNOWN' when wanted.code = 'USD' then null when r.id is null then 'FX_RATE_MISSING'
              when r.rate_at < as_of - interval '72 hours' then 'FX_RATE_OLD' end
    from (select distinct u.code from unnest(codes) as u (code)) wanted
    left join omla.currency_registry c on c.code = wanted.code and c.is_active
    left join lateral (select f.* from omla.fx_rates f where f.code = c.code and f.rate_at <= as_of order by f.rate_at desc limit 1) r on true
   order by wanted.code collate "C"
$$;

grant execute on function omla.post_fx_rate(text, text, text, timestamptz, text) to service_role, reviewer, payout;
grant execute on function omla.acknowledge_drift(uuid, text, text) to service_role, reviewer;
grant execute on function omla.pin_rates(text[], timestamptz), omla.drifts(numeric, numeric) to service_role, reviewer, payout;
