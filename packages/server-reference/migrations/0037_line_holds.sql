-- A dispute or an audit holds the payout of one line, and of nothing else. What a line's money and its holds make of its status.
create table if not exists omla.line_holds (
  id uuid constraint line_holds_pkey primary key default gen_random_uuid(),
  report_id uuid not null constraint line_holds_report_id_fkey references omla.usage_reports,
  reason text not null constraint line_holds_reason_known check (reason in ('dispute', 'audit')),
  -- The dispute or the audit.
  case_id uuid not null,
  opened_at timestamptz not null default omla.now_seconds(),
  opened_by text not null constraint line_holds_opened_by_form check (opened_by ~ '^[ -~]{1,200}$'),
  released_at timestamptz,
  released_by text constraint line_holds_released_by_form check (released_by ~ '^[ -~]{1,200}$'),
  constraint line_hold_once unique (report_id, reason, case_id),
  constraint line_holds_released check ((released_at is null) = (released_by is null) and released_at >= opened_at)
);
create index if not exists line_holds_open_idx on omla.line_holds (report_id) where released_at is null;
drop trigger if exists line_holds_release_only on omla.line_holds;
create trigger line_holds_release_only before update on omla.line_holds for each row
  execute function omla.refuse_change_except('released_at', 'released_by');
drop trigger if exists line_holds_no_delete on omla.line_holds;
create trigger line_holds_no_delete before delete on omla.line_holds for each row execute function omla.refuse_change();

select omla.protect('omla.line_holds');
drop policy if exists staff_all on omla.line_holds;
create policy staff_all on omla.line_holds to reviewer using (true) with check (true);
drop policy if exists staff_read on omla.line_holds;
create policy staff_read on omla.line_holds for select to payout using (true);
grant select on omla.line_holds to reviewer, payout;
grant insert, update (released_at, released_by) on omla.line_holds to service_role, reviewer;

-- Money can go back to the payer: a funded line is then open again, and so is a paid one whose payment the payer's bank took back.
create or replace function omla.usage_report_moves() returns trigger
language plpgsql
as $$
declare
  arrows constant jsonb := '{
    "submitted": ["funded", "paid", "disputed", "superseded", "rejected"],
    "disputed": ["submitted", "funded", "paid", "superseded", "rejected"],
    "funded": ["paid", "submitted", "disputed", "superseded", "rejected"],
    "paid": ["submitted", "disputed", "superseded"], "superseded": [], "rejected": []}';
begin
  if new.status <> old.status and not arrows -> old.status ? new.status then
    perform omla.refuse('STATUS_TRANSITION', format('a line cannot go from %s to %s', old.status, new.status), 409);
  end if;
  if new.status = 'paid' and old.status <> 'paid' and current_user <> 'omla_owner' and (current_user <> 'payout' or old.status <> 'funded') then
    perform omla.refuse('STATUS_TRANSITION', 'only a payout makes a line paid, and only a funded one', 403);
  end if;
  if old.status = 'paid' and new.status not in ('paid', 'superseded') and current_user <> 'omla_owner' then
    perform omla.refuse('STATUS_TRANSITION', 'a line is paid until its money is taken back', 403);
  end if;
  if old.disputed_at is not null and new.disputed_at is distinct from old.disputed_at then
    perform omla.refuse('IMMUTABLE', 'usage_reports.disputed_at is the first dispute and stays', 409);
  end if;
  return new;
end
$$;

-- What the ledger says of lines, in micro-dollars: `accrued` waits for distribution (negative: is to be taken back from wallets),
-- `distributed` is what payouts moved for the same model and quarter, earlier versions included.
create or replace function omla.line_standing(reports uuid[])
returns table (report_id uuid, model_id uuid, status text, owed numeric, paid numeric, accrued numeric, distributed numeric, disputed boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select r.id, r.model_id, r.status, (r.net_royalty_usd * 1000000)::numeric(38, 0), (coalesce(f.paid_usd, 0) * 1000000)::numeric(38, 0),
         coalesce(own.accrued, 0), coalesce(chain.distributed, 0),
         exists (select from omla.line_holds h where h.report_id = r.id and h.reason = 'dispute' and h.released_at is null)
    from omla.usage_reports r
    left join lateral (select sum(l.amount_usd) as paid_usd from omla.collection_allocations l where l.report_id = r.id) f on true
    left join lateral (select -sum(e.amount) as accrued from omla.ledger_entries e where e.account = 'accrued:' || r.id and e.currency = 'USD') own on true
    left join lateral (
      select sum(e.amount) as distributed from omla.usage_reports v
        join omla.ledger_entries e on e.account = 'accrued:' || v.id and e.currency = 'USD'
        join omla.ledger_txns t on t.id = e.txn_id and t.kind not like 'report.%'
       where v.reporter_id = r.reporter_id and v.quarter = r.quarter and v.model_id = r.model_id and v.live) chain on true
   where r.id = any (reports)
$$;

-- Moves lines to the status that their money and their disputes give them; gives those that moved.
create or replace function omla.settle_lines(reports uuid[]) returns table (report_id uuid, status text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update omla.usage_reports r set
    status = n.status,
    disputed_at = case when n.status = 'disputed' then coalesce(r.disputed_at, omla.now_seconds()) else r.disputed_at end,
    funded_at = case when n.status in ('funded', 'paid') then coalesce(r.funded_at, omla.now_seconds()) end,
    paid_at = case when n.status = 'paid' then coalesce(r.paid_at, omla.now_seconds()) else r.paid_at end
    from (
      select s.report_id, case when s.paid < s.owed then case when s.disputed then 'disputed' else 'submitted' end
                               when s.status = 'paid' or s.owed > 0 and s.distributed = s.owed and s.accrued = 0 then 'paid' else 'funded' end as status
        from omla.line_standing(reports) s) n
   where r.id = n.report_id and r.live and r.status not in ('superseded', 'rejected') and r.status <> n.status
  returning r.id, r.status
$$;
grant execute on function omla.line_standing(uuid[]) to service_role, reviewer, payout;
grant execute on function omla.settle_lines(uuid[]) to service_role, reviewer;
