-- What hosters sign, what models countersign, and what the board decides about claims.

create or replace function omla.apply_hoster_claim(body text, digest text, signature text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('hoster-claim', body, digest, signature, body::jsonb ->> 'hoster_pubkey', null);
  model constant uuid := (doc ->> 'model_id')::uuid;
  wallet uuid;
  claim uuid;
begin
  if not exists (select from omla.models m where m.id = model and m.is_active) then
    perform omla.refuse('MODEL_NOT_FOUND', format('no model %s', model), 404, '{"path": "model_id"}');
  end if;
  select w.id into wallet from omla.wallets w where w.address = lower(doc ->> 'wallet');
  if not found then
    perform omla.refuse('WALLET_UNKNOWN', format('%s is no wallet of this registry', doc ->> 'wallet'), 422, '{"path": "wallet"}', 'Register the wallet first.');
  end if;
  perform from omla.hoster_claims c where c.model_id = model and c.hoster_pubkey = doc ->> 'hoster_pubkey' and c.revoked_at is null;
  if found then
    perform omla.refuse('HOSTER_CLAIM_EXISTS', 'this key claims to host this model already', 409, '{"path": "hoster_pubkey"}');
  end if;
  -- The literal that the hoster signs has no time: after a revocation only a fresh challenge tells a new claim from the old one.
  if exists (select from omla.hoster_claims c where c.model_id = model and c.hoster_pubkey = doc ->> 'hoster_pubkey') then
    update omla.sign_in_challenges s set used_at = omla.now()
     where s.challenge = doc ->> 'challenge' and s.used_at is null and s.expires_at > omla.now();
    if not found then
      perform omla.refuse('CHALLENGE_REQUIRED', 'an earlier claim was revoked: a new one needs a fresh challenge', 409, '{"path": "challenge"}');
    end if;
  end if;
  insert into omla.hoster_claims (model_id, hoster_pubkey, name, wallet_id, host_signature, document_digest)
  values (model, doc ->> 'hoster_pubkey', doc ->> 'name', wallet, doc ->> 'host_signature', digest) returning id into claim;
  perform omla.audit_append(omla.key_id(doc ->> 'hoster_pubkey'), 'hoster.claim', 'hoster_claims', claim::text, jsonb_build_object('model_id', model, 'digest', digest));
  return jsonb_build_object('claim_id', claim, 'model_id', model, 'verified', false);
end
$$;

create or replace function omla.judge_claim(claim uuid, is_verified boolean, actor text, detail jsonb) returns void
language plpgsql
as $$
begin
  if is_verified then
    update omla.hoster_claims set verified_at = omla.now_seconds(), verified_by = actor where id = claim and verified_at is null;
  else
    update omla.hoster_claims set revoked_at = omla.now_seconds() where id = claim and revoked_at is null;
  end if;
  perform omla.audit_append(actor, case when is_verified then 'hoster.verify' else 'hoster.revoke' end, 'hoster_claims', claim::text, detail);
end
$$;

create or replace function omla.apply_hoster_verification(body text, digest text, signature text, signer_pubkey text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('hoster-verification', body, digest, signature, signer_pubkey, null);
  model constant omla.models := omla.lock_model((doc ->> 'model_id')::uuid, signer_pubkey, (doc ->> 'nonce')::bigint);
  claim uuid;
begin
  if signer_pubkey <> model.ed25519_pubkey then
    perform omla.refuse('KEY_NOT_ALLOWED', 'only the model''s key verifies its hosters', 403, jsonb_build_object('key_id', omla.key_id(signer_pubkey)));
  end if;
  select c.id into claim from omla.hoster_claims c where c.model_id = model.id and c.hoster_pubkey = doc ->> 'hoster_pubkey' and c.revoked_at is null for no key update;
  if not found then
    perform omla.refuse('HOSTER_CLAIM_NOT_FOUND', 'no claim of this key on this model', 404, '{"path": "hoster_pubkey"}');
  end if;
  perform omla.judge_claim(claim, (doc ->> 'verified')::boolean, omla.key_id(signer_pubkey), jsonb_build_object('digest', digest));
  return jsonb_build_object('claim_id', claim, 'model_id', model.id, 'verified', (doc ->> 'verified')::boolean);
end
$$;

-- The board's review of a claim.
create or replace function omla.review_hoster_claim(claim uuid, is_verified boolean, actor text, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from omla.hoster_claims c where c.id = claim and c.revoked_at is null) then
    perform omla.refuse('HOSTER_CLAIM_NOT_FOUND', format('no claim %s', claim), 404);
  end if;
  perform omla.judge_claim(claim, is_verified, actor, jsonb_build_object('note', note));
end
$$;

create or replace function omla.apply_hoster_report(body text, digest text, signature text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('hoster-report', body, digest, signature, body::jsonb ->> 'hoster_pubkey', null);
  quarter_name constant omla.quarter := doc ->> 'quarter';
  claim uuid;
begin
  select c.id into claim from omla.hoster_claims c
   where c.model_id = (doc ->> 'model_id')::uuid and c.hoster_pubkey = doc ->> 'hoster_pubkey' and c.revoked_at is null for no key update;
  if not found then
    perform omla.refuse('HOSTER_CLAIM_NOT_FOUND', 'no claim of this key on this model', 404, '{"path": "hoster_pubkey"}');
  end if;
  if omla.now() < omla.quarter_start(quarter_name) then
    perform omla.refuse('QUARTER_NOT_BEGUN', format('%s has not begun', quarter_name), 422, '{"path": "quarter"}');
  end if;
  if omla.now() > omla.quarter_end(quarter_name) + interval '360 hours' then
    perform omla.refuse('HOSTER_REPORT_CLOSED', format('volumes of %s closed 15 days after its end', quarter_name), 409, '{"path": "quarter"}');
  end if;
  if (doc ->> 'revision')::int <= (select coalesce(max(v.revision), 0) from omla.hoster_volume_reports v where v.claim_id = claim and v.quarter = quarter_name) then
    perform omla.refuse('HOSTER_REPORT_EXISTS', 'this revision, or a later one, was reported', 409, '{"path": "revision"}', 'Sign again with a higher revision.');
  end if;
  insert into omla.hoster_volume_reports (claim_id, model_id, quarter, revision, inferences, document_digest)
  values (claim, (doc ->> 'model_id')::uuid, quarter_name, (doc ->> 'revision')::int, (doc ->> 'inferences')::bigint, digest);
  perform omla.audit_append(omla.key_id(doc ->> 'hoster_pubkey'), 'hoster.report', 'hoster_claims', claim::text,
    jsonb_build_object('quarter', quarter_name, 'revision', doc -> 'revision', 'digest', digest));
  return jsonb_build_object('claim_id', claim, 'quarter', quarter_name, 'revision', doc -> 'revision');
end
$$;

-- A wallet of its own, for hosters and for people who are named in splits. Its rail is set by its owner's signed mutation.
create or replace function omla.register_wallet(address text, owner_pubkey text, label text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  wallet uuid;
begin
  insert into omla.wallets (address, owner_pubkey, label) values (lower(register_wallet.address), register_wallet.owner_pubkey, register_wallet.label)
  on conflict on constraint wallets_address_unique do nothing returning id into wallet;
  if wallet is null then
    perform omla.refuse('WALLET_TAKEN', format('%s is registered already', register_wallet.address), 409, '{"path": "address"}');
  end if;
  perform omla.audit_append(omla.key_id(register_wallet.owner_pubkey), 'wallet.register', 'wallets', wallet::text, jsonb_build_object('address', lower(register_wallet.address)));
  return jsonb_build_object('wallet_id', wallet, 'address', lower(register_wallet.address));
end
$$;

drop trigger if exists hoster_claims_immutable on omla.hoster_claims;
create trigger hoster_claims_immutable before update on omla.hoster_claims for each row
  execute function omla.refuse_change_except('verified_at', 'verified_by', 'revoked_at');
drop trigger if exists hoster_claims_no_delete on omla.hoster_claims;
create trigger hoster_claims_no_delete before delete on omla.hoster_claims for each row execute function omla.refuse_change();

grant execute on function omla.apply_hoster_claim(text, text, text), omla.apply_hoster_verification(text, text, text, text),
  omla.apply_hoster_report(text, text, text), omla.register_wallet(text, text, text) to service_role;
grant execute on function omla.review_hoster_claim(uuid, boolean, text, text) to reviewer;
