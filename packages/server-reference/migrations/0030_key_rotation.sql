-- A key is replaced seven days after either key asked for it, unless the other key objects (R G3).

create or replace function omla.lock_model(model uuid, signer_pubkey text, new_nonce bigint) returns omla.models
language plpgsql
as $$
declare
  locked omla.models;
begin
  select m.* into locked from omla.models m where m.id = model for no key update;
  if not found then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', model), 404, '{"path": "model_id"}');
  end if;
  if signer_pubkey not in (locked.ed25519_pubkey, coalesce(locked.recovery_pubkey, locked.ed25519_pubkey)) then
    perform omla.refuse('KEY_NOT_ALLOWED', 'this key may not make this change', 403, jsonb_build_object('key_id', omla.key_id(signer_pubkey)));
  end if;
  if new_nonce is null or new_nonce <= locked.update_nonce then
    perform omla.refuse('NONCE_NOT_HIGHER', format('the nonce %s was used before', new_nonce), 409,
      jsonb_build_object('path', 'nonce', 'current', locked.update_nonce), 'Sign again with a higher nonce.');
  end if;
  update omla.models set update_nonce = new_nonce where id = model;
  return locked;
end
$$;

create or replace function omla.apply_key_rotation(body text, digest text, signature text, signer_pubkey text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('key-rotation', body, digest, signature, signer_pubkey, null);
  model constant omla.models := omla.lock_model((doc ->> 'model_id')::uuid, signer_pubkey, (doc ->> 'nonce')::bigint);
  at constant timestamptz := omla.now_seconds();
  completes constant timestamptz := at + interval '168 hours';
begin
  if coalesce(doc ->> 'new_pubkey', doc ->> 'new_recovery_pubkey') in (model.ed25519_pubkey, coalesce(model.recovery_pubkey, model.ed25519_pubkey)) then
    perform omla.refuse('KEY_NOT_NEW', 'the model has this key already', 422, jsonb_build_object('path', case when doc ? 'new_pubkey' then 'new_pubkey' else 'new_recovery_pubkey' end));
  end if;
  if exists (select from omla.key_rotations k where k.model_id = model.id and k.challenged_at is null and k.completed_at is null) then
    perform omla.refuse('ROTATION_PENDING', 'another rotation of this model is pending', 409, '{"path": "model_id"}');
  end if;
  insert into omla.key_rotations (digest, model_id, new_pubkey, new_recovery_pubkey, signer_pubkey, requested_at, completes_at)
  values (digest, model.id, doc ->> 'new_pubkey', doc ->> 'new_recovery_pubkey', signer_pubkey, at, completes);
  perform omla.audit_append(omla.key_id(signer_pubkey), 'key.rotate', 'models', model.id::text, jsonb_build_object('digest', digest, 'completes_at', omla.iso(completes)));
  return jsonb_build_object('model_id', model.id, 'digest', digest, 'completes_at', omla.iso(completes));
end
$$;

create or replace function omla.apply_key_challenge(body text, digest text, signature text, signer_pubkey text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('key-challenge', body, digest, signature, signer_pubkey, null);
  model constant omla.models := omla.lock_model((doc ->> 'model_id')::uuid, signer_pubkey, (doc ->> 'nonce')::bigint);
  rotation omla.key_rotations;
begin
  select k.* into rotation from omla.key_rotations k
   where k.digest = doc ->> 'rotation_digest' and k.model_id = model.id and k.challenged_at is null and k.completed_at is null for no key update;
  if not found then
    perform omla.refuse('ROTATION_NOT_FOUND', 'no such rotation is pending', 404, '{"path": "rotation_digest"}');
  end if;
  if rotation.signer_pubkey = signer_pubkey then
    perform omla.refuse('KEY_NOT_ALLOWED', 'the key that asked for a rotation cannot challenge it', 403, jsonb_build_object('key_id', omla.key_id(signer_pubkey)));
  end if;
  update omla.key_rotations k set challenged_at = omla.now_seconds(), challenge_digest = apply_key_challenge.digest where k.digest = rotation.digest;
  perform omla.audit_append(omla.key_id(signer_pubkey), 'key.challenge', 'models', model.id::text, jsonb_build_object('digest', digest, 'rotation', rotation.digest));
  return jsonb_build_object('model_id', model.id, 'rotation_digest', rotation.digest);
end
$$;

-- Completes every rotation whose seven days are over.
create or replace function omla.complete_key_rotations(as_of timestamptz default null) returns table (digest text, model_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := date_trunc('second', coalesce(as_of, omla.now()));
  rotation omla.key_rotations;
begin
  for rotation in
    select k.* from omla.key_rotations k where k.challenged_at is null and k.completed_at is null and k.completes_at <= at order by k.completes_at, k.digest for no key update skip locked
  loop
    update omla.models m set ed25519_pubkey = coalesce(rotation.new_pubkey, m.ed25519_pubkey), recovery_pubkey = coalesce(rotation.new_recovery_pubkey, m.recovery_pubkey)
     where m.id = rotation.model_id;
    update omla.key_rotations k set completed_at = at where k.digest = rotation.digest;
    perform omla.audit_append('system', 'key.rotated', 'models', rotation.model_id::text, jsonb_build_object('digest', rotation.digest));
    digest := rotation.digest;
    model_id := rotation.model_id;
    return next;
  end loop;
end
$$;

drop trigger if exists key_rotations_immutable on omla.key_rotations;
create trigger key_rotations_immutable before update on omla.key_rotations for each row
  execute function omla.refuse_change_except('challenge_digest', 'challenged_at', 'completed_at');
drop trigger if exists key_rotations_no_delete on omla.key_rotations;
create trigger key_rotations_no_delete before delete on omla.key_rotations for each row execute function omla.refuse_change();

grant execute on function omla.apply_key_rotation(text, text, text, text), omla.apply_key_challenge(text, text, text, text),
  omla.complete_key_rotations(timestamptz) to service_role;
