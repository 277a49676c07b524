-- The only way a registered model changes (R G2): a signed change with a nonce that grows.

-- What of a model an audit row tells: the set or field that the change is about, as it stands.
create or replace function omla.mutable_part(model uuid, kind text, wallet uuid) returns jsonb
language sql stable
as $$
  select case kind
    when 'wallet-rail' then (select jsonb_build_object('address', w.address, 'rail', w.rail) from omla.wallets w where w.id = wallet)
    when 'lineage' then (select jsonb_agg(jsonb_build_object('parent', coalesce(e.parent_id::text, e.parent_ref), 'relationship', e.relationship,
      'contribution_weight', e.contribution_weight::text) order by e.position) from omla.lineage_edges e where e.child_id = model and e.effective_until is null)
    when 'splits' then (select jsonb_agg(jsonb_build_object('wallet', w.address, 'percentage', s.percentage::text) order by s.position)
      from omla.contribution_splits s join omla.wallets w on w.id = s.recipient_wallet_id where s.model_id = model and s.effective_until is null)
    when 'currency-prefs' then (select jsonb_agg(jsonb_build_object('code', p.code, 'is_backup', p.is_backup) order by p.position)
      from omla.creator_currency_prefs p where p.model_id = model and p.effective_until is null)
    when 'hoster-share' then (select to_jsonb(h.hoster_share_pct::text) from omla.hoster_shares h where h.model_id = model and h.effective_until is null)
    when 'metadata' then (select jsonb_object_agg(d.key, d.value) from omla.model_metadata d where d.model_id = model)
    when 'locations' then (select jsonb_agg(l.url order by l.position) from omla.model_locations l where l.model_id = model and l.effective_until is null)
    when 'files' then (select jsonb_agg(jsonb_build_object('path', f.path, 'sha256', f.sha256) order by f.position) from omla.model_files f where f.model_id = model and f.effective_until is null)
    when 'deactivate' then (select to_jsonb(m.is_active) from omla.models m where m.id = model)
  end
$$;

create or replace function omla.store_metadata(model uuid, metadata jsonb, doc_digest text, at timestamptz) returns void
language plpgsql
as $$
begin
  delete from omla.model_metadata d where d.model_id = model and metadata ? d.key;
  insert into omla.model_metadata (model_id, key, value, document_digest, updated_at)
  select model, m.key, m.value, doc_digest, at from jsonb_each(metadata) m where m.value <> 'null';
end
$$;

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
  if new_nonce is null or new_nonce <= (case when by_owner then wallet.update_nonce else model.update_nonce end) then
    perform omla.refuse('NONCE_NOT_HIGHER', format('the nonce %s was used before', new_nonce), 409,
      jsonb_build_object('path', 'nonce', 'current', case when by_owner then wallet.update_nonce else model.update_nonce end), 'Sign again with a higher nonce.');
  end if;
  before := omla.mutable_part(model.id, kind, wallet.id);

  case kind
    when 'wallet-rail' then perform omla.store_rail(wallet.id, change ->> 'rail', private::jsonb ->> 'rail_identifier', signature, new_nonce, at);
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
grant execute on function omla.apply_mutation(text, text, text, text, text) to service_role;
