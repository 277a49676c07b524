-- What the board does beside listing and clearing: it erases personal data, lifts or restores what readers shall do, confirms locations,
-- and says that it told a subject itself.

alter table omla.complaint_private add column if not exists redacted_at timestamptz;
-- Who filed from where, as a keyed digest: one open complaint per network and target. It goes with the rest of the row.
alter table omla.complaint_private add column if not exists filer_sha256 omla.sha256_hex;
create index if not exists complaint_private_filer_idx on omla.complaint_private (filer_sha256) where filer_sha256 is not null;

-- Erases what could name a person; the audit chain stays as it is, since only digests of details stand in it.
create or replace function omla.redact_personal(what text, target text, actor text, reason text) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  erased int := 0;
  more int;
begin
  if what = 'complaint' then
    update omla.complaint_private set complainant_email = null, description = '(erased)', evidence = '[]', resolution = null, filer_sha256 = null,
      redacted_at = omla.now_seconds() where complaint_id = target::uuid and redacted_at is null;
    get diagnostics erased = row_count;
  elsif what = 'dispute' then
    update omla.usage_dispute_private set description = '(erased)', resolution = case when resolution is not null then '(erased)' end
     where dispute_id = target::uuid and description <> '(erased)';
    get diagnostics erased = row_count;
  elsif what = 'audit' then
    update omla.usage_audit_private set description = '(erased)', answer = case when answer is not null then '(erased)' end,
      resolution = case when resolution is not null then '(erased)' end where audit_id = target::uuid and description <> '(erased)';
    get diagnostics erased = row_count;
  elsif what = 'company-contact' then
    delete from omla.commercial_user_private where company_id = target::uuid;
    get diagnostics erased = row_count;
  elsif what = 'model-contact' then
    update omla.model_private set creator_email = null where model_id = target::uuid and creator_email is not null;
    get diagnostics erased = row_count;
    -- The private part travelled with the documents as well; the wallet keeps what payouts need.
    update omla.document_private p set private = null, redacted_at = omla.now_seconds()
      from omla.documents d where d.digest = p.digest and d.model_id = target::uuid and p.private is not null;
    get diagnostics more = row_count;
    erased := erased + more;
  elsif what = 'audit-detail' then
    perform omla.audit_redact(target::bigint, actor, reason);
    return 1;
  else
    perform omla.refuse('REDACTION_UNKNOWN', 'there is nothing of this kind to erase', 422, '{"path": "what"}');
  end if;
  if erased = 0 then
    perform omla.refuse('NOTHING_TO_REDACT', 'there is nothing left to erase', 404);
  end if;
  perform omla.audit_append(actor, 'board.redact', replace(what, '-', '_'), target, jsonb_build_object('rows', erased, 'reason', reason));
  return erased;
end
$$;

-- What readers of the list shall do about a listed subject.
create or replace function omla.set_enforcement(subject uuid, wanted text, actor text, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  standing omla.compliance_state;
begin
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

-- A subject without an address is told by the board: its 14 days begin then.
create or replace function omla.mark_told(subject uuid, actor text, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.compliance_state set told_at = omla.now_seconds() where id = subject and blacklisted_at is not null and told_at is null;
  if not found then
    perform omla.refuse('NOT_LISTED', 'there is no listed subject of this id that was not told', 409);
  end if;
  perform omla.audit_append(actor, 'compliance.told', 'compliance_state', subject::text, jsonb_build_object('by', 'board', 'note', note));
end
$$;

-- Somebody saw the model's OMLA-ID line at a location of it, or saw that it is gone.
create or replace function omla.judge_location(model uuid, location text, is_there boolean, actor text, how text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.model_locations set verified_at = case when is_there then omla.now_seconds() end
   where model_id = model and url = location and effective_until is null;
  if not found then
    perform omla.refuse('LOCATION_NOT_FOUND', 'the model names no such location', 404);
  end if;
  perform omla.audit_append(actor, case when is_there then 'location.confirm' else 'location.deny' end, 'model', model::text,
    jsonb_build_object('url', location, 'how', how));
end
$$;

grant execute on function omla.redact_personal(text, text, text, text), omla.set_enforcement(uuid, text, text, text),
  omla.mark_told(uuid, text, text), omla.judge_location(uuid, text, boolean, text, text) to reviewer;
