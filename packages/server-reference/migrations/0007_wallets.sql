-- Where money goes. The primary wallet's address encodes its model's id; another wallet has its own owner's key.
create table if not exists omla.wallets (
  id uuid constraint wallets_pkey primary key default gen_random_uuid(),
  model_id uuid constraint wallets_model_id_fkey references omla.models,
  address omla.address not null constraint wallets_address_unique unique,
  rail text constraint wallets_rail_known check (rail in ('stripe', 'paypal', 'lightning', 'ach', 'sepa', 'wise', 'other')),
  is_primary boolean not null default false,
  owner_pubkey omla.public_key,
  label text constraint wallets_label_size check (length(label) <= 200),
  -- The signature and nonce of the mutation that set the rail (R G2).
  update_signature omla.signature,
  update_nonce bigint not null default 0 constraint wallets_update_nonce_range check (update_nonce between 0 and 9007199254740991),
  -- Payouts wait seven days after a change.
  rail_changed_at timestamptz,
  created_at timestamptz not null default omla.now_seconds(),
  constraint wallets_owner check (is_primary = (owner_pubkey is null) and (not is_primary or model_id is not null)),
  constraint wallets_primary_address check (not is_primary or address = omla.address_of(model_id))
);
create unique index if not exists wallets_one_primary on omla.wallets (model_id) where is_primary;
create index if not exists wallets_model_id_idx on omla.wallets (model_id);
create index if not exists wallets_owner_pubkey_idx on omla.wallets (owner_pubkey) where owner_pubkey is not null;

drop trigger if exists wallets_immutable on omla.wallets;
create trigger wallets_immutable before update on omla.wallets for each row
  execute function omla.refuse_change_except('rail', 'update_signature', 'update_nonce', 'rail_changed_at');
drop trigger if exists wallets_no_delete on omla.wallets;
create trigger wallets_no_delete before delete on omla.wallets for each row execute function omla.refuse_change();

create table if not exists omla.wallet_private (
  wallet_id uuid constraint wallet_private_pkey primary key constraint wallet_private_wallet_id_fkey references omla.wallets,
  rail_identifier text not null constraint wallet_private_rail_identifier_size check (length(rail_identifier) between 1 and 500)
);
