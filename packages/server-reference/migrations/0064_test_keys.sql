-- A test key works on a ledger of its own: its claims say so, and with them a company sees the rows of that ledger alone.

-- Claims without the member are those of sessions and of live keys; whatever else stands there is no live key's.
create or replace function omla.claim_live() returns boolean
language sql stable
as $$ select coalesce(coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), ''), '{}')::jsonb ->> 'live', 'true') = 'true' $$;

-- The company of the claims where they are live: what exists once, such as its address and its standing, is no test key's to see.
-- Callers may not name the schema, so neither of the two calls another function of it.
create or replace function omla.claim_live_company() returns uuid
language sql stable
as $$
  select case when coalesce(c ->> 'live', 'true') = 'true' then nullif(c ->> 'company_id', '')::uuid end
    from (select coalesce(nullif(pg_catalog.current_setting('request.jwt.claims', true), ''), '{}')::jsonb as c) claims
$$;
grant execute on function omla.claim_live(), omla.claim_live_company() to public;

drop policy if exists own_read on omla.commercial_user_private;
create policy own_read on omla.commercial_user_private for select to anon, authenticated using (company_id = (select omla.claim_live_company()));
drop policy if exists own_read on omla.submissions;
create policy own_read on omla.submissions for select to anon, authenticated
  using (reporter_id = (select omla.claim_company()) and live = (select omla.claim_live()));
-- What a company tries out with a test key is no business of the model's people.
drop policy if exists own_read on omla.usage_reports;
create policy own_read on omla.usage_reports for select to anon, authenticated
  using ((reporter_id = (select omla.claim_company()) and live = (select omla.claim_live()))
    or (live and model_id = any (array(select omla.owned_models()))));
drop policy if exists own_read on omla.payments;
create policy own_read on omla.payments for select to anon, authenticated
  using (wallet_id = any (array(select omla.owned_wallets()))
    or exists (select from omla.usage_reports r where r.id = report_id and r.reporter_id = (select omla.claim_live_company())));
drop policy if exists own_read on omla.compliance_state;
create policy own_read on omla.compliance_state for select to anon, authenticated
  using (subject_kind = 'model' or commercial_user_id = (select omla.claim_live_company()));
