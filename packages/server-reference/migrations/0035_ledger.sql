-- Double entry: the only record of money. A transaction's entries sum to zero in each currency; none is ever changed.
create table if not exists omla.ledger_txns (
  id uuid constraint ledger_txns_pkey primary key default gen_random_uuid(),
  -- What happened, such as report.file, and to what: posted once, however often it is asked for.
  kind text not null constraint ledger_txns_kind_form check (kind ~ '^[a-z_.-]+$' and length(kind) <= 64),
  ref text not null constraint ledger_txns_ref_form check (ref ~ '^[!-~]+$' and length(ref) <= 200),
  -- What test keys do is never posted.
  live boolean not null constraint ledger_txns_live_only check (live),
  occurred_at timestamptz not null default omla.now(),
  detail jsonb not null default '{}',
  constraint ledger_txns_kind_ref_once unique (kind, ref)
);

-- Accounts are texts, kind:owner; src/ledger/accounts.ts spells them. Lengths are counted beside the patterns: a bounded repetition
-- such as {1,100} makes a match a hundred times as slow, and each row is checked.
create or replace function omla.is_account(account text) returns boolean
language sql immutable parallel safe
as $$
  select left(account, -1 - length(split_part(account, ':', -1))) in ('receivable', 'accrued', 'clearing', 'cash', 'unapplied', 'payable', 'in_transit', 'fx', 'suspense',
           'held:tax', 'held:dispute', 'held:hoster', 'held:rail', 'fees:conversion', 'fees:rail')
     and split_part(account, ':', -1) ~ '^[0-9a-z_-]+$' and length(split_part(account, ':', -1)) <= 100
$$;

-- Smallest units of the currency, positive for debit. There is no foreign key: the check of each statement looks for the transaction,
-- once for all rows.
create table if not exists omla.ledger_entries (
  txn_id uuid not null,
  position int not null constraint ledger_entries_position_range check (position >= 0),
  account text collate "C" not null constraint ledger_entries_account_form check (omla.is_account(account)),
  currency text collate "C" not null,
  amount numeric(38, 0) not null constraint ledger_entries_amount_not_zero check (amount <> 0),
  constraint ledger_entries_pkey primary key (txn_id, position)
);
create index if not exists ledger_entries_account_idx on omla.ledger_entries (account, currency) include (amount);

-- Whatever one statement adds is balanced by itself, so nothing can be added to a transaction later.
create or replace function omla.ledger_entries_balanced() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  bad record;
begin
  select e.txn_id, e.currency, sum(e.amount) as difference into bad from added e group by 1, 2 having sum(e.amount) <> 0 limit 1;
  if found then
    perform omla.refuse('LEDGER_UNBALANCED', format('the entries of %s sum to %s %s units, not to zero', bad.txn_id, bad.difference, bad.currency), 422,
      jsonb_build_object('currency', bad.currency, 'difference', bad.difference::text), 'Post both sides of every movement.');
  end if;
  if exists (select from (select distinct e.txn_id from added e) a where not exists (select from omla.ledger_txns t where t.id = a.txn_id)) then
    perform omla.refuse('LEDGER_UNBALANCED', 'an entry belongs to no transaction', 422);
  end if;
  return null;
end
$$;
drop trigger if exists ledger_entries_balanced on omla.ledger_entries;
create trigger ledger_entries_balanced after insert on omla.ledger_entries referencing new table as added
  for each statement execute function omla.ledger_entries_balanced();

-- At commit each new transaction has entries, and they sum to zero: also where it was written in several statements.
create or replace function omla.ledger_txn_balanced() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if (select count(*) = 0 or bool_or(c.total <> 0) from (select sum(e.amount) as total from omla.ledger_entries e where e.txn_id = new.id group by e.currency) c) then
    perform omla.refuse('LEDGER_UNBALANCED', format('the entries of %s %s do not sum to zero', new.kind, new.ref), 422);
  end if;
  return null;
end
$$;
drop trigger if exists ledger_txns_balanced on omla.ledger_txns;
create constraint trigger ledger_txns_balanced after insert on omla.ledger_txns deferrable initially deferred
  for each row execute function omla.ledger_txn_balanced();

-- What comparing the ledger with itself and with the tables found, each time.
create table if not exists omla.reconciliations (
  id bigint generated always as identity constraint reconciliations_pkey primary key,
  at timestamptz not null,
  ok boolean not null,
  discrepancies jsonb not null,
  constraint reconciliations_verdict check (ok = (discrepancies = '[]'))
);

do $$
declare
  relation text;
begin
  foreach relation in array array['ledger_txns', 'ledger_entries', 'reconciliations'] loop
    execute format('drop trigger if exists %1$s_append_only on omla.%1$s', relation);
    execute format('create trigger %1$s_append_only before update or delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
    execute format('drop trigger if exists %1$s_keep on omla.%1$s', relation);
    execute format('create trigger %1$s_keep before truncate on omla.%1$s for each statement execute function omla.refuse_change()', relation);
  end loop;
end
$$;

do $$
begin
  if to_regtype('omla.ledger_row') is null then
    create type omla.ledger_row as (kind text, ref text, account text, currency text, amount numeric);
  end if;
end
$$;

-- Posts many transactions at once. Amounts of one account in one transaction are added up, zeros are left out. What was posted before under
-- the same kind and ref is compared and not posted again. Gives the number of new transactions.
create or replace function omla.ledger_post_set(entries omla.ledger_row[], live boolean default true, detail jsonb default '{}') returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  bad record;
  asked bigint;
  posted bigint;
begin
  if not coalesce(live, false) then
    perform omla.refuse('LEDGER_LIVE', 'what is filed with a test key is not posted', 422);
  end if;
  select e.* into bad from unnest(entries) e
   where e.kind is null or e.ref is null or e.account is null or e.currency is null or e.amount is null or e.amount <> trunc(e.amount) limit 1;
  if found then
    perform omla.refuse('LEDGER_ENTRY', format('%s %s: an entry has an account, a currency and a whole number of its smallest units', bad.kind, bad.ref), 422);
  end if;
  select e.currency into bad from (select distinct u.currency from unnest(entries) u) e
   where not exists (select from omla.currency_registry c where c.code = e.currency) limit 1;
  if found then
    perform omla.refuse('CURRENCY_UNKNOWN', format('%s is no currency of this registry', bad.currency), 422, '{"path": "currency"}', 'See currency_registry for the codes.');
  end if;
  with wanted as materialized (
    select e.kind, e.ref, e.account, e.currency, sum(e.amount) as amount from unnest(entries) e group by 1, 2, 3, 4 having sum(e.amount) <> 0
  ), named as materialized (
    select distinct w.kind, w.ref from wanted w
  ), fresh as (
    insert into omla.ledger_txns (kind, ref, live, detail) select n.kind, n.ref, true, ledger_post_set.detail from named n order by 1, 2
    on conflict on constraint ledger_txns_kind_ref_once do nothing returning id, kind, ref
  ), written as (
    insert into omla.ledger_entries (txn_id, position, account, currency, amount)
    select f.id, row_number() over () - 1, w.account, w.currency, w.amount from wanted w join fresh f on f.kind = w.kind and f.ref = w.ref
  )
  select (select count(*) from named), (select count(*) from fresh) into asked, posted;
  if posted < asked then
    perform omla.ledger_compare(entries);
  end if;
  return posted;
end
$$;

-- Refuses where something else was posted under a kind and ref of these entries.
create or replace function omla.ledger_compare(entries omla.ledger_row[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  bad record;
begin
  select coalesce(w.kind, s.kind) as kind, coalesce(w.ref, s.ref) as ref into bad
    from (select e.kind, e.ref, e.account, e.currency, sum(e.amount) as amount from unnest(entries) e group by 1, 2, 3, 4 having sum(e.amount) <> 0) w
    full join (
      select t.kind, t.ref, e.account, e.currency, sum(e.amount) as amount
        from (select distinct u.kind, u.ref from unnest(entries) u) n
        join omla.ledger_txns t on t.kind = n.kind and t.ref = n.ref
        join omla.ledger_entries e on e.txn_id = t.id group by 1, 2, 3, 4) s
      on s.kind = w.kind and s.ref = w.ref and s.account = w.account and s.currency = w.currency
   where w.amount is distinct from s.amount limit 1;
  if found then
    perform omla.refuse('LEDGER_CONFLICT', format('%s %s was posted before with other entries', bad.kind, bad.ref), 409,
      jsonb_build_object('kind', bad.kind, 'ref', bad.ref), 'A movement is posted once; post a correction under a reference of its own.');
  end if;
end
$$;

-- Posts one transaction; entries: [{account, currency, amount}], amounts as strings of whole numbers.
create or replace function omla.ledger_post(kind text, ref text, live boolean, entries jsonb, detail jsonb default '{}') returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  posted uuid;
begin
  perform omla.ledger_post_set(
    array(select row(ledger_post.kind, ledger_post.ref, e ->> 'account', e ->> 'currency', (e ->> 'amount')::numeric)::omla.ledger_row from jsonb_array_elements(entries) e),
    live, detail);
  select t.id into posted from omla.ledger_txns t where t.kind = ledger_post.kind and t.ref = ledger_post.ref;
  if posted is null then
    perform omla.refuse('LEDGER_ENTRY', format('%s %s moves nothing', ledger_post.kind, ledger_post.ref), 422);
  end if;
  return posted;
end
$$;

select omla.protect('omla.ledger_txns', 'omla.ledger_entries', 'omla.reconciliations');
do $$
declare
  relation text;
begin
  foreach relation in array array['ledger_txns', 'ledger_entries', 'reconciliations'] loop
    execute format('drop policy if exists staff_read on omla.%I', relation);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', relation);
    execute format('grant select on omla.%I to reviewer, payout', relation);
  end loop;
end
$$;
grant insert on omla.reconciliations to service_role;
grant execute on function omla.is_account(text) to public;
grant execute on function omla.ledger_post_set(omla.ledger_row[], boolean, jsonb), omla.ledger_post(text, text, boolean, jsonb, jsonb) to service_role, payout;
