-- What /rest/v1 shows: views of the caller's own rights. A private column comes from a table of its own,
-- whose policies give strangers no row, so that it reads as null for them.
drop view if exists public.models, public.model_metadata, public.model_files, public.model_locations, public.lineage_edges, public.wallets,
  public.contribution_splits, public.commercial_users, public.submissions, public.usage_reports, public.payments, public.compliance_state,
  public.complaints, public.audit_log, public.hoster_claims, public.hoster_volume_reports, public.hoster_reimbursements,
  public.currency_registry, public.creator_currency_prefs, public.remitter_currencies, public.remitter_conversion_fees,
  public.asset_kinds, public.royalty_rates, public.documents, public.key_rotations;

create view public.models with (security_invoker = true) as
  select m.id, m.name, m.description, m.domain, m.asset_kind, m.license_version, m.ed25519_pubkey::text, m.recovery_pubkey::text, m.model_hash::text,
         m.is_active, coalesce(h.hoster_share_pct, 0) as hoster_share_pct, k.new_pubkey::text as pubkey_rotation_pending, m.update_nonce,
         m.document_digest::text, p.creator_email, m.created_at
    from omla.models m
    left join omla.hoster_shares h on h.model_id = m.id and h.effective_until is null
    left join omla.key_rotations k on k.model_id = m.id and k.challenged_at is null and k.completed_at is null
    left join omla.model_private p on p.model_id = m.id;

create view public.model_metadata with (security_invoker = true) as select model_id, key, value, updated_at from omla.model_metadata;

create view public.model_files with (security_invoker = true) as
  select model_id, position, path, sha256::text, size, effective_from from omla.model_files where effective_until is null;

create view public.model_locations with (security_invoker = true) as
  select model_id, position, url, verified_at, effective_from from omla.model_locations where effective_until is null;

create view public.wallets with (security_invoker = true) as
  select w.id, w.model_id, w.address::text, w.rail, p.rail_identifier, w.is_primary, w.owner_pubkey::text, w.label,
         w.update_signature::text, w.update_nonce, w.rail_changed_at, w.created_at
    from omla.wallets w left join omla.wallet_private p on p.wallet_id = w.id;

-- The edges in force; rpc lineage_graph takes a date.
create view public.lineage_edges with (security_invoker = true) as
  select id, parent_id, child_id, parent_ref, relationship, contribution_weight, position, effective_from, update_signature::text, update_nonce,
         document_digest::text
    from omla.lineage_edges where effective_until is null;

-- All splits with their dates, as the seeds show them: those in force have no effective_until.
create view public.contribution_splits with (security_invoker = true) as
  select id, model_id, recipient, recipient_wallet_id, percentage, position, effective_from, effective_until, update_signature::text, update_nonce,
         document_digest::text
    from omla.contribution_splits;

-- The hash of a key is never shown: keys stand in a table of their own.
create view public.commercial_users with (security_invoker = true) as
  select c.id, c.company_name, p.contact_email, null::text as api_key_hash, c.domains, c.owner_pubkey::text, c.reporting_from::text,
         c.reporting_until::text, c.is_active, c.created_at
    from omla.commercial_users c left join omla.commercial_user_private p on p.company_id = c.id;

create view public.submissions with (security_invoker = true) as
  select id, reporter_id, quarter::text, version, final, live, lineage_policy, content_sha256::text, filed_at, first_filed_at, due_at from omla.submissions;

create view public.usage_reports with (security_invoker = true) as
  select id, submission_id, model_id, reporter_id, quarter::text, live, filed_at, entry, pipeline, inferences, revenue_usd::numeric(18, 6),
         run_cost_usd::numeric(18, 6), weight, rate, royalty_basis, royalty_usd::numeric(18, 6), royalty_usd::numeric(18, 6) as royalty_amount,
         deducted_fees_usd::numeric(18, 6), net_royalty_usd::numeric(18, 6), hoster_share_pct, license_version, terms_sha256::text, status,
         disputed_at, funded_at, paid_at, created_at
    from omla.usage_reports;

create view public.payments with (security_invoker = true) as
  select id, model_id, wallet_id, report_id, quarter::text, amount_usd::numeric(18, 6), rail, status, settled_currency, settled_amount, fx_rate_used,
         route, fee_pct, paid_at, created_at
    from omla.payments;

create view public.compliance_state with (security_invoker = true) as
  select id, subject_kind, model_id, commercial_user_id, state, previous_state, state_since, last_report_at, blacklisted_at, reason, case_ref, enforce
    from omla.compliance_state;

create view public.complaints with (security_invoker = true) as
  select c.id, c.model_id, c.commercial_user_id, c.reason, c.status, p.complainant_email, p.description, p.evidence, p.resolution,
         c.created_at, c.notified_at, c.closed_at
    from omla.complaints c left join omla.complaint_private p on p.complaint_id = c.id;

create view public.audit_log with (security_invoker = true) as
  select l.seq as id, l.at, l.entity, l.entity_id, l.action, l.actor, d.detail::jsonb -> 'before' as before_state, d.detail::jsonb -> 'after' as after_state,
         encode(l.detail_sha256, 'hex') as detail_sha256, encode(l.prev_hash, 'hex') as prev_hash, encode(l.hash, 'hex') as hash
    from omla.audit_log l left join omla.audit_details d on d.seq = l.seq;

create view public.hoster_claims with (security_invoker = true) as
  select id, model_id, hoster_pubkey::text, name, wallet_id, host_signature::text, verified_at, verified_by, revoked_at, created_at from omla.hoster_claims;

create view public.hoster_volume_reports with (security_invoker = true) as
  select claim_id, model_id, quarter::text, revision, inferences, received_at from omla.hoster_volume_reports;

create view public.hoster_reimbursements with (security_invoker = true) as
  select id, claim_id, model_id, report_id, quarter::text, kind, amount_usd::numeric(18, 6), created_at from omla.hoster_reimbursements;

create view public.currency_registry with (security_invoker = true) as select code, name, kind, scale, is_active from omla.currency_registry;

create view public.creator_currency_prefs with (security_invoker = true) as
  select model_id, position, code, is_backup, effective_from from omla.creator_currency_prefs where effective_until is null;

create view public.remitter_currencies with (security_invoker = true) as
  select remitter_kind, remitter_id, position, code, declared_at from omla.remitter_currencies;

create view public.remitter_conversion_fees with (security_invoker = true) as
  select remitter_kind, remitter_id, from_code, to_code, fee_pct, declared_at from omla.remitter_conversion_fees;

create view public.asset_kinds with (security_invoker = true) as select asset_kind, description from omla.asset_kinds;
create view public.royalty_rates with (security_invoker = true) as select asset_kind, rate, effective_from from omla.royalty_rates;

create view public.documents with (security_invoker = true) as
  select digest::text, type, body, signature::text, signer_pubkey::text, model_id, received_at from omla.documents;

create view public.key_rotations with (security_invoker = true) as
  select digest::text, model_id, new_pubkey::text, new_recovery_pubkey::text, signer_pubkey::text, requested_at, completes_at, challenged_at, completed_at
    from omla.key_rotations;

do $$
declare
  api_view record;
begin
  for api_view in
    select c.relname from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and c.relowner = 'omla_owner'::regrole
  loop
    -- A hosted PostgreSQL may grant everything on new relations of public by default.
    execute format('revoke all on public.%I from public, anon, authenticated, service_role', api_view.relname);
    execute format('grant select on public.%I to anon, authenticated, service_role, reviewer, payout', api_view.relname);
  end loop;
end
$$;
