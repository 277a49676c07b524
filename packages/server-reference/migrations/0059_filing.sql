-- Filing a report in two statements: one reads what the server computes from, one writes all that follows. Rules stay where they are:
-- the server computes, the checks of the tables compute again, and what is charged, settled and ticked goes through the functions of before.

-- A company's money that stands on no line.
create or replace function omla.credits_of(company uuid) returns table (collection_id uuid, amount_usd numeric, received_at timestamptz)
language sql stable
as $$
  select c.id, left_over.usd, c.received_at
    from omla.collections c, lateral (
      select c.amount_usd - coalesce((select sum(f.amount_usd) from omla.collection_refunds f where f.collection_id = c.id), 0)
                          - coalesce((select sum(a.amount_usd) from omla.collection_allocations a where a.collection_id = c.id), 0) as usd) left_over
   where c.company_id = company and left_over.usd > 0
$$;

-- As before, but the lines to be moved are found by their keys, however many there are of others.
create or replace function omla.settle_lines(reports uuid[]) returns table (report_id uuid, status text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update omla.usage_reports r set
    status = n.status,
    disputed_at = case when n.status = 'disputed' then coalesce(r.disputed_at, omla.now_seconds()) else r.disputed_at end,
    funded_at = case when n.status in ('funded', 'paid') then coalesce(r.funded_at, omla.now_seconds()) end,
    paid_at = case when n.status = 'paid' then coalesce(r.paid_at, omla.now_seconds()) else r.paid_at end
    from (
      select s.report_id, case when s.paid < s.owed then case when s.disputed then 'disputed' else 'submitted' end
                               when s.status = 'paid' or s.owed > 0 and s.distributed = s.owed and s.accrued = 0 then 'paid' else 'funded' end as status
        from omla.line_standing(reports) s) n
   where r.id = any (reports) and r.id = n.report_id and r.live and r.status not in ('superseded', 'rejected') and r.status <> n.status
  returning r.id, r.status
$$;

-- The facts of a stored subject, as the step takes them. Lines that no rule tells apart stand once: those of one filing in one status, and of a
-- model, whose deadlines only its own company's lines move, the latest of a quarter.
create or replace function omla.compliance_facts(subject_kind text, subject uuid) returns jsonb
language plpgsql stable
as $$
declare
  owners uuid[];
begin
  if subject_kind = 'model' then
    owners := array(select c.id from omla.models m join omla.commercial_users c on c.owner_pubkey = m.ed25519_pubkey where m.id = subject);
    return jsonb_build_object('lines', (
      select coalesce(jsonb_agg(jsonb_build_object('quarter', g.quarter, 'status', g.status, 'own', g.own,
               'filed_at', omla.iso(g.filed_at), 'disputed_at', omla.iso(g.disputed_at)) order by g.quarter, g.filed_at, g.status), '[]')
        from (select r.quarter, r.status, r.reporter_id = any (owners) as own, max(r.filed_at) as filed_at, r.disputed_at
                from omla.usage_reports r where r.model_id = subject and r.live
               group by r.quarter, r.status, 3, case when r.reporter_id = any (owners) then r.filed_at end, r.disputed_at) g));
  end if;
  return (
    select jsonb_build_object(
      'lines', (select coalesce(jsonb_agg(jsonb_build_object('quarter', g.quarter, 'status', g.status, 'own', false,
                  'filed_at', omla.iso(g.filed_at), 'disputed_at', omla.iso(g.disputed_at)) order by g.quarter, g.filed_at, g.status), '[]')
                  from (select distinct r.quarter, r.status, r.filed_at, r.disputed_at from omla.usage_reports r where r.reporter_id = subject and r.live) g),
      'reporting_from', c.reporting_from, 'reporting_until', c.reporting_until,
      -- A quarter with a submission that is not wholly rejected; one without lines is the nil report.
      'reported_quarters', (select coalesce(jsonb_agg(distinct s.quarter), '[]') from omla.submissions s
                             where s.reporter_id = subject and s.live
                               and (not exists (select from omla.usage_reports r where r.submission_id = s.id)
                                 or exists (select from omla.usage_reports r where r.submission_id = s.id and r.status <> 'rejected'))))
      from omla.commercial_users c where c.id = subject);
end
$$;

-- As before, but those that are named are found by their keys, however many others there are.
create or replace function omla.tick_compliance(subjects uuid[] default null, as_of timestamptz default null, actor text default 'system')
returns table (id uuid, subject_kind text, entered text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := coalesce(as_of, omla.now());
  candidate record;
begin
  if subjects is null then
    perform omla.audit_turn();
  end if;
  for candidate in
    select s.id, s.subject_kind from omla.compliance_state s
     where s.id = any (coalesce(subjects, array(
       select a.id from omla.compliance_state a
        where a.state <> 'BLACKLISTED' and (a.state <> 'REGISTERED'
          or exists (select from omla.usage_reports r where r.model_id = a.model_id and r.live)
          or exists (select from omla.commercial_users c where c.id = a.commercial_user_id and c.reporting_from is not null)))))
     order by s.id
  loop
    entered := omla.tick_subject(candidate.id, actor, at);
    if cardinality(entered) > 0 then
      id := candidate.id;
      subject_kind := candidate.subject_kind;
      return next;
    end if;
  end loop;
end
$$;

-- The functions below are called for every report, each time with a handful of keys. Their statements are planned once, since planning them for
-- each list of keys takes longer than they do, and by the keys' indexes, since a plan that was made while a table was empty outlives that.

-- What decides the figures of a report: the models it names (by address, id or weight hash, in canonical form) as they stood at the end of the
-- quarter, who gets which share of each, what hosters reported, and in which currency whom the company can pay.
create or replace function omla.report_terms(company uuid, quarter_name text, named text[], policy text) returns json
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  at constant timestamptz := omla.last_instant(quarter_name);
  found text[];
  found_ids uuid[];
  models json;
  model_ids uuid[];
  shares json;
  addresses text[];
begin
  select array_agg(r.reference), array_agg(coalesce(
           (select m.id from omla.models m where m.id = case when r.reference ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then r.reference::uuid end),
           (select w.model_id from omla.wallets w where w.address = r.reference and w.is_primary),
           (select h.model_id from omla.model_hashes h where h.sha256 = r.reference order by h.is_active desc limit 1)))
    into found, found_ids
    from unnest(named) as r (reference);
  -- The ids stand there twice: who plans this without the arrays finds the models by their key.
  select json_agg(json_build_object('reference', f.reference, 'id', m.id, 'address', omla.address_of(m.id), 'name', m.name,
           'license_version', m.license_version, 'asset_kind', m.asset_kind, 'rate', trim_scale(omla.royalty_rate(m.asset_kind, at))::text,
           'hoster_share_pct', trim_scale(coalesce((select s.hoster_share_pct from omla.hoster_shares s
              where s.model_id = m.id and s.effective_from <= greatest(at, m.created_at)
                and (s.effective_until is null or s.effective_until > greatest(at, m.created_at))), 0))::text)),
         array_agg(distinct m.id)
    into models, model_ids
    from unnest(found, found_ids) as f (reference, id) join omla.models m on m.id = f.id and m.id = any (found_ids);
  select json_agg(json_build_object('model_id', m.id, 'wallet', s.wallet, 'share', s.share::text)), array_agg(distinct s.wallet)
    into shares, addresses
    from unnest(model_ids) as m (id), lateral omla.resolve_lineage(omla.lineage_of(m.id, at), policy) s;
  return json_build_object(
    'models', coalesce(models, '[]'),
    'shares', coalesce(shares, '[]'),
    'volumes', coalesce((
      select json_agg(json_build_object('model_id', c.model_id, 'hoster_id', c.id, 'verified', c.verified_at is not null, 'revoked', c.revoked_at is not null,
               'inferences', coalesce((select v.inferences from omla.hoster_volume_reports v
                                        where v.claim_id = c.id and v.quarter = quarter_name order by v.revision desc limit 1), 0)))
        from omla.hoster_claims c where c.model_id = any (model_ids)), '[]'),
    'remitter_currencies', coalesce((
      select json_agg(c.code order by c.position) from omla.remitter_currencies c
       where c.remitter_kind = 'commercial_user' and c.remitter_id = company), '[]'),
    'remitter_conversion_fees', coalesce((
      select json_agg(json_build_object('from', f.from_code, 'to', f.to_code, 'fee_pct', trim_scale(f.fee_pct)::text))
        from omla.remitter_conversion_fees f where f.remitter_kind = 'commercial_user' and f.remitter_id = company), '[]'),
    'preferences', coalesce((
      select json_object_agg(w.address, p.prefs) from omla.wallets w, lateral (
          select json_agg(json_build_object('code', c.code, 'is_backup', c.is_backup) order by c.position) as prefs
            from omla.creator_currency_prefs c where c.model_id = w.model_id and c.effective_until is null) p
       where w.address = any (addresses) and p.prefs is not null), '{}'));
end
$$;

-- All that a filing is computed from, for each that is asked for, in their order; only the earlier answer where there is one.
create or replace function omla.filing_facts(asked jsonb) returns setof json
language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  f record;
  earlier json;
begin
  for f in
    select r.* from jsonb_array_elements(asked) with ordinality e (filing, at),
           jsonb_to_record(e.filing) as r (company_id uuid, quarter text, live boolean, named text[], policy text, scope text, key text)
     order by e.at
  loop
    select json_build_object('content_sha256', k.content_sha256, 'status', k.status, 'answer', k.answer) into earlier
      from omla.idempotency_keys k where k.scope = f.scope and k.key = f.key;
    return next case when earlier is not null then json_build_object('earlier', earlier) else json_build_object(
      'latest', (select json_build_object('id', s.id, 'version', s.version, 'content_sha256', s.content_sha256, 'filed_at', s.filed_at, 'first_filed_at', s.first_filed_at)
                   from omla.submissions s where s.reporter_id = f.company_id and s.quarter = f.quarter and s.live = f.live order by s.version desc limit 1),
      'duty', (select json_build_object('reporting_from', c.reporting_from, 'reporting_until', c.reporting_until) from omla.commercial_users c where c.id = f.company_id),
      'has_credits', f.live and exists (select from omla.credits_of(f.company_id)),
      'terms', omla.report_terms(f.company_id, f.quarter, f.named, f.policy)) end;
  end loop;
end
$$;

-- Stores reports with their lines, each where the company still stands as it did when the report was computed; gives the ids of those stored.
-- It never waits: a company that somebody else holds is left out. A company may be named once.
create or replace function omla.store_filings(filings jsonb) returns uuid[]
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  held uuid[];
  stored uuid[];
begin
  held := array(
    select c.id from omla.commercial_users c
     where c.id = any (array(select (e.filing ->> 'company_id')::uuid from jsonb_array_elements(filings) e (filing)))
     order by c.id for no key update skip locked);
  -- A statement of its own: it sees what was committed until the locks were there.
  stored := array(
    select f.id from jsonb_array_elements(filings) e (filing),
           jsonb_to_record(e.filing) as f (id uuid, company_id uuid, quarter text, live boolean, version int, known_from text, known_until text, takes_credits boolean, scope text, key text)
     where f.company_id = any (held)
       and f.version = 1 + coalesce((select max(s.version) from omla.submissions s where s.reporter_id = f.company_id and s.quarter = f.quarter and s.live = f.live), 0)
       and (select count(*) from omla.idempotency_keys k where k.scope = f.scope and k.key = f.key) = 0
       and (not f.live
         or (select c.reporting_from is not distinct from f.known_from and c.reporting_until is not distinct from f.known_until
               from omla.commercial_users c where c.id = f.company_id)
        and (f.takes_credits or (select count(*) from omla.credits_of(f.company_id)) = 0)));
  insert into omla.submissions (id, reporter_id, quarter, version, final, live, lineage_policy, content_sha256, content, filed_at, first_filed_at)
  select f.id, f.company_id, f.quarter, f.version, f.final, f.live, f.lineage_policy, f.content_sha256, f.content, f.filed_at, f.first_filed_at
    from jsonb_array_elements(filings) e (filing),
         jsonb_to_record(e.filing) as f (id uuid, company_id uuid, quarter text, version int, final boolean, live boolean, lineage_policy text, content_sha256 text, content text,
           filed_at timestamptz, first_filed_at timestamptz)
   where f.id = any (stored);
  insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, pipeline, inferences, revenue_usd, run_cost_usd,
    weight, rate, royalty_basis, royalty_usd, deducted_fees_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256)
  select l.report_id, f.id, f.company_id, l.model_id, f.quarter, f.live, f.first_filed_at, l.entry, l.pipeline, l.inferences, l.revenue_usd, l.run_cost_usd,
         l.weight, l.rate, l.royalty_basis, l.royalty_usd, l.deducted_fees_usd, l.net_royalty_usd, l.hoster_share_pct, l.license_version, l.terms_sha256
    from jsonb_array_elements(filings) e (filing),
         jsonb_to_record(e.filing) as f (id uuid, company_id uuid, quarter text, live boolean, first_filed_at timestamptz),
         jsonb_to_recordset(e.filing -> 'lines') as l (report_id uuid, model_id uuid, entry text, pipeline text, inferences bigint, revenue_usd numeric, run_cost_usd numeric,
           weight numeric, rate numeric, royalty_basis text, royalty_usd numeric, deducted_fees_usd numeric, net_royalty_usd numeric,
           hoster_share_pct numeric, license_version text, terms_sha256 text)
   where f.id = any (stored);
  return stored;
end
$$;

-- What follows from reports that were just stored: their postings, the status of their lines, the companies' duties, the remembered answers,
-- the audit rows and the compliance step. The audit log comes last, since it takes one writer at a time until the commit.
create or replace function omla.conclude_filings(filings jsonb) returns table (submission_id uuid, statuses json)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  filed record;
  entries omla.ledger_row[];
  lines uuid[];
begin
  entries := array(
    select row(f.kind, f.id, p.account, p.currency, p.amount)::omla.ledger_row
      from jsonb_array_elements(filings) e (filing), jsonb_to_record(e.filing) as f (id text, kind text),
           jsonb_to_recordset(e.filing -> 'entries') as p (account text, currency text, amount numeric));
  if cardinality(entries) > 0 then
    perform omla.ledger_post_set(entries);
  end if;
  lines := array(select l.id::uuid from jsonb_array_elements(filings) e (filing), jsonb_array_elements_text(e.filing -> 'settle') as l (id));
  if cardinality(lines) > 0 then
    perform from omla.settle_lines(lines);
  end if;
  update omla.commercial_users c set reporting_from = f.reporting_from, reporting_until = f.reporting_until
    from jsonb_array_elements(filings) e (filing),
         jsonb_to_record(e.filing) as f (company_id uuid, live boolean, reporting_from text, reporting_until text)
   where c.id = any (array(select (o.filing ->> 'company_id')::uuid from jsonb_array_elements(filings) o (filing)))
     and c.id = f.company_id and f.live and (c.reporting_from, c.reporting_until) is distinct from (f.reporting_from, f.reporting_until);
  insert into omla.idempotency_keys (scope, key, content_sha256, status, answer)
  select f.scope, f.key, f.claim_sha256, f.status, f.answer || jsonb_build_object('lines', (
           select coalesce(jsonb_agg(l.line || jsonb_build_object('status', (select r.status from omla.usage_reports r where r.id = (l.line ->> 'report_id')::uuid))
                                     order by l.at), '[]')
             from jsonb_array_elements(f.answer -> 'lines') with ordinality as l (line, at)))
    from jsonb_array_elements(filings) e (filing),
         jsonb_to_record(e.filing) as f (scope text, key text, claim_sha256 text, status int, answer jsonb)
   where f.key is not null;
  return query
  select s.id, (select coalesce(json_object_agg(r.id, r.status), '{}') from omla.usage_reports r where r.submission_id = s.id)
    from jsonb_array_elements(filings) e (filing), jsonb_to_record(e.filing) as s (id uuid);
  for filed in
    select r.* from jsonb_array_elements(filings) with ordinality e (filing, at), jsonb_to_record(e.filing) as r (id text, actor text, action text, detail jsonb) order by e.at
  loop
    perform omla.audit_append(filed.actor, filed.action, 'submission', filed.id, filed.detail);
  end loop;
  -- All lines are there by now: whom several of them name makes his step once, for the first.
  for filed in
    select n.actor, array_agg(n.subject) as subjects
      from (select distinct on (s.subject) s.subject, r.actor, e.at
              from jsonb_array_elements(filings) with ordinality e (filing, at), jsonb_to_record(e.filing) as r (actor text, subjects uuid[]), unnest(r.subjects) as s (subject)
             order by s.subject, e.at) n
     group by n.at, n.actor order by n.at
  loop
    perform from omla.tick_compliance(filed.subjects, null, filed.actor);
  end loop;
end
$$;

-- Both at once, for reports that nothing stands beside: no earlier version, no money that waits. Gives those that were stored.
create or replace function omla.file_reports(filings jsonb) returns table (submission_id uuid, statuses json)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  stored constant uuid[] := omla.store_filings(filings);
begin
  if cardinality(stored) > 0 then
    return query select * from omla.conclude_filings(
      (select jsonb_agg(e.filing order by e.at) from jsonb_array_elements(filings) with ordinality e (filing, at) where (e.filing ->> 'id')::uuid = any (stored)));
  end if;
end
$$;

revoke execute on function omla.credits_of(uuid), omla.report_terms(uuid, text, text[], text), omla.filing_facts(jsonb), omla.store_filings(jsonb),
  omla.conclude_filings(jsonb), omla.file_reports(jsonb) from public;
grant execute on function omla.credits_of(uuid), omla.report_terms(uuid, text, text[], text), omla.filing_facts(jsonb), omla.store_filings(jsonb),
  omla.conclude_filings(jsonb), omla.file_reports(jsonb) to service_role;

-- Whoever moves a standing asks for the audit log first, as a filing holds it when it comes to the standings: the other way round two such
-- transactions wait for each other, and a complaint about a model would stop the reports that name it. Beside that line all is as before.
create or replace function omla.audit_turn() returns void
language sql volatile
as $$ select pg_advisory_xact_lock(hashtextextended('omla.audit_log', 0)) $$;
revoke execute on function omla.audit_turn() from public;

create or replace function omla.complaint_moves_target() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  target constant uuid := coalesce(new.model_id, new.commercial_user_id);
  standing omla.compliance_state;
begin
  perform omla.audit_turn();
  select s.* into standing from omla.compliance_state s where s.id = target for no key update;
  if new.status = 'open' and standing.state <> 'UNDER_REVIEW' then
    update omla.compliance_state set state = 'UNDER_REVIEW', previous_state = standing.state, state_since = omla.now_seconds() where id = target;
    perform omla.audit_append('system', 'compliance.review', 'compliance_state', target::text,
      jsonb_build_object('before', standing.state, 'after', 'UNDER_REVIEW', 'complaint', new.id));
  elsif new.status <> 'open' and standing.state = 'UNDER_REVIEW' and not exists (
    select from omla.complaints c where c.status = 'open' and (c.model_id = target or c.commercial_user_id = target)) then
    update omla.compliance_state set state = standing.previous_state, previous_state = null, state_since = omla.now_seconds() where id = target;
    perform omla.audit_append('system', 'compliance.review_over', 'compliance_state', target::text,
      jsonb_build_object('before', 'UNDER_REVIEW', 'after', standing.previous_state, 'complaint', new.id));
  end if;
  return null;
end
$$;

create or replace function omla.blacklist_subject(subject uuid, list_reason text, actor text, note text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
  new_case text;
begin
  perform omla.audit_turn();
  select s.* into standing from omla.compliance_state s where s.id = subject for no key update;
  if not found then
    perform omla.refuse('SUBJECT_NOT_FOUND', format('no model or company %s', subject), 404);
  end if;
  new_case := coalesce(standing.case_ref, omla.next_case(omla.now()));
  update omla.compliance_state set state = 'BLACKLISTED', previous_state = null, state_since = omla.now_seconds(),
    blacklisted_at = coalesce(standing.blacklisted_at, omla.now_seconds()), reason = list_reason, case_ref = new_case, enforce = 'deny' where id = subject;
  update omla.complaints set status = 'upheld', closed_at = omla.now_seconds() where status = 'open' and (model_id = subject or commercial_user_id = subject);
  perform omla.audit_append(actor, 'compliance.blacklist', 'compliance_state', subject::text,
    jsonb_build_object('before', standing.state, 'after', 'BLACKLISTED', 'reason', list_reason, 'case', new_case, 'note', note));
  return new_case;
end
$$;

create or replace function omla.clear_subject(subject uuid, actor text, note text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
begin
  perform omla.audit_turn();
  select s.* into standing from omla.compliance_state s where s.id = subject for no key update;
  if not found then
    perform omla.refuse('SUBJECT_NOT_FOUND', format('no model or company %s', subject), 404);
  end if;
  update omla.compliance_state set state = case standing.state when 'UNDER_REVIEW' then 'UNDER_REVIEW' else 'REGISTERED' end,
    previous_state = case standing.state when 'UNDER_REVIEW' then 'REGISTERED' end, state_since = omla.now_seconds(),
    blacklisted_at = null, reason = null, case_ref = null, told_at = null, enforce = 'deny' where id = subject;
  perform omla.audit_append(actor, 'compliance.clear', 'compliance_state', subject::text,
    jsonb_build_object('before', standing.state, 'after', 'REGISTERED', 'note', note));
  perform omla.tick_subject(subject, actor, omla.now());
  return (select s.state from omla.compliance_state s where s.id = subject);
end
$$;

create or replace function omla.set_enforcement(subject uuid, wanted text, actor text, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
begin
  perform omla.audit_turn();
  select s.* into standing from omla.compliance_state s where s.id = subject for no key update;
  if not found then
    perform omla.refuse('SUBJECT_NOT_FOUND', format('no model or company %s', subject), 404);
  elsif standing.blacklisted_at is null then
    perform omla.refuse('NOT_LISTED', 'only a listed subject is denied, warned of or suspended', 409);
  end if;
  update omla.compliance_state set enforce = wanted where id = subject;
  perform omla.audit_append(actor, 'compliance.enforce', 'compliance_state', subject::text,
    jsonb_build_object('before', standing.enforce, 'after', wanted, 'note', note));
end
$$;

create or replace function omla.mark_told(subject uuid, actor text, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.audit_turn();
  update omla.compliance_state set told_at = omla.now_seconds() where id = subject and blacklisted_at is not null and told_at is null;
  if not found then
    perform omla.refuse('NOT_LISTED', 'there is no listed subject of this id that was not told', 409);
  end if;
  perform omla.audit_append(actor, 'compliance.told', 'compliance_state', subject::text, jsonb_build_object('by', 'board', 'note', note));
end
$$;
