-- Append-only, hash-chained. What may hold personal data stands in audit_details, under a salted digest:
-- erasing salt and detail of a row leaves the chain as it was.
create table if not exists omla.audit_log (
  seq bigint constraint audit_log_pkey primary key,
  at timestamptz not null,
  actor text not null constraint audit_log_actor_form check (actor ~ '^[ -~]{1,200}$'),
  action text not null constraint audit_log_action_form check (action ~ '^[a-z_.-]{1,64}$'),
  entity text not null constraint audit_log_entity_form check (entity ~ '^[a-z_]{1,64}$'),
  entity_id text not null constraint audit_log_entity_id_form check (entity_id ~ '^[ -~]{0,200}$'),
  detail_sha256 bytea not null,
  prev_hash bytea not null,
  hash bytea not null
);
create index if not exists audit_log_entity_idx on omla.audit_log (entity, entity_id, seq);

create table if not exists omla.audit_details (
  seq bigint constraint audit_details_pkey primary key constraint audit_details_seq_fkey references omla.audit_log,
  salt bytea,
  -- Text, not jsonb: the digest is over these bytes.
  detail text,
  redacted_at timestamptz,
  constraint audit_details_redacted check ((salt is null) = (detail is null) and (detail is null) = (redacted_at is not null))
);

create or replace function omla.audit_hash(seq bigint, at timestamptz, actor text, action text, entity text, entity_id text, detail_sha256 bytea, prev_hash bytea)
returns bytea language sql immutable parallel safe
as $$
  select sha256(convert_to(concat_ws(E'\n', 'omla.audit.v1', seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    actor, action, entity, entity_id, encode(detail_sha256, 'hex'), encode(prev_hash, 'hex')), 'UTF8'))
$$;

-- The only writer. `actor` is a key id, a company or board id, or "system": never a name or an e-mail address.
create or replace function omla.audit_append(actor text, action text, entity text, entity_id text, detail jsonb default '{}')
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  head record;
  new_seq bigint;
  new_at timestamptz := omla.now();
  new_salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  new_digest bytea := sha256(new_salt || convert_to(detail::text, 'UTF8'));
begin
  perform pg_advisory_xact_lock(hashtextextended('omla.audit_log', 0));
  select l.seq, l.hash into head from omla.audit_log l order by l.seq desc limit 1;
  new_seq := coalesce(head.seq, 0) + 1;
  insert into omla.audit_log
  values (new_seq, new_at, actor, action, entity, entity_id, new_digest, coalesce(head.hash, decode(repeat('00', 32), 'hex')),
          omla.audit_hash(new_seq, new_at, actor, action, entity, entity_id, new_digest, coalesce(head.hash, decode(repeat('00', 32), 'hex'))));
  insert into omla.audit_details values (new_seq, new_salt, detail::text);
  return new_seq;
end
$$;

-- Erases the detail of one row, and says so in another.
create or replace function omla.audit_redact(target_seq bigint, actor text, reason text)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update omla.audit_details set salt = null, detail = null, redacted_at = omla.now() where seq = target_seq and redacted_at is null;
  if not found then
    perform omla.refuse('NOT_FOUND', format('no audit row %s with a detail', target_seq), 404);
  end if;
  return omla.audit_append(actor, 'audit.redact', 'audit_log', target_seq::text, jsonb_build_object('reason', reason));
end
$$;

-- Walks the whole chain. `bad_seq` is the first row that does not fit, or null.
create or replace function omla.audit_verify(out row_count bigint, out bad_seq bigint, out head_hash text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  entry record;
  expected_prev bytea := decode(repeat('00', 32), 'hex');
begin
  row_count := 0;
  for entry in
    select l.*, d.salt, d.detail, d.redacted_at, d.seq as detail_seq
      from omla.audit_log l left join omla.audit_details d on d.seq = l.seq order by l.seq
  loop
    row_count := row_count + 1;
    if entry.seq <> row_count or entry.prev_hash <> expected_prev or entry.detail_seq is null
       or entry.hash <> omla.audit_hash(entry.seq, entry.at, entry.actor, entry.action, entry.entity, entry.entity_id, entry.detail_sha256, entry.prev_hash)
       or (entry.redacted_at is null and entry.detail_sha256 <> sha256(entry.salt || convert_to(entry.detail, 'UTF8')))
    then
      bad_seq := entry.seq;
      exit;
    end if;
    expected_prev := entry.hash;
  end loop;
  head_hash := encode(expected_prev, 'hex');
end
$$;

-- A detail may only be erased.
create or replace function omla.audit_details_guard() returns trigger
language plpgsql
as $$
begin
  if new.seq <> old.seq or new.salt is not null or new.detail is not null then
    perform omla.refuse('IMMUTABLE', 'a detail of the audit log can only be erased', 409);
  end if;
  return new;
end
$$;

drop trigger if exists audit_log_append_only on omla.audit_log;
create trigger audit_log_append_only before update or delete on omla.audit_log for each row execute function omla.refuse_change();
drop trigger if exists audit_log_keep on omla.audit_log;
create trigger audit_log_keep before truncate on omla.audit_log for each statement execute function omla.refuse_change();
drop trigger if exists audit_details_erase_only on omla.audit_details;
create trigger audit_details_erase_only before update on omla.audit_details for each row execute function omla.audit_details_guard();
drop trigger if exists audit_details_no_delete on omla.audit_details;
create trigger audit_details_no_delete before delete on omla.audit_details for each row execute function omla.refuse_change();
drop trigger if exists audit_details_keep on omla.audit_details;
create trigger audit_details_keep before truncate on omla.audit_details for each statement execute function omla.refuse_change();

grant execute on function omla.audit_append(text, text, text, text, jsonb) to service_role, reviewer, payout;
grant execute on function omla.audit_redact(bigint, text, text) to reviewer;
grant execute on function omla.audit_verify() to service_role, reviewer;
