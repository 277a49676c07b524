-- Tax forms of wallets, the thresholds above which they are asked for, and what a wallet was paid in a year (clause 2.25).
create table if not exists omla.tax_form_kinds (
  kind text constraint tax_form_kinds_pkey primary key constraint tax_form_kinds_form check (kind ~ '^[A-Z][A-Z0-9-]{0,31}$'),
  description text not null constraint tax_form_kinds_description_size check (length(description) between 1 and 200),
  -- Whose form it is: of people and companies of the United States, of all others, or of anybody.
  for_whom text not null constraint tax_form_kinds_for_whom_known check (for_whom in ('US', 'foreign', 'any')),
  must_expire boolean not null default false,
  is_active boolean not null default true
);
insert into omla.tax_form_kinds (kind, description, for_whom, must_expire) values
  ('W-9', 'Request for taxpayer identification number: persons of the United States', 'US', false),
  ('W-8BEN', 'Certificate of foreign status: individuals', 'foreign', true),
  ('W-8BEN-E', 'Certificate of foreign status: entities', 'foreign', true),
  ('OTHER', 'Another form that the association accepts', 'any', false)
on conflict do nothing;

-- The threshold of a jurisdiction from a year on, until a later row; '*' stands for every jurisdiction that has no row of its own.
create table if not exists omla.tax_thresholds (
  jurisdiction text not null constraint tax_thresholds_jurisdiction_form check (jurisdiction ~ '^([A-Z]{2}|\*)$'),
  from_year int not null constraint tax_thresholds_from_year_range check (from_year between 1970 and 9999),
  threshold_usd omla.usd not null,
  set_by text not null constraint tax_thresholds_set_by_form check (set_by ~ '^[ -~]{1,200}$'),
  set_at timestamptz not null default omla.now(),
  constraint tax_thresholds_pkey primary key (jurisdiction, from_year)
);
insert into omla.tax_thresholds (jurisdiction, from_year, threshold_usd, set_by) values ('*', 1970, 600, 'system') on conflict do nothing;

create table if not exists omla.tax_forms (
  id uuid constraint tax_forms_pkey primary key default gen_random_uuid(),
  wallet_id uuid not null constraint tax_forms_wallet_id_fkey references omla.wallets,
  kind text not null constraint tax_forms_kind_fkey references omla.tax_form_kinds,
  jurisdiction text not null constraint tax_forms_jurisdiction_form check (jurisdiction ~ '^[A-Z]{2}$'),
  file_sha256 omla.sha256_hex not null,
  filed_at timestamptz not null default omla.now_seconds(),
  -- Valid before this instant.
  expires_at timestamptz,
  status text not null default 'on_file' constraint tax_forms_status_known check (status in ('on_file', 'superseded', 'withdrawn')),
  closed_at timestamptz,
  recorded_by text not null constraint tax_forms_recorded_by_form check (recorded_by ~ '^[ -~]{1,200}$'),
  constraint tax_forms_dates check (expires_at > filed_at),
  constraint tax_forms_closed check ((status = 'on_file') = (closed_at is null))
);
create unique index if not exists tax_form_on_file on omla.tax_forms (wallet_id) where status = 'on_file';
create index if not exists tax_forms_wallet_idx on omla.tax_forms (wallet_id, filed_at);

-- Where the form itself is kept, for the board's eyes; the row can be erased without touching the other.
create table if not exists omla.tax_form_private (
  form_id uuid constraint tax_form_private_pkey primary key constraint tax_form_private_form_id_fkey references omla.tax_forms,
  document_ref text not null constraint tax_form_private_document_ref_size check (length(document_ref) between 1 and 1000)
);

drop trigger if exists tax_forms_immutable on omla.tax_forms;
create trigger tax_forms_immutable before update on omla.tax_forms for each row execute function omla.refuse_change_except('status', 'closed_at');
drop trigger if exists tax_forms_no_delete on omla.tax_forms;
create trigger tax_forms_no_delete before delete on omla.tax_forms for each row execute function omla.refuse_change();

select omla.protect('omla.tax_form_kinds', 'omla.tax_thresholds', 'omla.tax_forms', 'omla.tax_form_private');
do $$
declare
  relation text;
begin
  foreach relation in array array['tax_form_kinds', 'tax_thresholds'] loop
    execute format('drop policy if exists public_read on omla.%I', relation);
    execute format('create policy public_read on omla.%I for select to anon, authenticated, reviewer, payout using (true)', relation);
    execute format('grant select on omla.%I to anon, authenticated, reviewer, payout', relation);
  end loop;
end
$$;
drop policy if exists staff_read on omla.tax_forms;
create policy staff_read on omla.tax_forms for select to reviewer, payout using (true);
grant select on omla.tax_forms to reviewer, payout;
drop policy if exists staff_read on omla.tax_form_private;
create policy staff_read on omla.tax_form_private for select to reviewer using (true);
grant select on omla.tax_form_private to reviewer;

-- The threshold that is in force for a jurisdiction in a year.
create or replace function omla.tax_threshold(jurisdiction text, year int) returns numeric
language sql stable
as $$
  select t.threshold_usd from omla.tax_thresholds t
   where t.jurisdiction in (tax_threshold.jurisdiction, '*') and t.from_year <= year
   order by t.jurisdiction = '*', t.from_year desc limit 1
$$;

-- What left the payables of wallets in dollars, conversion fees included, less what came back: transfer by transfer, with the moment that counts.
-- A transfer that is not known to have arrived has none.
create or replace function omla.taxable_transfers(wallet_ids uuid[] default null) returns table (wallet_id uuid, paid_usd numeric, paid_at timestamptz)
language sql stable
as $$
  select t.wallet_id,
         (t.fx_usd + t.fee_usd
           - case when t.reversed_amount = 0 then 0 else coalesce((select sum(r.usd) from omla.transfer_returns r where r.transfer_id = t.id), 0) end) * 0.000001,
         case when t.state in ('completed', 'reversed') then coalesce(t.completed_at, t.sent_at) end
    from omla.transfers t
   where t.state <> 'failed' and (wallet_ids is null or t.wallet_id = any (wallet_ids))
$$;

-- What was paid to wallets in a calendar year (UTC); what is on its way counts too.
create or replace function omla.tax_paid(wallet_ids uuid[], year int) returns table (wallet_id uuid, paid_usd numeric)
language sql stable
as $$
  select t.wallet_id, sum(t.paid_usd)
    from omla.taxable_transfers(wallet_ids) t
   where t.paid_at is null or t.paid_at >= make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC') and t.paid_at < make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')
   group by t.wallet_id
$$;

-- Which of some planned amounts must be held until a form is on file: what was paid this year and what is planned lie above the threshold.
create or replace function omla.tax_holds(wallets text[], amounts_usd numeric[], as_of timestamptz)
returns table (wallet text, reason text, jurisdiction text, threshold_usd numeric, paid_usd numeric, planned_usd numeric, form_needed text)
language sql stable
as $$
  with planned as (
    select w.id, w.address::text as wallet, sum(u.amount) as amount
      from unnest(wallets, amounts_usd) as u (address, amount) join omla.wallets w on w.address = u.address group by w.id, w.address
  ), this_year as (
    select extract(year from as_of at time zone 'UTC')::int as year
  ), paid as (
    select t.* from this_year y, omla.tax_paid((select array_agg(p.id) from planned p), y.year) t
  ), latest as (
    -- The form on file, or else the one that was closed last: also an expired one says where the wallet's owner is taxed.
    select distinct on (f.wallet_id) f.wallet_id, f.status, f.expires_at, case when f.status <> 'withdrawn' then f.jurisdiction end as jurisdiction
      from omla.tax_forms f join planned p on p.id = f.wallet_id
     order by f.wallet_id, f.status = 'on_file' desc, f.closed_at desc, f.filed_at desc, f.status = 'withdrawn' desc
  ), thresholds as (
    select d.jurisdiction, omla.tax_threshold(d.jurisdiction, y.year) as threshold
      from (select coalesce(l.jurisdiction, '*') as jurisdiction from latest l union select '*') d, this_year y
  ), judged as (
    select p.wallet, p.amount, coalesce(paid.paid_usd, 0) as paid, l.status, l.expires_at, l.jurisdiction, t.threshold
      from planned p
      left join latest l on l.wallet_id = p.id
      left join paid on paid.wallet_id = p.id
      join thresholds t on t.jurisdiction = coalesce(l.jurisdiction, '*')
  )
  select j.wallet, case when j.status is null then 'no_form' when j.status = 'withdrawn' then 'form_withdrawn' else 'form_expired' end,
         j.jurisdiction, j.threshold, j.paid, j.amount,
         case when j.jurisdiction is null then 'W-9 or W-8BEN' when j.jurisdiction = 'US' then 'W-9' else 'W-8BEN' end
    from judged j
   where j.paid + j.amount > j.threshold
     and not (coalesce(j.status, '') = 'on_file' and (j.expires_at is null or j.expires_at > as_of))
   order by j.wallet collate "C"
$$;

-- Puts a form on file; the one before it is superseded. The same form again is the same row.
create or replace function omla.record_tax_form(wallet text, kind text, jurisdiction text, file_sha256 text, expires_at timestamptz, document_ref text, actor text)
returns table (id uuid, filed_at timestamptz, is_new boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  target uuid;
  wanted record;
  known record;
begin
  select w.id into target from omla.wallets w where w.address = wallet for no key update;
  if target is null then
    perform omla.refuse('WALLET_UNKNOWN', 'there is no such wallet', 404, '{"path": "wallet"}');
  end if;
  select k.* into wanted from omla.tax_form_kinds k where k.kind = record_tax_form.kind and k.is_active;
  if not found then
    perform omla.refuse('TAX_FORM_KIND', format('there is no kind of form %s', left(kind, 80)), 422, '{"path": "kind"}');
  end if;
  if jurisdiction is null or jurisdiction !~ '^[A-Z]{2}$' or (wanted.for_whom = 'US') <> (jurisdiction = 'US') and wanted.for_whom <> 'any' then
    perform omla.refuse('TAX_FORM_JURISDICTION', format('%s is not a form of %s', kind, left(coalesce(jurisdiction, 'nowhere'), 80)), 422, '{"path": "jurisdiction"}');
  end if;
  if expires_at <= omla.now() or (expires_at is null and wanted.must_expire) then
    perform omla.refuse('TAX_FORM_EXPIRY', case when expires_at is null then format('%s expires: say when', kind) else 'the form has expired already' end, 422,
      '{"path": "expires_at"}');
  end if;
  select f.* into known from omla.tax_forms f where f.wallet_id = target and f.status = 'on_file';
  if known.kind = record_tax_form.kind and known.jurisdiction = record_tax_form.jurisdiction and known.file_sha256 = record_tax_form.file_sha256
     and known.expires_at is not distinct from record_tax_form.expires_at
  then
    return query select known.id, known.filed_at, false;
    return;
  end if;
  update omla.tax_forms f set status = 'superseded', closed_at = omla.now() where f.id = known.id;
  insert into omla.tax_forms (wallet_id, kind, jurisdiction, file_sha256, expires_at, recorded_by)
  values (target, record_tax_form.kind, record_tax_form.jurisdiction, record_tax_form.file_sha256, record_tax_form.expires_at, actor) returning * into known;
  insert into omla.tax_form_private (form_id, document_ref) values (known.id, record_tax_form.document_ref);
  perform omla.audit_append(actor, 'tax.record', 'tax_forms', known.id::text, jsonb_build_object('wallet', wallet, 'kind', kind,
    'jurisdiction', jurisdiction, 'file_sha256', file_sha256, 'expires_at', omla.iso(expires_at)));
  return query select known.id, known.filed_at, true;
end
$$;

-- Takes a form off the file; false where it is not on it.
create or replace function omla.withdraw_tax_form(form uuid, actor text, note text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.tax_forms f set status = 'withdrawn', closed_at = omla.now() where f.id = form and f.status = 'on_file';
  if not found then return false; end if;
  perform omla.audit_append(actor, 'tax.withdraw', 'tax_forms', form::text, jsonb_build_object('note', note));
  return true;
end
$$;

-- Sets what counts from a year on; a row of the same year is corrected.
create or replace function omla.set_tax_threshold(jurisdiction text, from_year int, threshold_usd text, actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  before_it numeric := (select t.threshold_usd from omla.tax_thresholds t
                         where t.jurisdiction = set_tax_threshold.jurisdiction and t.from_year = set_tax_threshold.from_year);
begin
  insert into omla.tax_thresholds as t (jurisdiction, from_year, threshold_usd, set_by)
  values (jurisdiction, from_year, omla.usd_micros(threshold_usd) * 0.000001, actor)
  on conflict on constraint tax_thresholds_pkey do update set threshold_usd = excluded.threshold_usd, set_by = excluded.set_by, set_at = omla.now();
  perform omla.audit_append(actor, 'tax.threshold', 'tax_thresholds', jurisdiction || ' ' || from_year,
    jsonb_build_object('before', before_it::numeric(18, 6)::text, 'after', threshold_usd));
end
$$;

create or replace function omla.add_tax_form_kind(kind text, description text, for_whom text, must_expire boolean, actor text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into omla.tax_form_kinds (kind, description, for_whom, must_expire) values (kind, description, for_whom, must_expire);
  perform omla.audit_append(actor, 'tax.kind', 'tax_form_kinds', kind, jsonb_build_object('description', description, 'for_whom', for_whom, 'must_expire', must_expire));
end
$$;

-- What each wallet really received in a year, with what is on file for it: the figures of a 1099 and its like elsewhere.
create or replace function omla.tax_totals(year int, as_of timestamptz)
returns table (wallet text, model_id uuid, model_name text, owner_pubkey text, jurisdiction text, form_kind text, form_status text, form_expires_at timestamptz,
  form_sha256 text, document_ref text, payment_count bigint, paid_usd numeric, threshold_usd numeric)
language sql stable
as $$
  select w.address::text, w.model_id, m.name, coalesce(w.owner_pubkey, m.ed25519_pubkey)::text, f.jurisdiction, f.kind,
         case when f.status = 'on_file' and f.expires_at <= as_of then 'expired' else coalesce(f.status, 'none') end,
         f.expires_at, f.file_sha256::text, d.document_ref, p.payment_count, p.paid_usd, omla.tax_threshold(coalesce(f.jurisdiction, '*'), year)
    from (select t.wallet_id, count(*) filter (where t.paid_usd > 0) as payment_count, sum(t.paid_usd) as paid_usd from omla.taxable_transfers() t
           where t.paid_at >= make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC') and t.paid_at < make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')
           group by t.wallet_id having sum(t.paid_usd) > 0) p
    join omla.wallets w on w.id = p.wallet_id
    left join omla.models m on m.id = w.model_id
    left join lateral (
      select t.* from omla.tax_forms t where t.wallet_id = w.id
       order by t.status = 'on_file' desc, t.closed_at desc, t.filed_at desc, t.status = 'withdrawn' desc limit 1) f on true
    left join omla.tax_form_private d on d.form_id = f.id
   order by w.address collate "C"
$$;

grant execute on function omla.tax_threshold(text, int) to public;
grant execute on function omla.taxable_transfers(uuid[]), omla.tax_paid(uuid[], int), omla.tax_holds(text[], numeric[], timestamptz) to service_role, reviewer, payout;
grant execute on function omla.record_tax_form(text, text, text, text, timestamptz, text, text), omla.withdraw_tax_form(uuid, text, text),
  omla.set_tax_threshold(text, int, text, text), omla.add_tax_form_kind(text, text, text, boolean, text), omla.tax_totals(int, timestamptz) to service_role, reviewer;
