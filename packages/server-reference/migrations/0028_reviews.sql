-- Reviews: a complaint puts its target under review at once; when the last open one closes, what was under it shows again.
-- What the board decides beside that are functions of their own.

create or replace function omla.complaint_moves_target() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  target constant uuid := coalesce(new.model_id, new.commercial_user_id);
  standing omla.compliance_state;
begin
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
drop trigger if exists complaints_open_review on omla.complaints;
create trigger complaints_open_review after insert on omla.complaints for each row execute function omla.complaint_moves_target();
drop trigger if exists complaints_close_review on omla.complaints;
create trigger complaints_close_review after update of status on omla.complaints for each row
  when (old.status is distinct from new.status) execute function omla.complaint_moves_target();

-- A review that nobody decided in 60 days lapses as dismissed.
create or replace function omla.lapse_complaints(as_of timestamptz default null) returns setof uuid
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  update omla.complaints set status = 'lapsed', closed_at = date_trunc('second', coalesce(as_of, omla.now()))
   where status = 'open' and created_at + interval '1440 hours' < coalesce(as_of, omla.now())
  returning id
$$;

-- The board lists a subject; an open review ends with it.
create or replace function omla.blacklist_subject(subject uuid, list_reason text, actor text, note text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
  new_case text;
begin
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

-- The board takes a subject off: registered, and then what the facts say.
create or replace function omla.clear_subject(subject uuid, actor text, note text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
begin
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

grant execute on function omla.lapse_complaints(timestamptz) to service_role;
grant execute on function omla.blacklist_subject(uuid, text, text, text), omla.clear_subject(uuid, text, text) to reviewer;
