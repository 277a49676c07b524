-- Payments as people see them; the ledger behind them comes with its own migrations.
create table if not exists omla.payments (
  id uuid constraint payments_pkey primary key default gen_random_uuid(),
  model_id uuid constraint payments_model_id_fkey references omla.models,
  wallet_id uuid not null constraint payments_wallet_id_fkey references omla.wallets,
  report_id uuid constraint payments_report_id_fkey references omla.usage_reports,
  quarter omla.quarter not null,
  amount_usd omla.usd not null,
  rail text constraint payments_rail_known check (rail in ('stripe', 'paypal', 'lightning', 'ach', 'sepa', 'wise', 'other')),
  status text not null default 'pending'
    constraint payments_status_known check (status in ('pending', 'processing', 'completed', 'failed', 'reversed', 'held')),
  settled_currency text constraint payments_settled_currency_fkey references omla.currency_registry,
  settled_amount numeric constraint payments_settled_amount_range check (settled_amount >= 0),
  fx_rate_used numeric constraint payments_fx_rate_range check (fx_rate_used > 0),
  route text constraint payments_route_known check (route in ('native', 'backup_with_fee', 'backup_direct')),
  fee_pct numeric constraint payments_fee_range check (fee_pct between 0 and 50),
  paid_at timestamptz,
  created_at timestamptz not null default omla.now_seconds()
);
create index if not exists payments_wallet_idx on omla.payments (wallet_id, created_at);
create index if not exists payments_report_idx on omla.payments (report_id) where report_id is not null;
create index if not exists payments_model_idx on omla.payments (model_id) where model_id is not null;
drop trigger if exists payments_immutable on omla.payments;
create trigger payments_immutable before update on omla.payments for each row
  execute function omla.refuse_change_except('status', 'paid_at', 'settled_currency', 'settled_amount', 'fx_rate_used', 'rail');
drop trigger if exists payments_no_delete on omla.payments;
create trigger payments_no_delete before delete on omla.payments for each row execute function omla.refuse_change();
