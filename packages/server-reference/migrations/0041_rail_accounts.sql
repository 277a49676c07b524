-- Which rails a wallet's owner enabled beside the primary one, and the accounts that the registry opened for payees.

-- One row for each rail that a signed wallet-rail change enabled; a primary rail that came with the registration has none.
create table if not exists omla.wallet_rails (
  wallet_id uuid not null constraint wallet_rails_wallet_id_fkey references omla.wallets,
  rail text not null constraint wallet_rails_rail_known check (rail in ('stripe', 'paypal', 'lightning', 'ach', 'sepa', 'wise', 'other')),
  -- The change that chose it: an account belongs to one choice.
  nonce bigint not null constraint wallet_rails_nonce_range check (nonce between 0 and 9007199254740991),
  enabled_at timestamptz not null,
  constraint wallet_rails_pkey primary key (wallet_id, rail)
);

-- What the wallet is known by there, beside wallet_private, which has the primary rail's.
create table if not exists omla.wallet_rail_private (
  wallet_id uuid not null,
  rail text not null,
  rail_identifier text not null constraint wallet_rail_private_rail_identifier_size check (length(rail_identifier) between 1 and 500),
  constraint wallet_rail_private_pkey primary key (wallet_id, rail),
  constraint wallet_rail_private_wallet_rail_fkey foreign key (wallet_id, rail) references omla.wallet_rails
);

-- The payee's questions are answered at the rail; here are an id and whether the rail would pay.
create table if not exists omla.rail_accounts (
  id uuid constraint rail_accounts_pkey primary key default gen_random_uuid(),
  wallet_id uuid not null constraint rail_accounts_wallet_id_fkey references omla.wallets,
  rail text not null constraint rail_accounts_rail_known check (rail in ('stripe')),
  choice bigint not null constraint rail_accounts_choice_range check (choice between 0 and 9007199254740991),
  account_id text not null constraint rail_accounts_account_id_form check (account_id ~ '^[!-~]{1,200}$'),
  is_ready boolean not null default false,
  -- When the rail said so: an older word does not undo a newer one.
  told_at timestamptz,
  opened_at timestamptz not null default omla.now_seconds(),
  constraint rail_account_once unique (wallet_id, rail, choice),
  constraint rail_account_id_once unique (rail, account_id)
);
drop trigger if exists rail_accounts_immutable on omla.rail_accounts;
create trigger rail_accounts_immutable before update on omla.rail_accounts for each row execute function omla.refuse_change_except('is_ready', 'told_at');
drop trigger if exists rail_accounts_no_delete on omla.rail_accounts;
create trigger rail_accounts_no_delete before delete on omla.rail_accounts for each row execute function omla.refuse_change();

select omla.protect('omla.wallet_rails', 'omla.wallet_rail_private', 'omla.rail_accounts');
grant insert, update (is_ready, told_at) on omla.rail_accounts to service_role;

-- Every rail over which a wallet can be paid. What the owner's signature names goes before the account that the registry opened;
-- without either the destination is null. changed_at: since when the way is another one; null for what stands since the registration.
create or replace view omla.payable_rails as
  select c.wallet_id, c.rail, c.is_primary, c.choice, c.enabled_at,
         greatest(c.changed_at, case when c.identifier !~ '^acct_' is not false then a.opened_at end) as changed_at,
         case when c.rail = 'stripe' and c.identifier !~ '^acct_' is not false then a.account_id else c.identifier end as destination,
         case when c.rail = 'stripe' and c.identifier !~ '^acct_' is not false then coalesce(a.is_ready, false) else c.identifier is not null end as ready
    from (
      select w.id as wallet_id, w.rail, true as is_primary, coalesce(r.nonce, 0) as choice, p.rail_identifier as identifier,
             coalesce(r.enabled_at, w.rail_changed_at, w.created_at) as enabled_at, w.rail_changed_at as changed_at
        from omla.wallets w
        left join omla.wallet_private p on p.wallet_id = w.id
        left join omla.wallet_rails r on r.wallet_id = w.id and r.rail = w.rail
       where w.rail is not null
      union all
      select r.wallet_id, r.rail, false, r.nonce, p.rail_identifier, r.enabled_at, r.enabled_at
        from omla.wallet_rails r
        join omla.wallets w on w.id = r.wallet_id and w.rail is distinct from r.rail
        left join omla.wallet_rail_private p on p.wallet_id = r.wallet_id and p.rail = r.rail
    ) c
    left join omla.rail_accounts a on a.wallet_id = c.wallet_id and a.rail = c.rail and a.choice = c.choice;
alter view omla.payable_rails owner to omla_owner;
grant select on omla.payable_rails to service_role, payout;
