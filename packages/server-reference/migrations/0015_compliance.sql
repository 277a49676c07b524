-- The standing of each model and company, and the complaints about them.
create table if not exists omla.compliance_state (
  id uuid constraint compliance_state_pkey primary key,
  subject_kind text not null constraint compliance_state_subject_kind_known check (subject_kind in ('model', 'commercial_user')),
  model_id uuid generated always as (case subject_kind when 'model' then id end) stored constraint compliance_state_model_id_fkey references omla.models,
  commercial_user_id uuid generated always as (case subject_kind when 'commercial_user' then id end) stored
    constraint compliance_state_commercial_user_id_fkey references omla.commercial_users,
  state text not null default 'REGISTERED'
    constraint compliance_state_state_known check (state in ('REGISTERED', 'REPORTING', 'COMPLIANT', 'UNDER_REVIEW', 'DELINQUENT', 'BLACKLISTED')),
  -- Set exactly while under review, and never UNDER_REVIEW itself.
  previous_state text
    constraint compliance_state_previous_state_known check (previous_state in ('REGISTERED', 'REPORTING', 'COMPLIANT', 'DELINQUENT', 'BLACKLISTED')),
  state_since timestamptz not null default omla.now_seconds(),
  last_report_at timestamptz,
  -- When the base state became BLACKLISTED; the reason and the case number go to the published list.
  blacklisted_at timestamptz,
  reason text constraint compliance_state_reason_known check (reason in ('DELINQUENT_90D', 'FALSE_REPORT', 'SPLIT_FRAUD', 'SILENT_FEE', 'COURT_ORDER', 'OTHER')),
  case_ref text constraint compliance_state_case_ref_form check (case_ref ~ '^C-[0-9]{4}-[0-9]{4,}$'),
  -- When the subject was told of its blacklisting: it is published 14 days later at the earliest.
  told_at timestamptz,
  enforce text not null default 'deny' constraint compliance_state_enforce_known check (enforce in ('deny', 'warn', 'suspended')),
  constraint compliance_state_review check ((state = 'UNDER_REVIEW') = (previous_state is not null)),
  constraint compliance_state_blacklisted check ((coalesce(previous_state, state) = 'BLACKLISTED') = (blacklisted_at is not null and reason is not null and case_ref is not null))
);
create unique index if not exists compliance_state_model_id_idx on omla.compliance_state (model_id) where model_id is not null;
create unique index if not exists compliance_state_commercial_user_id_idx on omla.compliance_state (commercial_user_id) where commercial_user_id is not null;
create index if not exists compliance_state_blacklisted_idx on omla.compliance_state (blacklisted_at) where blacklisted_at is not null;
create sequence if not exists omla.case_numbers;

-- Every model and every company has a standing from its first moment.
create or replace function omla.open_compliance_state() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into omla.compliance_state (id, subject_kind) values (new.id, tg_argv[0]);
  return null;
end
$$;
drop trigger if exists models_open_compliance_state on omla.models;
create trigger models_open_compliance_state after insert on omla.models for each row execute function omla.open_compliance_state('model');
drop trigger if exists commercial_users_open_compliance_state on omla.commercial_users;
create trigger commercial_users_open_compliance_state after insert on omla.commercial_users for each row execute function omla.open_compliance_state('commercial_user');

create table if not exists omla.complaints (
  id uuid constraint complaints_pkey primary key default gen_random_uuid(),
  -- Known to the complainant only: it answers for the state of the complaint.
  receipt text not null constraint complaints_receipt_unique unique constraint complaints_receipt_form check (receipt ~ '^[0-9A-Z-]{8,40}$'),
  model_id uuid constraint complaints_model_id_fkey references omla.models,
  commercial_user_id uuid constraint complaints_commercial_user_id_fkey references omla.commercial_users,
  reason text not null constraint complaints_reason_known check (reason in ('FALSE_REPORT', 'SPLIT_FRAUD', 'SILENT_FEE', 'OWNERSHIP', 'APPEAL', 'OTHER')),
  status text not null default 'open' constraint complaints_status_known check (status in ('open', 'resolved', 'dismissed', 'upheld', 'lapsed')),
  created_at timestamptz not null default omla.now_seconds(),
  -- When the holder was told: within 24 hours.
  notified_at timestamptz,
  closed_at timestamptz,
  constraint complaints_one_target check (num_nonnulls(model_id, commercial_user_id) = 1),
  constraint complaints_closed check ((status = 'open') = (closed_at is null))
);
create index if not exists complaints_model_id_idx on omla.complaints (model_id) where model_id is not null;
create index if not exists complaints_commercial_user_id_idx on omla.complaints (commercial_user_id) where commercial_user_id is not null;
create index if not exists complaints_to_notify_idx on omla.complaints (created_at) where notified_at is null;
create index if not exists complaints_open_idx on omla.complaints (created_at) where status = 'open';
drop trigger if exists complaints_immutable on omla.complaints;
create trigger complaints_immutable before update on omla.complaints for each row
  execute function omla.refuse_change_except('status', 'notified_at', 'closed_at');

create table if not exists omla.complaint_private (
  complaint_id uuid constraint complaint_private_pkey primary key constraint complaint_private_complaint_id_fkey references omla.complaints,
  complainant_email text constraint complaint_private_email_form check (complainant_email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,255}$'),
  description text not null constraint complaint_private_description_size check (length(description) between 1 and 20000),
  evidence jsonb not null default '[]' constraint complaint_private_evidence_size check (octet_length(evidence::text) <= 1048576),
  resolution text
);
