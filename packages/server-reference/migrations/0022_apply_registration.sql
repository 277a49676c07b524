-- The only way a model comes into the registry. The server has verified the signature; this function demands the digest of what was
-- signed, and stores what the signed body says, not what somebody passes beside it.

-- "ed25519:" and the first 16 hex digits of SHA-256("omla.key.v1" 0x00 key): a short name for a key, for the audit log.
create or replace function omla.key_id(pubkey text) returns text
language sql immutable strict parallel safe
as $$ select 'ed25519:' || left(encode(sha256(convert_to('omla.key.v1', 'UTF8') || '\x00'::bytea || decode(pubkey, 'base64')), 'hex'), 16) $$;
grant execute on function omla.key_id(text) to public;

-- Takes a signed document in: its body must be the one that was verified, meant for this registry, and new.
create or replace function omla.take_document(doc_type text, body text, digest text, signature text, signer_pubkey text, private text) returns jsonb
language plpgsql
as $$
declare
  doc constant jsonb := body::jsonb;
  origin constant text := omla.setting('origin') #>> '{}';
begin
  if digest is distinct from omla.sha256_of(body) then
    perform omla.refuse('DIGEST_MISMATCH', 'the digest is not that of the signed body', 422);
  end if;
  if doc ->> 'spec' is distinct from 'omla-' || doc_type || '/1' then
    perform omla.refuse('DOCUMENT_SCHEMA', format('this is no %s', doc_type), 422, '{"path": "spec"}');
  end if;
  if doc ->> 'registry' is distinct from coalesce(origin, doc ->> 'registry') then
    perform omla.refuse('REGISTRY_MISMATCH', format('the document is meant for %s', doc ->> 'registry'), 422, jsonb_build_object('path', 'registry', 'origin', origin));
  end if;
  if exists (select from omla.documents d where d.digest = take_document.digest) then
    perform omla.refuse('DOCUMENT_EXISTS', 'this document was accepted before', 409, jsonb_build_object('digest', digest));
  end if;
  insert into omla.documents (digest, type, body, signature, signer_pubkey, model_id)
  values (digest, doc_type, body, signature, signer_pubkey, (doc ->> 'model_id')::uuid);
  if private is not null then
    if coalesce(doc ->> 'private_sha256', doc -> 'change' ->> 'private_sha256') is distinct from omla.sha256_of(private) then
      perform omla.refuse('PRIVATE_MISMATCH', 'private_sha256 is not the digest of what travelled beside the document', 422, '{"path": "private"}');
    end if;
    insert into omla.document_private (digest, private) values (digest, private::jsonb);
  end if;
  return doc;
end
$$;

-- The set functions close what is in force and open the new set at the same second.

create or replace function omla.store_lineage(model uuid, lineage jsonb, doc_digest text, signature text, nonce bigint, wanted timestamptz) returns void
language plpgsql
as $$
declare
  at timestamptz;
  edges constant jsonb := (
    select coalesce(jsonb_agg(jsonb_build_object('parent_id', m.id, 'ref', coalesce(e ->> 'parent_id', lower(e ->> 'parent_wallet'), e ->> 'parent_ref'),
             'relationship', e ->> 'relationship', 'weight', e ->> 'contribution_weight') order by i), '[]')
      from jsonb_array_elements(lineage) with ordinality as u (e, i)
      left join omla.wallets w on w.address = lower(e ->> 'parent_wallet') and w.is_primary
      left join omla.models m on m.id::text = lower(e ->> 'parent_id') or m.id = w.model_id);
begin
  perform omla.check_edges(model::text, array(select coalesce(e ->> 'parent_id', e ->> 'ref') from jsonb_array_elements(edges) e),
    array(select e ->> 'weight' from jsonb_array_elements(edges) e), omla.limits(), 'lineage');
  if nonce = 0 and edges = '[]' then return; end if;
  update omla.lineage_turn t set turn = t.turn + 1, at = greatest(t.at, wanted) returning t.at into at;
  update omla.lineage_edges set effective_until = at where child_id = model and effective_until is null;
  insert into omla.lineage_edges (child_id, parent_id, parent_ref, relationship, contribution_weight, position, effective_from, document_digest, update_signature, update_nonce)
  select model, (e ->> 'parent_id')::uuid, case when e ->> 'parent_id' is null then e ->> 'ref' end, e ->> 'relationship', (e ->> 'weight')::numeric, i - 1, at, doc_digest, signature, nonce
    from jsonb_array_elements(edges) with ordinality as u (e, i);
end
$$;

create or replace function omla.store_splits(model uuid, splits jsonb, doc_digest text, signature text, nonce bigint, at timestamptz) returns void
language plpgsql
as $$
declare
  unknown record;
begin
  perform omla.check_splits(array(select s ->> 'wallet' from jsonb_array_elements(splits) s),
    array(select s ->> 'percentage' from jsonb_array_elements(splits) s), omla.limits(), 'contribution_splits');
  select s ->> 'wallet' as wallet, i - 1 as position into unknown
    from jsonb_array_elements(splits) with ordinality as u (s, i)
   where not exists (select from omla.wallets w where w.address = lower(s ->> 'wallet')) order by i limit 1;
  if found then
    perform omla.refuse('WALLET_UNKNOWN', format('%s is no wallet of this registry', unknown.wallet), 422,
      jsonb_build_object('path', format('contribution_splits[%s].wallet', unknown.position)), 'Name the wallet under "wallets" with its owner''s key, or register it first.');
  end if;
  update omla.contribution_splits set effective_until = at where model_id = model and effective_until is null;
  insert into omla.contribution_splits (model_id, recipient, recipient_wallet_id, percentage, position, effective_from, document_digest, update_signature, update_nonce)
  select model, s ->> 'recipient', w.id, (s ->> 'percentage')::numeric, i - 1, at, doc_digest, signature, nonce
    from jsonb_array_elements(splits) with ordinality as u (s, i) join omla.wallets w on w.address = lower(s ->> 'wallet');
end
$$;

create or replace function omla.store_currency_prefs(model uuid, prefs jsonb, doc_digest text, at timestamptz) returns void
language plpgsql
as $$
declare
  unknown record;
begin
  select p ->> 'code' as code, i - 1 as position into unknown
    from jsonb_array_elements(prefs) with ordinality as u (p, i)
   where not exists (select from omla.currency_registry c where c.code = p ->> 'code' and c.is_active) order by i limit 1;
  if found then
    perform omla.refuse('CURRENCY_UNKNOWN', format('%s is no currency of this registry', unknown.code), 422,
      jsonb_build_object('path', format('creator_currency_prefs[%s].code', unknown.position)));
  end if;
  update omla.creator_currency_prefs set effective_until = at where model_id = model and effective_until is null;
  insert into omla.creator_currency_prefs (model_id, position, code, is_backup, effective_from, document_digest)
  select model, i - 1, p ->> 'code', coalesce((p ->> 'is_backup')::boolean, false), at, doc_digest from jsonb_array_elements(prefs) with ordinality as u (p, i);
end
$$;

create or replace function omla.store_hoster_share(model uuid, share text, doc_digest text, at timestamptz) returns void
language plpgsql
as $$
begin
  if omla.decimal_units(share) not between 0 and 50000000 then
    perform omla.refuse('HOSTER_SHARE_RANGE', format('%s is not between 0 and 50', share), 422, '{"path": "hoster_share_pct"}');
  end if;
  update omla.hoster_shares set effective_until = at where model_id = model and effective_until is null;
  insert into omla.hoster_shares (model_id, hoster_share_pct, effective_from, document_digest) values (model, share::numeric, at, doc_digest);
end
$$;

-- A hash belongs to one active model; once a model has it, it keeps it until it is deactivated.
create or replace function omla.store_hashes(model uuid, hashes text[]) returns void
language plpgsql
as $$
declare
  holder record;
begin
  select h.sha256, m.id, m.name into holder from omla.model_hashes h join omla.models m on m.id = h.model_id
   where h.sha256 = any (hashes) and h.is_active and h.model_id <> model limit 1;
  if found then
    perform omla.refuse('HASH_TAKEN', format('the weights %s belong to %s', holder.sha256, holder.name), 409,
      jsonb_build_object('sha256', holder.sha256, 'model_id', holder.id, 'name', holder.name), 'If they are yours, file a complaint about that model.');
  end if;
  insert into omla.model_hashes (sha256, model_id) select distinct h, model from unnest(hashes) h on conflict (sha256, model_id) do nothing;
end
$$;

create or replace function omla.store_files(model uuid, files jsonb, doc_digest text, at timestamptz) returns void
language plpgsql
as $$
begin
  update omla.model_files set effective_until = at where model_id = model and effective_until is null;
  insert into omla.model_files (model_id, position, path, sha256, size, effective_from, document_digest)
  select model, i - 1, f ->> 'path', f ->> 'sha256', (f ->> 'size')::bigint, at, doc_digest from jsonb_array_elements(files) with ordinality as u (f, i);
  perform omla.store_hashes(model, array(select f ->> 'sha256' from jsonb_array_elements(files) f));
end
$$;

-- A location that stays keeps the date on which it was checked.
create or replace function omla.store_locations(model uuid, locations jsonb, doc_digest text, at timestamptz) returns void
language plpgsql
as $$
declare
  checked constant jsonb := (select coalesce(jsonb_object_agg(url, verified_at), '{}') from omla.model_locations where model_id = model and effective_until is null);
begin
  update omla.model_locations set effective_until = at where model_id = model and effective_until is null;
  insert into omla.model_locations (model_id, position, url, effective_from, verified_at, document_digest)
  select model, i - 1, l, at, (checked ->> l)::timestamptz, doc_digest from jsonb_array_elements_text(locations) with ordinality as u (l, i);
end
$$;

-- Wallets with an owner's key: the first mention claims the address, later ones must name the same key.
create or replace function omla.store_wallets(model uuid, wallets jsonb) returns void
language plpgsql
as $$
declare
  taken record;
begin
  insert into omla.wallets (model_id, address, owner_pubkey, label)
  select model, lower(w ->> 'address'), w ->> 'owner_pubkey', w ->> 'label' from jsonb_array_elements(wallets) w
  on conflict (address) do nothing;
  select i - 1 as position, w ->> 'address' as address into taken
    from jsonb_array_elements(wallets) with ordinality as u (w, i) join omla.wallets o on o.address = lower(w ->> 'address')
   where o.owner_pubkey is distinct from w ->> 'owner_pubkey' order by i limit 1;
  if found then
    perform omla.refuse('WALLET_TAKEN', format('%s belongs to another key', taken.address), 409, jsonb_build_object('path', format('wallets[%s].address', taken.position)));
  end if;
end
$$;

create or replace function omla.store_rail(wallet uuid, new_rail text, new_identifier text, signature text, nonce bigint, at timestamptz) returns void
language plpgsql
as $$
begin
  update omla.wallets set rail = new_rail, update_signature = signature, update_nonce = nonce, rail_changed_at = at where id = wallet;
  delete from omla.wallet_private where wallet_id = wallet;
  insert into omla.wallet_private (wallet_id, rail_identifier) select wallet, new_identifier where new_identifier is not null;
end
$$;

-- Runs the checks that otherwise wait for the end of the transaction, so that a refusal names this document.
create or replace function omla.check_sets_now() returns void
language plpgsql
as $$
begin
  set constraints omla.lineage_edges_sound, omla.contribution_splits_sound, omla.currency_prefs_sound immediate;
  set constraints omla.lineage_edges_sound, omla.contribution_splits_sound, omla.currency_prefs_sound deferred;
end
$$;

-- `body`: canonical JSON of the registration without its signature; `private`: canonical JSON of what travelled beside it.
create or replace function omla.apply_registration(body text, digest text, signature text, private text default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  doc constant jsonb := omla.take_document('registration', body, digest, signature, body::jsonb ->> 'ed25519_pubkey', private);
  model constant uuid := (doc ->> 'model_id')::uuid;
  at constant timestamptz := omla.now_seconds();
  kept constant jsonb := coalesce(private::jsonb, '{}');
  primary_wallet uuid;
begin
  if exists (select from omla.models m where m.id = model) then
    perform omla.refuse('MODEL_EXISTS', format('the model %s is registered already', model), 409, '{"path": "model_id"}');
  end if;
  insert into omla.models (id, name, description, domain, asset_kind, license_version, ed25519_pubkey, recovery_pubkey, model_hash, document_digest, created_at)
  values (model, doc ->> 'name', doc ->> 'description', doc ->> 'domain', coalesce(doc ->> 'asset_kind', 'model'), doc ->> 'license_version',
          doc ->> 'ed25519_pubkey', doc ->> 'recovery_pubkey', doc ->> 'model_hash', digest, at);
  insert into omla.wallets (model_id, address, rail, is_primary, rail_changed_at)
  values (model, lower(doc -> 'wallet' ->> 'address'), doc -> 'wallet' ->> 'rail', true, null) returning id into primary_wallet;
  insert into omla.wallet_private select primary_wallet, kept ->> 'rail_identifier' where kept ->> 'rail_identifier' is not null;
  insert into omla.model_private select model, kept ->> 'contact_email' where kept ->> 'contact_email' is not null;
  perform omla.store_hashes(model, array[doc ->> 'model_hash']);
  perform omla.store_wallets(model, coalesce(doc -> 'wallets', '[]'));
  perform omla.store_lineage(model, coalesce(doc -> 'lineage', '[]'), digest, signature, 0, at);
  perform omla.store_splits(model, coalesce(doc -> 'contribution_splits', '[]'), digest, signature, 0, at);
  perform omla.store_currency_prefs(model, coalesce(doc -> 'creator_currency_prefs', '[]'), digest, at);
  perform omla.store_hoster_share(model, coalesce(doc ->> 'hoster_share_pct', '0'), digest, at);
  perform omla.store_files(model, coalesce(doc -> 'files', '[]'), digest, at);
  perform omla.store_locations(model, coalesce(doc -> 'locations', '[]'), digest, at);
  perform omla.check_sets_now();
  perform omla.audit_append(omla.key_id(doc ->> 'ed25519_pubkey'), 'model.register', 'models', model::text,
    jsonb_build_object('before', null, 'after', jsonb_build_object('name', doc ->> 'name', 'digest', digest)));
  return jsonb_build_object('model_id', model, 'address', omla.address_of(model), 'name', doc ->> 'name', 'digest', digest, 'registered_at', omla.iso(at));
end
$$;
grant execute on function omla.apply_registration(text, text, text, text) to service_role;
