-- A submission is what a company files for a quarter; its lines are the seeds' usage_reports, one per model.
create or replace function omla.due_at(quarter text, filed_at timestamptz) returns timestamptz
language sql immutable parallel safe
as $$ select (greatest(omla.quarter_end(quarter), filed_at) at time zone 'UTC' + interval '30 days') at time zone 'UTC' $$;

-- The royalty of one line: {royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd}, rounded half up to a micro.
create or replace function omla.royalty_of(rate numeric, revenue_usd numeric, run_cost_usd numeric, weight numeric default 1, routing_fees_usd numeric default 0,
  out royalty_basis text, out royalty_usd numeric, out deducted_fees_usd numeric, out net_royalty_usd numeric)
language sql immutable parallel safe
as $$
  select case when revenue_usd >= run_cost_usd then 'revenue' else 'run_cost' end, royalty,
         deducted, royalty - deducted
    from (select round(rate * greatest(revenue_usd, run_cost_usd) * weight, 6) as royalty) r,
         lateral (select least(routing_fees_usd, div(royalty * 1000000, 10) * 0.000001) as deducted) d
$$;
grant execute on function omla.due_at(text, timestamptz), omla.royalty_of(numeric, numeric, numeric, numeric, numeric) to public;

create table if not exists omla.submissions (
  id uuid constraint submissions_pkey primary key default gen_random_uuid(),
  reporter_id uuid not null constraint submissions_reporter_id_fkey references omla.commercial_users,
  quarter omla.quarter not null,
  version int not null constraint submissions_version_range check (version >= 1),
  final boolean not null default false,
  -- False: filed with a test key, on the ledger that never pays.
  live boolean not null,
  lineage_policy text not null constraint submissions_lineage_policy_known check (lineage_policy in ('sequential', 'declared')),
  -- SHA-256 of the canonical report, so that the same content is recognised.
  content_sha256 omla.sha256_hex not null,
  -- The report as it was sent, canonical.
  content text not null constraint submissions_content_size check (octet_length(content) <= 1048576),
  filed_at timestamptz not null default omla.now_seconds(),
  -- When the first version of this quarter was filed: deadlines count from there.
  first_filed_at timestamptz not null,
  due_at timestamptz not null generated always as (omla.due_at(quarter, first_filed_at)) stored,
  constraint report_exists unique (reporter_id, quarter, live, version),
  constraint submissions_line_key unique (id, reporter_id, quarter, live, first_filed_at),
  constraint submissions_first_filed check (first_filed_at <= filed_at),
  constraint quarter_not_begun check (filed_at >= omla.quarter_start(quarter))
);
create index if not exists submissions_quarter_idx on omla.submissions (quarter) where live;
drop trigger if exists submissions_immutable on omla.submissions;
create trigger submissions_immutable before update or delete on omla.submissions for each row execute function omla.refuse_change();

create table if not exists omla.usage_reports (
  id uuid constraint usage_reports_pkey primary key default gen_random_uuid(),
  submission_id uuid not null,
  reporter_id uuid not null constraint usage_reports_reporter_id_fkey references omla.commercial_users,
  model_id uuid not null constraint usage_reports_model_id_fkey references omla.models,
  quarter omla.quarter not null,
  live boolean not null,
  filed_at timestamptz not null,
  -- Where the line stood in what was sent: entries[0], entries[1].models[2].
  entry text not null constraint usage_reports_entry_form check (entry ~ '^entries\[[0-9]{1,6}\](\.models\[[0-9]{1,6}\])?$'),
  pipeline text constraint usage_reports_pipeline_size check (length(pipeline) between 1 and 200),
  inferences bigint not null constraint usage_reports_inferences_range check (inferences between 0 and 9007199254740991),
  revenue_usd omla.usd not null,
  run_cost_usd omla.usd not null,
  weight numeric not null default 1 constraint usage_reports_weight_range check (weight between 0 and 1 and scale(trim_scale(weight)) <= 6),
  rate numeric not null constraint usage_reports_rate_range check (rate between 0 and 1 and scale(trim_scale(rate)) <= 6),
  royalty_basis text not null constraint usage_reports_royalty_basis_known check (royalty_basis in ('revenue', 'run_cost')),
  royalty_usd omla.usd not null,
  deducted_fees_usd omla.usd not null default 0,
  net_royalty_usd omla.usd not null,
  -- In force at the end of the quarter, pinned: whenever the payout runs, it uses these.
  hoster_share_pct numeric not null constraint usage_reports_hoster_share_range check (hoster_share_pct between 0 and 50),
  license_version text not null,
  terms_sha256 omla.sha256_hex not null,
  status text not null default 'submitted'
    constraint usage_reports_status_known check (status in ('submitted', 'funded', 'paid', 'disputed', 'superseded', 'rejected')),
  -- The line's first dispute; later ones do not renew it.
  disputed_at timestamptz,
  funded_at timestamptz,
  paid_at timestamptz,
  created_at timestamptz not null default omla.now_seconds(),
  constraint usage_reports_submission_fkey foreign key (submission_id, reporter_id, quarter, live, filed_at)
    references omla.submissions (id, reporter_id, quarter, live, first_filed_at),
  constraint report_model_duplicate unique (submission_id, model_id),
  constraint royalty_mismatch check (
    royalty_usd = round(rate * greatest(revenue_usd, run_cost_usd) * weight, 6)
    and royalty_basis = case when revenue_usd >= run_cost_usd then 'revenue' else 'run_cost' end
    and deducted_fees_usd * 10 <= royalty_usd and net_royalty_usd = royalty_usd - deducted_fees_usd)
);
create index if not exists usage_reports_reporter_idx on omla.usage_reports (reporter_id, quarter);
create index if not exists usage_reports_model_idx on omla.usage_reports (model_id, quarter);
create index if not exists usage_reports_status_idx on omla.usage_reports (status, quarter) where live and status in ('submitted', 'funded', 'disputed');

-- Figures are written once; only the status moves, and only along these arrows.
create or replace function omla.usage_report_moves() returns trigger
language plpgsql
as $$
declare
  arrows constant jsonb := '{
    "submitted": ["funded", "disputed", "superseded", "rejected"],
    "disputed": ["submitted", "funded", "superseded", "rejected"],
    "funded": ["paid", "disputed", "superseded", "rejected"],
    "paid": ["superseded"], "superseded": [], "rejected": []}';
begin
  if new.status <> old.status and not arrows -> old.status ? new.status then
    perform omla.refuse('STATUS_TRANSITION', format('a line cannot go from %s to %s', old.status, new.status), 409);
  end if;
  if new.status = 'paid' and old.status <> 'paid' and current_user not in ('payout', 'omla_owner') then
    perform omla.refuse('STATUS_TRANSITION', 'only a payout makes a line paid', 403);
  end if;
  if old.disputed_at is not null and new.disputed_at is distinct from old.disputed_at then
    perform omla.refuse('IMMUTABLE', 'usage_reports.disputed_at is the first dispute and stays', 409);
  end if;
  return new;
end
$$;
drop trigger if exists usage_reports_immutable on omla.usage_reports;
create trigger usage_reports_immutable before update on omla.usage_reports for each row
  execute function omla.refuse_change_except('status', 'disputed_at', 'funded_at', 'paid_at');
drop trigger if exists usage_reports_moves on omla.usage_reports;
create trigger usage_reports_moves before update on omla.usage_reports for each row execute function omla.usage_report_moves();
drop trigger if exists usage_reports_no_delete on omla.usage_reports;
create trigger usage_reports_no_delete before delete on omla.usage_reports for each row execute function omla.refuse_change();
