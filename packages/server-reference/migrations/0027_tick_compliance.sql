-- Compliance: one pure step over facts (section 6), the facts of a stored subject, and the tick that applies the one to the other.
-- Intervals are in hours, so that no time zone bends a day.

create or replace function omla.due_quarters(reporting_from text, reporting_until text, reported text[], as_of timestamptz) returns setof text
language plpgsql immutable
as $$
declare
  quarter text := reporting_from;
begin
  while quarter is not null and omla.quarter_end(quarter) <= as_of and quarter <= coalesce(reporting_until, quarter) loop
    if not quarter = any (coalesce(reported, '{}')) then
      return next quarter;
    end if;
    quarter := omla.next_quarter(quarter);
  end loop;
end
$$;

-- {state, previous_state, entered}: the state afterwards, and what the base state entered on the way.
create or replace function omla.tick_compliance(subject_kind text, state text, previous_state text, facts jsonb, as_of timestamptz) returns jsonb
language plpgsql stable
as $$
declare
  severity constant jsonb := '{"REGISTERED": 0, "COMPLIANT": 0, "REPORTING": 1, "DELINQUENT": 2, "BLACKLISTED": 3}';
  base constant text := case state when 'UNDER_REVIEW' then previous_state else state end;
  company constant boolean := subject_kind = 'commercial_user';
  reported constant text[] := array(select jsonb_array_elements_text(coalesce(nullif(facts -> 'reported_quarters', 'null'), '[]')));
  due text[] := '{}';
  standings record;
  oldest timestamptz;
  next_state text;
  entered text[] := '{}';
  reviewed boolean;
begin
  if base is null or not severity ? base then
    perform omla.refuse('COMPLIANCE_STATE', format('there is no base state in %s', state));
  end if;
  if base <> 'BLACKLISTED' then
    if company then
      due := array(select omla.due_quarters(facts ->> 'reporting_from', facts ->> 'reporting_until', reported, as_of));
    end if;
    -- A disputed line is held while its dispute is young, and open again after it.
    select bool_or(l.standing = 'open') as has_open, bool_or(l.standing = 'settled') as has_settled, bool_or(l.standing = 'held') as has_held,
           min(l.due_at) filter (where l.standing = 'open' and (company or l.own) and l.due_at < as_of) as overdue
      into standings
      from (select (f ->> 'own')::boolean as own, omla.due_at(f ->> 'quarter', (f ->> 'filed_at')::timestamptz) as due_at,
                   case when f ->> 'status' in ('funded', 'paid') then 'settled' when f ->> 'status' = 'submitted' then 'open'
                        when f ->> 'status' = 'disputed' then case when as_of > (f ->> 'disputed_at')::timestamptz + interval '2160 hours' then 'open' else 'held' end
                   end as standing
              from jsonb_array_elements(facts -> 'lines') f) l;
    oldest := least(standings.overdue, (select min(omla.due_at(q, omla.quarter_end(q))) from unnest(due) q where omla.due_at(q, omla.quarter_end(q)) < as_of));
    if oldest is not null then
      if base <> 'DELINQUENT' then entered := entered || 'DELINQUENT'::text; end if;
      if as_of >= oldest + interval '2160 hours' then entered := entered || 'BLACKLISTED'::text; end if;
    else
      next_state := case when standings.has_open then 'REPORTING'
                         when standings.has_settled or (company and cardinality(due) = 0 and cardinality(reported) > 0) then 'COMPLIANT'
                         when base = 'DELINQUENT' then 'REGISTERED' else base end;
      if next_state <> base and not (coalesce(standings.has_held, false) and (severity ->> next_state)::int < (severity ->> base)::int) then
        entered := array[next_state];
      end if;
    end if;
  end if;
  next_state := coalesce(entered[cardinality(entered)], base);
  -- A review ends by itself only where the base reaches the list; an appeal against the list goes on.
  reviewed := state = 'UNDER_REVIEW' and (next_state <> 'BLACKLISTED' or base = next_state);
  return jsonb_build_object('state', case when reviewed then state else next_state end, 'previous_state', case when reviewed then next_state end,
    'entered', to_jsonb(entered));
end
$$;

-- The facts of a stored subject, as the step takes them.
create or replace function omla.compliance_facts(subject_kind text, subject uuid) returns jsonb
language sql stable
as $$
  select case subject_kind
    when 'model' then jsonb_build_object('lines', (
      select coalesce(jsonb_agg(jsonb_build_object('quarter', r.quarter, 'status', r.status, 'own', coalesce(c.owner_pubkey = m.ed25519_pubkey, false),
               'filed_at', omla.iso(r.filed_at), 'disputed_at', omla.iso(r.disputed_at)) order by r.quarter, r.id), '[]')
        from omla.usage_reports r join omla.models m on m.id = r.model_id join omla.commercial_users c on c.id = r.reporter_id
       where r.model_id = subject and r.live))
    else (
      select jsonb_build_object(
        'lines', (select coalesce(jsonb_agg(jsonb_build_object('quarter', r.quarter, 'status', r.status, 'own', false,
                    'filed_at', omla.iso(r.filed_at), 'disputed_at', omla.iso(r.disputed_at)) order by r.quarter, r.id), '[]')
                    from omla.usage_reports r where r.reporter_id = subject and r.live),
        'reporting_from', c.reporting_from, 'reporting_until', c.reporting_until,
        -- A quarter with a submission that is not wholly rejected; one without lines is the nil report.
        'reported_quarters', (select coalesce(jsonb_agg(distinct s.quarter), '[]') from omla.submissions s
                               where s.reporter_id = subject and s.live
                                 and (not exists (select from omla.usage_reports r where r.submission_id = s.id)
                                   or exists (select from omla.usage_reports r where r.submission_id = s.id and r.status <> 'rejected'))))
        from omla.commercial_users c where c.id = subject)
  end
$$;

create or replace function omla.next_case(as_of timestamptz) returns text
language sql volatile
as $$ select to_char(as_of at time zone 'UTC', '"C-"YYYY-') || lpad(nextval('omla.case_numbers')::text, 4, '0') $$;

-- Moves one subject by one step and writes an audit row for each state entered. A second run changes nothing.
create or replace function omla.tick_subject(subject uuid, actor text, as_of timestamptz) returns text[]
language plpgsql
as $$
declare
  standing omla.compliance_state;
  facts jsonb;
  step jsonb;
  entered text[];
  reported timestamptz;
  was text;
  at constant timestamptz := date_trunc('second', as_of);
begin
  select s.* into standing from omla.compliance_state s where s.id = subject for no key update;
  facts := omla.compliance_facts(standing.subject_kind, subject);
  step := omla.tick_compliance(standing.subject_kind, standing.state, standing.previous_state, facts, as_of);
  entered := array(select jsonb_array_elements_text(step -> 'entered'));
  reported := (select max((l ->> 'filed_at')::timestamptz) from jsonb_array_elements(facts -> 'lines') l);
  if cardinality(entered) = 0 and reported is not distinct from standing.last_report_at then
    return entered;
  end if;
  update omla.compliance_state set
    state = step ->> 'state', previous_state = step ->> 'previous_state', last_report_at = reported,
    state_since = case when step ->> 'state' <> standing.state then at else standing.state_since end,
    blacklisted_at = case when 'BLACKLISTED' = any (entered) then at else standing.blacklisted_at end,
    reason = case when 'BLACKLISTED' = any (entered) then 'DELINQUENT_90D' else standing.reason end,
    case_ref = case when 'BLACKLISTED' = any (entered) then omla.next_case(as_of) else standing.case_ref end,
    enforce = case when 'BLACKLISTED' = any (entered) then 'deny' else standing.enforce end
   where id = subject;
  was := coalesce(standing.previous_state, standing.state);
  for i in 1..cardinality(entered) loop
    perform omla.audit_append(actor, 'compliance.enter', 'compliance_state', subject::text,
      jsonb_build_object('before', was, 'after', entered[i], 'under_review', standing.state = 'UNDER_REVIEW'));
    was := entered[i];
  end loop;
  return entered;
end
$$;

-- The tick: every subject that has facts or a state to lose, or only those that are named. Gives those that moved.
create or replace function omla.tick_compliance(subjects uuid[] default null, as_of timestamptz default null, actor text default 'system')
returns table (id uuid, subject_kind text, entered text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := coalesce(as_of, omla.now());
  candidate record;
begin
  for candidate in
    select s.id, s.subject_kind from omla.compliance_state s
     where case when subjects is not null then s.id = any (subjects)
                else s.state <> 'BLACKLISTED' and (s.state <> 'REGISTERED'
                  or exists (select from omla.usage_reports r where r.model_id = s.model_id and r.live)
                  or exists (select from omla.commercial_users c where c.id = s.commercial_user_id and c.reporting_from is not null)) end
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
grant execute on function omla.tick_compliance(uuid[], timestamptz, text) to service_role, reviewer;
-- When a subject was told of its listing is the server's to say: it sent the mail.
grant update (told_at) on omla.compliance_state to service_role;
