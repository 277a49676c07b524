-- The two-person rule: what one member of the board proposes, another one carries out, once, as it was proposed.
create table if not exists omla.approvals (
  id uuid constraint approvals_pkey primary key default gen_random_uuid(),
  action text not null constraint approvals_action_form check (action ~ '^[a-z][a-z-]{1,31}(\.[a-z][a-z-]{1,31})?$'),
  subject text not null constraint approvals_subject_size check (length(subject) between 1 and 200),
  content jsonb not null constraint approvals_content_size check (octet_length(content::text) <= 65536),
  -- Over action, subject, content and the facts that the decision stands on: when these change, it no longer fits.
  content_sha256 omla.sha256_hex not null,
  proposed_by uuid not null constraint approvals_proposed_by_fkey references omla.board_members,
  proposed_at timestamptz not null default omla.now_seconds(),
  expires_at timestamptz not null,
  approved_by uuid constraint approvals_approved_by_fkey references omla.board_members,
  executed_at timestamptz,
  -- Withdrawn by a member, or (without one) expired.
  closed_by uuid constraint approvals_closed_by_fkey references omla.board_members,
  closed_at timestamptz,
  constraint approvals_two_persons check (approved_by <> proposed_by),
  constraint approvals_executed check ((approved_by is null) = (executed_at is null)),
  constraint approvals_closed check (closed_by is null or closed_at is not null),
  constraint approvals_one_end check (num_nonnulls(executed_at, closed_at) <= 1)
);
-- One open proposal of a kind for a subject, so that two half-agreed versions never stand beside each other.
create unique index if not exists approval_open on omla.approvals (action, subject) where executed_at is null and closed_at is null;
create index if not exists approvals_proposed_at_idx on omla.approvals (proposed_at desc, id);

drop trigger if exists approvals_immutable on omla.approvals;
create trigger approvals_immutable before update on omla.approvals for each row
  execute function omla.refuse_change_except('approved_by', 'executed_at', 'closed_by', 'closed_at');
drop trigger if exists approvals_no_delete on omla.approvals;
create trigger approvals_no_delete before delete on omla.approvals for each row execute function omla.refuse_change();
drop trigger if exists approvals_keep on omla.approvals;
create trigger approvals_keep before truncate on omla.approvals for each statement execute function omla.refuse_change();

-- An end is an end.
create or replace function omla.approvals_end_once() returns trigger
language plpgsql
as $$
begin
  if old.executed_at is not null or old.closed_at is not null then
    perform omla.refuse('APPROVAL_ENDED', 'this proposal was carried out or closed before', 409);
  end if;
  return new;
end
$$;
drop trigger if exists approvals_end_once on omla.approvals;
create trigger approvals_end_once before update on omla.approvals for each row execute function omla.approvals_end_once();

create or replace function omla.assert_on_board(member uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from omla.board_members b where b.id = member and b.is_active) then
    perform omla.refuse('BOARD_MEMBER_INACTIVE', 'this member is no longer on the board', 403, '{}', 'Let a member who is on the board propose it again.');
  end if;
end
$$;

create or replace function omla.propose_approval(action_name text, subject_id text, proposed jsonb, sha256 text, member uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  new_id uuid;
begin
  perform omla.assert_on_board(member);
  update omla.approvals set closed_at = omla.now()
   where action = action_name and subject = subject_id and executed_at is null and closed_at is null and expires_at <= omla.now();
  insert into omla.approvals (action, subject, content, content_sha256, proposed_by, expires_at)
  values (action_name, subject_id, proposed, sha256, member, omla.now_seconds() + interval '168 hours')
  returning id into new_id;
  perform omla.audit_append(member::text, 'approval.propose', 'approval', new_id::text,
    jsonb_build_object('action', action_name, 'subject', subject_id, 'content_sha256', sha256));
  return new_id;
end
$$;

-- Marks a proposal as carried out; whoever calls this does it in the same transaction.
create or replace function omla.execute_approval(approval uuid, sha256 text, member uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  found_row omla.approvals;
begin
  select a.* into found_row from omla.approvals a where a.id = approval for update;
  if not found then
    perform omla.refuse('APPROVAL_NOT_FOUND', 'there is no such proposal', 404);
  elsif found_row.executed_at is not null or found_row.closed_at is not null then
    perform omla.refuse('APPROVAL_ENDED', 'this proposal was carried out or closed before', 409, '{}', 'Propose it again where it is still wanted.');
  elsif found_row.expires_at <= omla.now() then
    perform omla.refuse('APPROVAL_EXPIRED', 'this proposal is older than seven days', 409, '{}', 'Propose it again.');
  elsif found_row.proposed_by = member then
    perform omla.refuse('APPROVAL_SELF', 'nobody approves a proposal of their own', 403, '{}', 'Another member of the board must approve it.');
  elsif found_row.content_sha256 <> sha256 then
    perform omla.refuse('APPROVAL_STALE', 'the facts have changed since this was proposed', 409, '{}', 'Look at the subject again and propose it anew.');
  end if;
  perform omla.assert_on_board(member);
  perform omla.assert_on_board(found_row.proposed_by);
  update omla.approvals set approved_by = member, executed_at = omla.now() where id = approval;
  perform omla.audit_append(member::text, 'approval.execute', 'approval', approval::text,
    jsonb_build_object('action', found_row.action, 'subject', found_row.subject, 'content_sha256', sha256, 'proposed_by', found_row.proposed_by));
end
$$;

create or replace function omla.close_approval(approval uuid, member uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform omla.assert_on_board(member);
  update omla.approvals set closed_by = member, closed_at = omla.now() where id = approval;
  if not found then
    perform omla.refuse('APPROVAL_NOT_FOUND', 'there is no such proposal', 404);
  end if;
  perform omla.audit_append(member::text, 'approval.close', 'approval', approval::text, '{}');
end
$$;

select omla.protect('omla.approvals');
drop policy if exists staff_read on omla.approvals;
create policy staff_read on omla.approvals for select to reviewer, payout using (true);
grant select on omla.approvals to reviewer, payout;
grant execute on function omla.propose_approval(text, text, jsonb, text, uuid), omla.execute_approval(uuid, text, uuid),
  omla.close_approval(uuid, uuid) to service_role;
