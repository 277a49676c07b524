-- Audits: somebody who is paid through a line asks for its evidence; unanswered after 14 days the line is disputed and held.
create table if not exists omla.usage_audits (
  id uuid constraint usage_audits_pkey primary key default gen_random_uuid(),
  report_id uuid not null constraint usage_audits_report_id_fkey references omla.usage_reports,
  party_kind text not null constraint usage_audits_party_kind_known check (party_kind in ('creator', 'hoster', 'board')),
  party text not null constraint usage_audits_party_form check (party ~ '^[ -~]{1,200}$'),
  status text not null default 'requested'
    constraint usage_audits_status_known check (status in ('requested', 'answered', 'overdue', 'compelled', 'waived', 'upheld', 'dismissed')),
  requested_at timestamptz not null default omla.now_seconds(),
  answer_by timestamptz not null,
  answered_at timestamptz,
  overdue_at timestamptz,
  closed_at timestamptz,
  closed_by text constraint usage_audits_closed_by_form check (closed_by ~ '^[ -~]{1,200}$'),
  -- The line with the figures that the board found.
  result_report_id uuid constraint usage_audits_result_report_id_fkey references omla.usage_reports,
  -- One audit per line and party, for good.
  constraint usage_audit_once unique (report_id, party),
  constraint usage_audits_times check (answer_by > requested_at),
  constraint usage_audits_closed check ((status in ('waived', 'upheld', 'dismissed')) = (closed_at is not null) and (closed_at is null) = (closed_by is null)),
  constraint usage_audits_result check (result_report_id is null or status = 'upheld')
);
create index if not exists usage_audits_waiting_idx on omla.usage_audits (answer_by) where status in ('requested', 'compelled');
create index if not exists usage_audits_report_idx on omla.usage_audits (report_id);
create index if not exists usage_audits_party_idx on omla.usage_audits (party, requested_at);
create index if not exists usage_audits_result_idx on omla.usage_audits (result_report_id) where result_report_id is not null;

create table if not exists omla.usage_audit_private (
  audit_id uuid constraint usage_audit_private_pkey primary key constraint usage_audit_private_audit_id_fkey references omla.usage_audits,
  description text not null constraint usage_audit_private_description_size check (length(description) between 1 and 20000),
  answer text constraint usage_audit_private_answer_size check (length(answer) between 1 and 20000),
  resolution text constraint usage_audit_private_resolution_size check (length(resolution) between 1 and 20000)
);

drop trigger if exists usage_audits_end_once on omla.usage_audits;
create trigger usage_audits_end_once before update on omla.usage_audits for each row execute function omla.case_ends_once();
drop trigger if exists usage_audits_immutable on omla.usage_audits;
create trigger usage_audits_immutable before update on omla.usage_audits for each row
  execute function omla.refuse_change_except('status', 'answer_by', 'answered_at', 'overdue_at', 'closed_at', 'closed_by', 'result_report_id');
drop trigger if exists usage_audits_no_delete on omla.usage_audits;
create trigger usage_audits_no_delete before delete on omla.usage_audits for each row execute function omla.refuse_change();

select omla.protect('omla.usage_audits', 'omla.usage_audit_private');
grant insert, update (status, answer_by, answered_at, overdue_at, closed_at, closed_by, result_report_id) on omla.usage_audits to service_role;
grant insert, update (description, answer, resolution) on omla.usage_audit_private to service_role;
do $$
declare
  staff_table text;
begin
  foreach staff_table in array array['usage_audits', 'usage_audit_private'] loop
    execute format('drop policy if exists staff_read on omla.%I', staff_table);
    execute format('create policy staff_read on omla.%I for select to reviewer using (true)', staff_table);
    execute format('grant select on omla.%I to reviewer', staff_table);
  end loop;
end
$$;
