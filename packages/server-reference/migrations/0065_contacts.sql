-- What a stolen key can do and whom the registry tells: nonces that cannot be used up, and addresses of keys that have no model.

-- A nonce grows strictly. At the highest number there is it stays: whoever burned all numbers with a stolen key would else have locked
-- the other key out of its challenge. A document is still taken once, by its digest.
create or replace function omla.assert_nonce(new_nonce bigint, current bigint) returns void
language plpgsql
as $$
begin
  if new_nonce is null or new_nonce < current or (new_nonce = current and current < 9007199254740991) then
    perform omla.refuse('NONCE_NOT_HIGHER', format('the nonce %s was used before', new_nonce), 409,
      jsonb_build_object('path', 'nonce', 'current', current), 'Sign again with a higher nonce.');
  end if;
end
$$;

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
  perform omla.assert_nonce(new_nonce, locked.update_nonce);
  update omla.models set update_nonce = new_nonce where id = model;
  return locked;
end
$$;

-- Completes every rotation whose seven days are over. The model is locked first, as by a challenge, so that the two wait for each other
-- in one order; a model that somebody changes just now is left to the next run.
create or replace function omla.complete_key_rotations(as_of timestamptz default null) returns table (digest text, model_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := date_trunc('second', coalesce(as_of, omla.now()));
  due record;
  rotation omla.key_rotations;
begin
  for due in
    select k.digest, k.model_id from omla.key_rotations k
     where k.challenged_at is null and k.completed_at is null and k.completes_at <= at order by k.completes_at, k.digest
  loop
    perform from omla.models m where m.id = due.model_id for no key update skip locked;
    continue when not found;
    select k.* into rotation from omla.key_rotations k
     where k.digest = due.digest and k.challenged_at is null and k.completed_at is null for no key update;
    continue when not found;
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

-- Where the holder of a wallet's key wants to be told; it came as contact_email in the private part of a wallet-rail change.
create table if not exists omla.key_contacts (
  pubkey omla.public_key constraint key_contacts_pkey primary key,
  contact_email text not null constraint key_contacts_contact_email_form check (contact_email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,255}$'),
  -- Told as well for seven days: a stolen key that names its own address does not silence the owner.
  previous_email text,
  changed_at timestamptz not null default omla.now_seconds()
);
select omla.protect('omla.key_contacts');

create or replace function omla.keep_contact(key text, email text) returns void
language sql
as $$
  insert into omla.key_contacts as k (pubkey, contact_email) select key, email where email is not null
  on conflict (pubkey) do update set contact_email = excluded.contact_email, changed_at = omla.now_seconds(),
      previous_email = case when k.changed_at > omla.now() - interval '168 hours' then coalesce(k.previous_email, k.contact_email) else k.contact_email end
    where k.contact_email <> excluded.contact_email
$$;

-- Who is told of a wallet: the creator of the model whose primary wallet it is, else the holder of its own key.
create or replace view omla.wallet_contacts as
  select w.id as wallet_id, w.address::text, coalesce(m.name, w.label, w.address) as name, e.email
    from omla.wallets w
    left join omla.models m on m.id = w.model_id and w.is_primary
    left join omla.model_private p on p.model_id = m.id
    left join omla.key_contacts k on k.pubkey = w.owner_pubkey
    cross join lateral (
      select distinct a.email from (values (p.creator_email), (k.contact_email),
        (case when k.changed_at > omla.now() - interval '168 hours' then k.previous_email end)) a (email) where a.email is not null) e;
alter view omla.wallet_contacts owner to omla_owner;
grant select on omla.wallet_contacts to service_role;

-- As before, with the nonce's rule above and the owner's address.
-- `body`: canonical JSON of the mutation without its signature; `signer_pubkey`: the key that the signature was verified with.
create or replace function omla.apply_mutation(body text, digest text, signature text, signer_pubkey text, private text default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('mutation', body, digest, signature, signer_pubkey, private);
  change constant jsonb := doc -> 'change';
  kind constant text := change ->> 'kind';
  new_nonce constant bigint := (doc ->> 'nonce')::bigint;
  at constant timestamptz := omla.now_seconds();
  model omla.models;
  wallet omla.wallets;
  by_owner boolean := false;
  before jsonb;
begin
  select m.* into model from omla.models m where m.id = (doc ->> 'model_id')::uuid for no key update;
  if not found then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', doc ->> 'model_id'), 404, '{"path": "model_id"}');
  end if;
  if not model.is_active then
    perform omla.refuse('MODEL_INACTIVE', 'the model was deactivated', 409, '{"path": "model_id"}');
  end if;
  if kind = 'wallet-rail' then
    select w.* into wallet from omla.wallets w where w.address = lower(change ->> 'address') for no key update;
    if not found then
      perform omla.refuse('WALLET_UNKNOWN', format('%s is no wallet of this registry', change ->> 'address'), 422, '{"path": "change.address"}');
    end if;
    by_owner := not wallet.is_primary;
  end if;
  -- The owner's key sets the rail of its wallet; everything else is the model's, by either of its keys.
  if (case when kind <> 'wallet-rail' then signer_pubkey not in (model.ed25519_pubkey, coalesce(model.recovery_pubkey, model.ed25519_pubkey))
          when by_owner then signer_pubkey <> wallet.owner_pubkey
          else wallet.model_id <> model.id or signer_pubkey not in (model.ed25519_pubkey, coalesce(model.recovery_pubkey, model.ed25519_pubkey)) end) then
    perform omla.refuse('KEY_NOT_ALLOWED', 'this key may not make this change', 403, jsonb_build_object('key_id', omla.key_id(signer_pubkey)));
  end if;
  perform omla.assert_nonce(new_nonce, case when by_owner then wallet.update_nonce else model.update_nonce end);
  before := omla.mutable_part(model.id, kind, wallet.id);

  case kind
    when 'wallet-rail' then
      perform omla.store_rails(wallet, change, private::jsonb, signature, new_nonce, at);
      if by_owner then perform omla.keep_contact(signer_pubkey, private::jsonb ->> 'contact_email'); end if;
    when 'lineage' then perform omla.store_lineage(model.id, change -> 'lineage', digest, signature, new_nonce, at);
    when 'splits' then perform omla.store_splits(model.id, change -> 'contribution_splits', digest, signature, new_nonce, at);
    when 'currency-prefs' then perform omla.store_currency_prefs(model.id, change -> 'creator_currency_prefs', digest, at);
    when 'hoster-share' then perform omla.store_hoster_share(model.id, change ->> 'hoster_share_pct', digest, at);
    when 'metadata' then perform omla.store_metadata(model.id, change -> 'metadata', digest, at);
    when 'locations' then perform omla.store_locations(model.id, change -> 'locations', digest, at);
    when 'files' then perform omla.store_files(model.id, change -> 'files', digest, at);
    when 'deactivate' then
      update omla.models set is_active = false where id = model.id;
      update omla.model_hashes set is_active = false where model_id = model.id;
    else perform omla.refuse('DOCUMENT_SCHEMA', format('%s is no kind of change', kind), 422, '{"path": "change.kind"}');
  end case;
  if not by_owner then
    update omla.models set update_nonce = new_nonce where id = model.id;
  end if;
  perform omla.check_sets_now();
  perform omla.audit_append(omla.key_id(signer_pubkey), 'model.' || kind, case when by_owner then 'wallets' else 'models' end,
    case when by_owner then wallet.id else model.id end::text,
    jsonb_build_object('before', before, 'after', omla.mutable_part(model.id, kind, wallet.id), 'digest', digest, 'nonce', new_nonce));
  return jsonb_build_object('model_id', model.id, 'kind', kind, 'nonce', new_nonce, 'digest', digest, 'effective_from', omla.iso(at));
end
$$;

-- As before, and the address of a wallet's holder.
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
  elsif what = 'wallet-contact' then
    delete from omla.key_contacts k using omla.wallets w where w.id = target::uuid and k.pubkey = w.owner_pubkey;
    get diagnostics erased = row_count;
    -- The private parts of the wallet's changes held it as well.
    update omla.document_private p set private = null, redacted_at = omla.now_seconds()
      from omla.documents d, omla.wallets w
     where w.id = target::uuid and d.digest = p.digest and d.type = 'mutation' and d.signer_pubkey = w.owner_pubkey and p.private is not null;
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
