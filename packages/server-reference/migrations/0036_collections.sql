-- Royalties that come in: what a payer is asked for, the money that arrived, which lines it pays, what went back, and a receipt of each.
create table if not exists omla.payment_requests (
  id uuid constraint payment_requests_pkey primary key default gen_random_uuid(),
  company_id uuid not null constraint payment_requests_company_id_fkey references omla.commercial_users,
  -- What the payer writes into a bank transfer.
  reference text not null constraint payment_request_reference_once unique constraint payment_requests_reference_form check (reference ~ '^OMLA-[0-9A-HJKMNP-TV-Z]{10}$'),
  method text not null constraint payment_requests_method_known check (method in ('checkout', 'invoice')),
  amount_usd omla.usd not null constraint payment_requests_amount_positive check (amount_usd > 0),
  -- The lines and their amounts: the same question finds the same request.
  content_sha256 omla.sha256_hex not null,
  external_id text constraint payment_requests_external_id_size check (length(external_id) between 1 and 255),
  url text constraint payment_requests_url_form check (url ~ '^https?://[!-~]+$' and length(url) <= 4000),
  created_at timestamptz not null default omla.now_seconds(),
  opened_at timestamptz,
  constraint payment_requests_opened check (num_nonnulls(external_id, url, opened_at) in (0, 3))
);
create index if not exists payment_requests_content_idx on omla.payment_requests (company_id, content_sha256, created_at);
drop trigger if exists payment_requests_immutable on omla.payment_requests;
create trigger payment_requests_immutable before update on omla.payment_requests for each row
  execute function omla.refuse_change_except('external_id', 'url', 'opened_at');

create table if not exists omla.payment_request_lines (
  request_id uuid not null constraint payment_request_lines_request_id_fkey references omla.payment_requests,
  report_id uuid not null constraint payment_request_lines_report_id_fkey references omla.usage_reports,
  amount_usd omla.usd not null constraint payment_request_lines_amount_positive check (amount_usd > 0),
  constraint payment_request_lines_pkey primary key (request_id, report_id)
);

create table if not exists omla.collections (
  id uuid constraint collections_pkey primary key default gen_random_uuid(),
  company_id uuid not null constraint collections_company_id_fkey references omla.commercial_users,
  rail text not null
    constraint collections_rail_known check (rail in ('stripe', 'sepa', 'paypal', 'lightning', 'ach', 'wise', 'other', 'sandbox')),
  -- What the rail calls this money; it is booked once.
  reference text not null constraint collections_reference_form check (reference ~ '^[!-~]([ -~]{0,198}[!-~])?$'),
  method text not null constraint collections_method_known check (method in ('checkout', 'invoice', 'bank', 'crypto', 'platform')),
  currency text not null constraint collections_currency_fkey references omla.currency_registry,
  -- Smallest units of the currency; what the rail kept of it is the association's cost.
  amount numeric(38, 0) not null constraint collections_amount_positive check (amount > 0),
  fee numeric(38, 0) not null default 0 constraint collections_fee_range check (fee between 0 and amount),
  -- What it counts as against the debt.
  amount_usd omla.usd not null constraint collections_value_positive check (amount_usd > 0),
  request_id uuid constraint collections_request_id_fkey references omla.payment_requests,
  received_at timestamptz not null,
  -- It is not paid out before; seven days at least, since payments are reversed.
  clears_at timestamptz not null constraint collections_hold check (clears_at >= received_at + interval '168 hours'),
  cleared_at timestamptz,
  confirmed_by text not null constraint collections_confirmed_by_form check (confirmed_by ~ '^[ -~]{1,200}$'),
  created_at timestamptz not null default omla.now_seconds(),
  constraint collection_reference_once unique (rail, reference),
  constraint collections_usd_value check (currency <> 'USD' or amount = amount_usd * 1000000)
);
create index if not exists collections_company_idx on omla.collections (company_id, received_at);
create index if not exists collections_uncleared_idx on omla.collections (clears_at) where cleared_at is null;
drop trigger if exists collections_immutable on omla.collections;
create trigger collections_immutable before update on omla.collections for each row execute function omla.refuse_change_except('cleared_at');

create table if not exists omla.collection_refunds (
  id uuid constraint collection_refunds_pkey primary key default gen_random_uuid(),
  collection_id uuid not null constraint collection_refunds_collection_id_fkey references omla.collections,
  -- A chargeback is taken by the rail and cannot be refused.
  kind text not null constraint collection_refunds_kind_known check (kind in ('refund', 'chargeback')),
  rail text not null,
  reference text not null constraint collection_refunds_reference_form check (reference ~ '^[!-~]([ -~]{0,198}[!-~])?$'),
  amount numeric(38, 0) not null constraint collection_refunds_amount_positive check (amount > 0),
  amount_usd omla.usd not null,
  reason text not null constraint collection_refunds_reason_size check (length(reason) between 1 and 500),
  refunded_at timestamptz not null,
  confirmed_by text not null constraint collection_refunds_confirmed_by_form check (confirmed_by ~ '^[ -~]{1,200}$'),
  created_at timestamptz not null default omla.now_seconds(),
  constraint refund_reference_once unique (rail, reference)
);
create index if not exists collection_refunds_collection_idx on omla.collection_refunds (collection_id);

-- Which line each payment pays: signed, so that money that moves to another line leaves its way behind.
-- What of a payment is allocated to no line and was not refunded is its company's credit.
create table if not exists omla.collection_allocations (
  id bigint generated always as identity constraint collection_allocations_pkey primary key,
  collection_id uuid not null constraint collection_allocations_collection_id_fkey references omla.collections,
  report_id uuid not null constraint collection_allocations_report_id_fkey references omla.usage_reports,
  amount_usd numeric(18, 6) not null constraint collection_allocations_amount_not_zero check (amount_usd <> 0),
  -- The kind and the ref of the posting that moved it.
  kind text not null,
  ref text not null,
  created_at timestamptz not null default omla.now_seconds()
);
create index if not exists collection_allocations_collection_idx on omla.collection_allocations (collection_id);
create index if not exists collection_allocations_report_idx on omla.collection_allocations (report_id);

-- Numbers run without a gap; the body is what was true when it was issued.
create table if not exists omla.receipts (
  number bigint constraint receipts_pkey primary key constraint receipts_number_range check (number >= 1),
  company_id uuid not null constraint receipts_company_id_fkey references omla.commercial_users,
  collection_id uuid not null constraint receipts_collection_id_fkey references omla.collections,
  refund_id uuid constraint receipts_refund_once unique constraint receipts_refund_id_fkey references omla.collection_refunds,
  issued_at timestamptz not null default omla.now_seconds(),
  body jsonb not null
);
create index if not exists receipts_company_idx on omla.receipts (company_id, number);
create unique index if not exists receipts_collection_once on omla.receipts (collection_id) where refund_id is null;

create or replace function omla.next_receipt_number() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('omla.receipts', 0));
  return (select coalesce(max(r.number), 0) + 1 from omla.receipts r);
end
$$;
create or replace function omla.receipt_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.number <> omla.next_receipt_number() then
    perform omla.refuse('RECEIPT_NUMBER', format('receipt %s does not follow the last one', new.number), 409);
  end if;
  return new;
end
$$;
drop trigger if exists receipts_follow on omla.receipts;
create trigger receipts_follow before insert on omla.receipts for each row execute function omla.receipt_follows();

-- At commit no line is paid above its royalty and no payment is spent twice.
create or replace function omla.collection_holds() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  payment record;
  line record;
begin
  select c.amount, c.amount_usd, coalesce(r.amount, 0) as refunded, coalesce(r.amount_usd, 0) as refunded_usd, coalesce(a.amount_usd, 0) as allocated into payment
    from omla.collections c,
         lateral (select sum(f.amount) as amount, sum(f.amount_usd) as amount_usd from omla.collection_refunds f where f.collection_id = c.id) r,
         lateral (select sum(l.amount_usd) as amount_usd from omla.collection_allocations l where l.collection_id = c.id) a
   where c.id = new.collection_id;
  if payment.refunded > payment.amount or payment.refunded_usd > payment.amount_usd then
    perform omla.refuse('REFUND_TOO_LARGE', 'more is refunded than was received', 409);
  end if;
  if payment.allocated < 0 or payment.allocated > payment.amount_usd - payment.refunded_usd then
    perform omla.refuse('MONEY_SPENT', 'more of a payment is allocated than is there', 409);
  end if;
  if tg_table_name = 'collection_allocations' then
    select u.net_royalty_usd as owed, u.live, (select sum(l.amount_usd) from omla.collection_allocations l where l.report_id = u.id) as paid into line
      from omla.usage_reports u where u.id = new.report_id;
    if not line.live or line.paid < 0 or line.paid > line.owed then
      perform omla.refuse('MONEY_SPENT', 'more is allocated to a line than it owes', 409);
    end if;
  end if;
  return null;
end
$$;
drop trigger if exists collection_allocations_hold on omla.collection_allocations;
create constraint trigger collection_allocations_hold after insert on omla.collection_allocations deferrable initially deferred
  for each row execute function omla.collection_holds();
drop trigger if exists collection_refunds_hold on omla.collection_refunds;
create constraint trigger collection_refunds_hold after insert on omla.collection_refunds deferrable initially deferred
  for each row execute function omla.collection_holds();

do $$
declare
  relation text;
begin
  foreach relation in array array['payment_request_lines', 'collection_refunds', 'collection_allocations', 'receipts'] loop
    execute format('drop trigger if exists %1$s_append_only on omla.%1$s', relation);
    execute format('create trigger %1$s_append_only before update or delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
  end loop;
  foreach relation in array array['collections', 'payment_requests'] loop
    execute format('drop trigger if exists %1$s_no_delete on omla.%1$s', relation);
    execute format('create trigger %1$s_no_delete before delete on omla.%1$s for each row execute function omla.refuse_change()', relation);
  end loop;
end
$$;

-- Whoever sends a part of a payment back holds it meanwhile, so that it does not clear under its hands.
create or replace function omla.lock_collection(collection uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from omla.collections c where c.id = collection for no key update;
end
$$;

-- Received money whose hold is over becomes cash: what arrived, less what the rail kept and what went back. What is being refunded at this moment
-- waits for the next time. Gives the number of payments.
create or replace function omla.clear_collections(as_of timestamptz default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  due uuid[];
  entries omla.ledger_row[];
begin
  due := array(select c.id from omla.collections c where c.cleared_at is null and c.clears_at <= coalesce(as_of, omla.now())
                order by c.id for no key update skip locked);
  update omla.collections c set cleared_at = coalesce(as_of, omla.now_seconds()) where c.id = any (due);
  -- A statement of its own: it sees what was refunded until the locks were there.
  entries := array(
    select row('payment.clear', l.id::text, s.account, l.currency, s.amount)::omla.ledger_row
      from (select c.id, c.rail, c.currency, c.amount - c.fee - coalesce((select sum(f.amount) from omla.collection_refunds f where f.collection_id = c.id), 0) as amount
              from omla.collections c where c.id = any (due)) l,
           lateral (values ('cash:' || l.rail, l.amount), ('clearing:' || l.rail, -l.amount)) s (account, amount)
     where l.amount <> 0);
  perform omla.ledger_post_set(entries) where cardinality(entries) > 0;
  return cardinality(due);
end
$$;

-- What stands on each line, and until when it is held.
create or replace view omla.line_funding as
  select a.report_id, sum(a.amount_usd)::numeric(18, 6) as paid_usd, max(c.clears_at) as clears_at, bool_and(c.cleared_at is not null) as cleared
    from (select l.report_id, l.collection_id, sum(l.amount_usd) as amount_usd from omla.collection_allocations l group by 1, 2 having sum(l.amount_usd) <> 0) a
    join omla.collections c on c.id = a.collection_id
   group by a.report_id;
alter view omla.line_funding owner to omla_owner;
grant select on omla.line_funding to service_role, reviewer, payout;

select omla.protect('omla.payment_requests', 'omla.payment_request_lines', 'omla.collections', 'omla.collection_refunds', 'omla.collection_allocations', 'omla.receipts');
do $$
declare
  relation text;
begin
  foreach relation in array array['payment_requests', 'payment_request_lines', 'collections', 'collection_refunds', 'collection_allocations', 'receipts'] loop
    execute format('drop policy if exists staff_read on omla.%I', relation);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', relation);
    execute format('grant select on omla.%I to reviewer, payout', relation);
    execute format('grant insert on omla.%I to service_role', relation);
  end loop;
end
$$;
grant update (external_id, url, opened_at) on omla.payment_requests to service_role;
grant execute on function omla.next_receipt_number(), omla.lock_collection(uuid) to service_role;
grant execute on function omla.clear_collections(timestamptz) to service_role, payout;
