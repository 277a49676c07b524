-- Hosters: who serves a model, how much, and what that earned them.
create table if not exists omla.hoster_claims (
  id uuid constraint hoster_claims_pkey primary key default gen_random_uuid(),
  model_id uuid not null constraint hoster_claims_model_id_fkey references omla.models,
  hoster_pubkey omla.public_key not null,
  name text not null constraint hoster_claims_name_size check (length(name) between 1 and 200),
  wallet_id uuid not null constraint hoster_claims_wallet_id_fkey references omla.wallets,
  -- The literal of A section 6: the bytes "host:" + model_id.
  host_signature omla.signature not null,
  document_digest omla.sha256_hex not null constraint hoster_claims_document_digest_fkey references omla.documents,
  verified_at timestamptz,
  -- The key id of the model's key, or the board member.
  verified_by text,
  revoked_at timestamptz,
  created_at timestamptz not null default omla.now_seconds(),
  constraint hoster_claims_verified check ((verified_at is null) = (verified_by is null)),
  constraint hoster_claims_document_once unique (document_digest)
);
create unique index if not exists hoster_claim_exists on omla.hoster_claims (model_id, hoster_pubkey) where revoked_at is null;
create index if not exists hoster_claims_hoster_pubkey_idx on omla.hoster_claims (hoster_pubkey);

create table if not exists omla.hoster_volume_reports (
  claim_id uuid not null constraint hoster_volume_reports_claim_id_fkey references omla.hoster_claims,
  model_id uuid not null constraint hoster_volume_reports_model_id_fkey references omla.models,
  quarter omla.quarter not null,
  -- The highest revision counts.
  revision int not null constraint hoster_volume_reports_revision_range check (revision >= 1),
  inferences bigint not null constraint hoster_volume_reports_inferences_range check (inferences between 0 and 9007199254740991),
  document_digest omla.sha256_hex not null constraint hoster_volume_reports_document_digest_fkey references omla.documents,
  received_at timestamptz not null default omla.now_seconds(),
  constraint hoster_report_exists primary key (claim_id, quarter, revision)
);
create index if not exists hoster_volume_reports_model_idx on omla.hoster_volume_reports (model_id, quarter);
drop trigger if exists hoster_volume_reports_immutable on omla.hoster_volume_reports;
create trigger hoster_volume_reports_immutable before update or delete on omla.hoster_volume_reports for each row execute function omla.refuse_change();

-- What a line of a payout gave each claim: accrued while unverified (shown, not paid), by volume, or settled of what was owed.
create table if not exists omla.hoster_reimbursements (
  id uuid constraint hoster_reimbursements_pkey primary key default gen_random_uuid(),
  claim_id uuid not null constraint hoster_reimbursements_claim_id_fkey references omla.hoster_claims,
  model_id uuid not null constraint hoster_reimbursements_model_id_fkey references omla.models,
  report_id uuid not null constraint hoster_reimbursements_report_id_fkey references omla.usage_reports,
  quarter omla.quarter not null,
  kind text not null constraint hoster_reimbursements_kind_known check (kind in ('accrued', 'volume', 'settled')),
  amount_usd omla.usd not null,
  created_at timestamptz not null default omla.now_seconds(),
  constraint hoster_reimbursement_exists unique (report_id, claim_id, kind)
);
create index if not exists hoster_reimbursements_claim_idx on omla.hoster_reimbursements (claim_id, quarter);
create index if not exists hoster_reimbursements_model_idx on omla.hoster_reimbursements (model_id, quarter);
drop trigger if exists hoster_reimbursements_immutable on omla.hoster_reimbursements;
create trigger hoster_reimbursements_immutable before update or delete on omla.hoster_reimbursements for each row execute function omla.refuse_change();
