-- How a model's own share is divided, in the declared order. A model without splits gives it to its primary wallet.
create table if not exists omla.contribution_splits (
  id uuid constraint contribution_splits_pkey primary key default gen_random_uuid(),
  model_id uuid not null constraint contribution_splits_model_id_fkey references omla.models,
  recipient text not null constraint contribution_splits_recipient_size check (length(recipient) between 1 and 200),
  recipient_wallet_id uuid not null constraint contribution_splits_recipient_wallet_id_fkey references omla.wallets,
  percentage numeric not null constraint split_range check (percentage > 0 and percentage <= 100 and scale(trim_scale(percentage)) <= 6),
  position int not null constraint contribution_splits_position_range check (position >= 0),
  effective_from timestamptz not null,
  effective_until timestamptz,
  document_digest omla.sha256_hex not null constraint contribution_splits_document_digest_fkey references omla.documents,
  update_signature omla.signature not null,
  update_nonce bigint not null,
  constraint contribution_splits_dates check (effective_until >= effective_from)
);
create unique index if not exists contribution_splits_position_once on omla.contribution_splits (model_id, position) where effective_until is null;
create unique index if not exists split_duplicate on omla.contribution_splits (model_id, recipient_wallet_id) where effective_until is null;
create index if not exists contribution_splits_model_idx on omla.contribution_splits (model_id, position);
create index if not exists contribution_splits_wallet_idx on omla.contribution_splits (recipient_wallet_id);

drop trigger if exists contribution_splits_close_only on omla.contribution_splits;
create trigger contribution_splits_close_only before update or delete on omla.contribution_splits for each row execute function omla.close_only();
