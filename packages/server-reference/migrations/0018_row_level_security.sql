-- Row-level security is enabled and forced on every table: who has no policy here sees nothing.
-- Privileges say which commands a role may try; policies say which rows it gets.

-- The models whose keys or whose e-mail address the caller's session proved.
create or replace function omla.owned_models() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select id from omla.models where ed25519_pubkey = omla.claim('pubkey') or recovery_pubkey = omla.claim('pubkey')
  union
  select model_id from omla.model_private where lower(creator_email) = lower(omla.claim('email'))
$$;

create or replace function omla.owned_wallets() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select id from omla.wallets where owner_pubkey = omla.claim('pubkey')
  union
  select w.id from omla.wallets w where w.model_id in (select omla.owned_models()) and w.is_primary
$$;
grant execute on function omla.owned_models(), omla.owned_wallets() to public;

do $$
declare
  relation record;
begin
  for relation in
    select c.relname from pg_class c where c.relnamespace = 'omla'::regnamespace and c.relkind = 'r' order by 1
  loop
    execute format('alter table omla.%I owner to omla_owner', relation.relname);
    execute format('alter table omla.%I enable row level security', relation.relname);
    execute format('alter table omla.%I force row level security', relation.relname);
    execute format('drop policy if exists owner_all on omla.%I', relation.relname);
    -- The definer functions run as the owner: they are the only way to tables that no other role may write.
    execute format('create policy owner_all on omla.%I to omla_owner using (true) with check (true)', relation.relname);
    execute format('drop policy if exists service_all on omla.%I', relation.relname);
    execute format('create policy service_all on omla.%I to service_role using (true) with check (true)', relation.relname);
    execute format('grant select on omla.%I to service_role', relation.relname);
  end loop;
end
$$;

-- What everybody may read.
do $$
declare
  public_table text;
begin
  foreach public_table in array array[
    'registry_settings', 'asset_kinds', 'royalty_rates', 'currency_registry', 'models', 'model_metadata', 'model_files', 'model_hashes',
    'model_locations', 'hoster_shares', 'key_rotations', 'wallets', 'lineage_edges', 'contribution_splits', 'creator_currency_prefs',
    'remitter_currencies', 'remitter_conversion_fees', 'commercial_users', 'hoster_claims', 'complaints', 'audit_log', 'keysets',
    'published_lists', 'published_heartbeats']
  loop
    execute format('drop policy if exists public_read on omla.%I', public_table);
    execute format('create policy public_read on omla.%I for select to anon, authenticated, reviewer, payout using (true)', public_table);
    execute format('grant select on omla.%I to anon, authenticated, reviewer, payout', public_table);
  end loop;
end
$$;

-- What its own people may read. Anonymous readers may try, and get no row: the columns of the views read as null.
drop policy if exists own_read on omla.documents;
create policy own_read on omla.documents for select to anon, authenticated
  using (type <> 'hoster-report' or signer_pubkey = (select omla.claim('pubkey')) or model_id = any (array(select omla.owned_models())));
drop policy if exists own_read on omla.model_private;
create policy own_read on omla.model_private for select to anon, authenticated using (model_id = any (array(select omla.owned_models())));
drop policy if exists own_read on omla.wallet_private;
create policy own_read on omla.wallet_private for select to anon, authenticated using (wallet_id = any (array(select omla.owned_wallets())));
drop policy if exists own_read on omla.commercial_user_private;
create policy own_read on omla.commercial_user_private for select to anon, authenticated using (company_id = (select omla.claim_company()));
drop policy if exists own_read on omla.submissions;
create policy own_read on omla.submissions for select to anon, authenticated using (reporter_id = (select omla.claim_company()));
drop policy if exists own_read on omla.usage_reports;
create policy own_read on omla.usage_reports for select to anon, authenticated
  using (reporter_id = (select omla.claim_company()) or model_id = any (array(select omla.owned_models())));
drop policy if exists own_read on omla.payments;
create policy own_read on omla.payments for select to anon, authenticated
  using (wallet_id = any (array(select omla.owned_wallets()))
    or exists (select from omla.usage_reports r where r.id = report_id and r.reporter_id = (select omla.claim_company())));
drop policy if exists own_read on omla.hoster_volume_reports;
create policy own_read on omla.hoster_volume_reports for select to anon, authenticated
  using (model_id = any (array(select omla.owned_models()))
    or exists (select from omla.hoster_claims c where c.id = claim_id and c.hoster_pubkey = (select omla.claim('pubkey'))));
drop policy if exists own_read on omla.hoster_reimbursements;
create policy own_read on omla.hoster_reimbursements for select to anon, authenticated
  using (exists (select from omla.hoster_claims c where c.id = claim_id and c.hoster_pubkey = (select omla.claim('pubkey'))));
drop policy if exists own_read on omla.compliance_state;
create policy own_read on omla.compliance_state for select to anon, authenticated
  using (subject_kind = 'model' or commercial_user_id = (select omla.claim_company()));
-- Nobody outside the board: there is no policy for anon or authenticated on complaint_private and audit_details.
grant select on omla.documents, omla.model_private, omla.wallet_private, omla.commercial_user_private, omla.submissions, omla.usage_reports,
  omla.payments, omla.hoster_volume_reports, omla.hoster_reimbursements, omla.compliance_state, omla.complaint_private, omla.audit_details
  to anon, authenticated;

-- The board sees what it decides on; the payout role sees what it pays.
do $$
declare
  staff_table text;
begin
  foreach staff_table in array array['documents', 'wallet_private', 'submissions', 'usage_reports', 'payments', 'hoster_volume_reports',
    'hoster_reimbursements', 'compliance_state']
  loop
    execute format('drop policy if exists staff_read on omla.%I', staff_table);
    execute format('create policy staff_read on omla.%I for select to reviewer, payout using (true)', staff_table);
    execute format('grant select on omla.%I to reviewer, payout', staff_table);
  end loop;
  foreach staff_table in array array['model_private', 'commercial_user_private', 'complaint_private', 'audit_details', 'board_members'] loop
    execute format('drop policy if exists staff_read on omla.%I', staff_table);
    execute format('create policy staff_read on omla.%I for select to reviewer using (true)', staff_table);
    execute format('grant select on omla.%I to reviewer', staff_table);
  end loop;
end
$$;
-- The payout role reads these through views that join them; it gets no row.
grant select on omla.model_private, omla.commercial_user_private, omla.complaint_private, omla.audit_details to payout;

-- Writes. models, wallets, lineage_edges, contribution_splits, hoster_claims, documents, audit_log and their like appear nowhere here:
-- only the apply_… functions write them.
grant insert, update (company_name, domains, owner_pubkey, reporting_from, reporting_until, is_active) on omla.commercial_users to service_role;
grant insert, update, delete on omla.commercial_user_private to service_role;
grant insert, update (expires_at, revoked_at) on omla.api_keys to service_role;
grant insert, update (status, answer), delete on omla.idempotency_keys to service_role;
grant insert on omla.submissions to service_role;
grant insert, update (status, disputed_at, funded_at) on omla.usage_reports to service_role;
grant insert, update, delete on omla.remitter_currencies, omla.remitter_conversion_fees to service_role;
grant insert, update (status, notified_at, closed_at) on omla.complaints to service_role;
grant insert, update on omla.complaint_private to service_role;
grant insert on omla.keysets, omla.published_lists, omla.published_heartbeats to service_role;
grant insert, update, delete on omla.sign_in_challenges, omla.sessions, omla.rate_limits to service_role;
grant insert, update (role, is_active) on omla.board_members to service_role;

drop policy if exists board_update on omla.usage_reports;
create policy board_update on omla.usage_reports for update to reviewer, payout using (true) with check (true);
grant update (status, disputed_at, funded_at) on omla.usage_reports to reviewer;
grant update (status, paid_at) on omla.usage_reports to payout;
drop policy if exists board_update on omla.complaints;
create policy board_update on omla.complaints for update to reviewer using (true) with check (true);
grant update (status, notified_at, closed_at) on omla.complaints to reviewer;
drop policy if exists board_update on omla.complaint_private;
create policy board_update on omla.complaint_private for update to reviewer using (true) with check (true);
grant update (resolution) on omla.complaint_private to reviewer;
drop policy if exists payout_write on omla.payments;
create policy payout_write on omla.payments to payout using (true) with check (true);
grant insert, update (status, paid_at, settled_currency, settled_amount, fx_rate_used, rail) on omla.payments to payout;
drop policy if exists payout_write on omla.hoster_reimbursements;
create policy payout_write on omla.hoster_reimbursements for insert to payout with check (true);
grant insert on omla.hoster_reimbursements to payout;
