-- Payments with what the rail kept, why they wait, and of which kind they are; new columns stand behind the ones that were there.
create or replace view public.payments with (security_invoker = true) as
  select id, model_id, wallet_id, report_id, quarter::text, amount_usd::numeric(18, 6), rail, status, settled_currency, settled_amount, fx_rate_used,
         route, fee_pct, paid_at, created_at, kind, held_reason, rail_fee, transfer_id
    from omla.payments;
