-- Usage disputes, and the evidence of disputes and audits. What people wrote and sent stands in tables of its own, so that it can be erased;
-- the hashes of evidence stand in the audit log.
create table if not exists omla.usage_disputes (
  id uuid constraint usage_disputes_pkey primary key default gen_random_uuid(),
  report_id uuid not null constraint usage_disputes_report_id_fkey references omla.usage_reports,
  party_kind text not null constraint usage_disputes_party_kind_known check (party_kind in ('company', 'creator', 'hoster')),
  -- The company's id, or the key that signed in.
  party text not null constraint usage_disputes_party_form check (party ~ '^[ -~]{1,200}$'),
  proposed_revenue_usd omla.usd,
  proposed_cost_usd omla.usd,
  proposed_inferences bigint constraint usage_disputes_proposed_inferences_range check (proposed_inferences between 0 and 9007199254740991),
  status text not null default 'open' constraint usage_disputes_status_known check (status in ('open', 'accepted', 'rejected', 'withdrawn')),
  opened_at timestamptz not null default omla.now_seconds(),
  closed_at timestamptz,
  -- A board member, or the party that withdrew.
  closed_by text constraint usage_disputes_closed_by_form check (closed_by ~ '^[ -~]{1,200}$'),
  -- The line with the accepted figures.
  result_report_id uuid constraint usage_disputes_result_report_id_fkey references omla.usage_reports,
  -- One dispute per line and party, for good: whoever was heard is heard again only about another version of the line.
  constraint usage_dispute_once unique (report_id, party),
  constraint usage_disputes_closed check ((status = 'open') = (closed_at is null) and (closed_at is null) = (closed_by is null)),
  constraint usage_disputes_result check (result_report_id is null or status = 'accepted')
);
create index if not exists usage_disputes_open_idx on omla.usage_disputes (opened_at) where status = 'open';
create index if not exists usage_disputes_party_idx on omla.usage_disputes (party, opened_at);
create index if not exists usage_disputes_result_idx on omla.usage_disputes (result_report_id) where result_report_id is not null;

create table if not exists omla.usage_dispute_private (
  dispute_id uuid constraint usage_dispute_private_pkey primary key constraint usage_dispute_private_dispute_id_fkey references omla.usage_disputes,
  description text not null constraint usage_dispute_private_description_size check (length(description) between 1 and 20000),
  resolution text constraint usage_dispute_private_resolution_size check (length(resolution) between 1 and 20000)
);

-- An end is an end.
create or replace function omla.case_ends_once() returns trigger
language plpgsql
as $$
begin
  if old.closed_at is not null then
    perform omla.refuse('CASE_CLOSED', format('this case is %s', old.status), 409);
  end if;
  return new;
end
$$;
drop trigger if exists usage_disputes_end_once on omla.usage_disputes;
create trigger usage_disputes_end_once before update on omla.usage_disputes for each row execute function omla.case_ends_once();
drop trigger if exists usage_disputes_immutable on omla.usage_disputes;
create trigger usage_disputes_immutable before update on omla.usage_disputes for each row
  execute function omla.refuse_change_except('status', 'closed_at', 'closed_by', 'result_report_id');
drop trigger if exists usage_disputes_no_delete on omla.usage_disputes;
create trigger usage_disputes_no_delete before delete on omla.usage_disputes for each row execute function omla.refuse_change();

create table if not exists omla.case_evidence (
  id uuid constraint case_evidence_pkey primary key default gen_random_uuid(),
  case_kind text not null constraint case_evidence_case_kind_known check (case_kind in ('dispute', 'audit')),
  case_id uuid not null,
  position int not null constraint case_evidence_position_range check (position between 0 and 99),
  media_type text not null constraint case_evidence_media_type_known
    check (media_type in ('application/pdf', 'image/png', 'image/jpeg', 'text/csv', 'application/json', 'text/plain')),
  size int not null constraint case_evidence_size_range check (size between 1 and 16777216),
  sha256 omla.sha256_hex not null,
  party text not null constraint case_evidence_party_form check (party ~ '^[ -~]{1,200}$'),
  received_at timestamptz not null default omla.now_seconds(),
  constraint case_evidence_position_once unique (case_kind, case_id, position)
);
drop trigger if exists case_evidence_immutable on omla.case_evidence;
create trigger case_evidence_immutable before update or delete on omla.case_evidence for each row execute function omla.refuse_change();

create table if not exists omla.case_evidence_private (
  evidence_id uuid constraint case_evidence_private_pkey primary key constraint case_evidence_private_evidence_id_fkey references omla.case_evidence,
  name text not null constraint case_evidence_private_name_size check (length(name) between 1 and 200),
  content bytea not null
);

select omla.protect('omla.usage_disputes', 'omla.usage_dispute_private', 'omla.case_evidence', 'omla.case_evidence_private');
grant insert, update (status, closed_at, closed_by, result_report_id) on omla.usage_disputes to service_role;
grant insert, update (description, resolution) on omla.usage_dispute_private to service_role;
grant insert on omla.case_evidence to service_role;
grant insert, delete on omla.case_evidence_private to service_role;
do $$
declare
  staff_table text;
begin
  foreach staff_table in array array['usage_disputes', 'usage_dispute_private', 'case_evidence', 'case_evidence_private'] loop
    execute format('drop policy if exists staff_read on omla.%I', staff_table);
    execute format('create policy staff_read on omla.%I for select to reviewer using (true)', staff_table);
    execute format('grant select on omla.%I to reviewer', staff_table);
  end loop;
end
$$;

-- A dispute that is opened again about a later version of a line does not renew the first date: 90 days are counted once.
create or replace function omla.first_dispute(report uuid) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select min(v.disputed_at) from omla.usage_reports r
    join omla.usage_reports v on v.reporter_id = r.reporter_id and v.quarter = r.quarter and v.model_id = r.model_id and v.live = r.live
   where r.id = report
$$;
grant execute on function omla.first_dispute(uuid) to service_role;
