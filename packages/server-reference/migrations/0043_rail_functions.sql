-- A signed wallet-rail change may enable further rails beside the primary one: change.enabled_rails names them, and
-- private.rail_identifiers says what the wallet is known by on each. Who does not know the member reads the primary rail alone.
create or replace function omla.store_rails(wallet omla.wallets, change jsonb, private jsonb, signature text, new_nonce bigint, at timestamptz) returns void
language plpgsql
as $$
declare
  named constant jsonb := coalesce(change -> 'enabled_rails', '[]');
  primary_rail constant text := change ->> 'rail';
  known constant text[] := array['stripe', 'paypal', 'lightning', 'ach', 'sepa', 'wise', 'other'];
  wanted text[];
  before jsonb;
begin
  if jsonb_typeof(named) <> 'array' or exists (select from jsonb_array_elements(named) n where jsonb_typeof(n) <> 'string' or not n #>> '{}' = any (known)) then
    perform omla.refuse('DOCUMENT_SCHEMA', 'enabled_rails is a list of rails', 422, '{"path": "change.enabled_rails"}');
  end if;
  wanted := array(select distinct rail from (select primary_rail union all select n #>> '{}' from jsonb_array_elements(named) n) r (rail) where rail is not null);
  -- A rail that stays, under the same name, keeps its account and its age.
  select coalesce(jsonb_object_agg(r.rail, jsonb_build_object('identifier', r.identifier, 'nonce', r.choice, 'enabled_at', r.enabled_at)), '{}') into before
    from (select p.rail, p.choice, p.enabled_at, coalesce(f.rail_identifier, case when p.is_primary then w.rail_identifier end) as identifier
            from omla.payable_rails p
            left join omla.wallet_private w on w.wallet_id = p.wallet_id
            left join omla.wallet_rail_private f on f.wallet_id = p.wallet_id and f.rail = p.rail
           where p.wallet_id = wallet.id) r;
  perform omla.store_rail(wallet.id, primary_rail, private ->> 'rail_identifier', signature, new_nonce, at);
  delete from omla.wallet_rail_private f where f.wallet_id = wallet.id;
  delete from omla.wallet_rails r where r.wallet_id = wallet.id;
  insert into omla.wallet_rails (wallet_id, rail, nonce, enabled_at)
  select wallet.id, n.rail,
         case when n.kept then (before -> n.rail ->> 'nonce')::bigint else new_nonce end,
         case when n.kept then (before -> n.rail ->> 'enabled_at')::timestamptz else at end
    from (select rail, before -> rail is not null and before -> rail ->> 'identifier' is not distinct from
                 case when rail = primary_rail then private ->> 'rail_identifier' else private -> 'rail_identifiers' ->> rail end as kept
            from unnest(wanted) rail) n;
  insert into omla.wallet_rail_private (wallet_id, rail, rail_identifier)
  select wallet.id, i.key, i.value from jsonb_each_text(coalesce(private -> 'rail_identifiers', '{}')) i where i.key = any (wanted) and i.key <> primary_rail;
end
$$;

-- What of a model an audit row tells: now with the further rails of a wallet.
create or replace function omla.mutable_part(model uuid, kind text, wallet uuid) returns jsonb
language sql stable
as $$
  select case kind
    when 'wallet-rail' then (select jsonb_build_object('address', w.address, 'rail', w.rail,
      'enabled_rails', (select coalesce(jsonb_agg(r.rail order by r.rail), '[]') from omla.wallet_rails r where r.wallet_id = w.id and r.rail is distinct from w.rail))
      from omla.wallets w where w.id = wallet)
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

-- As before, with the further rails of a wallet.
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
    when 'wallet-rail' then perform omla.store_rails(wallet, change, private::jsonb, signature, new_nonce, at);
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

-- Rails of a wallet that its newest wallet-rail change does not name; doctor asks for them beside unsigned_rows.
create or replace function omla.unsigned_wallet_rails() returns table (relation text, row_key text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select 'wallet_rails', w.address || ' ' || r.rail
    from omla.wallet_rails r join omla.wallets w on w.id = r.wallet_id
    left join omla.documents c on c.signature = w.update_signature and c.type = 'mutation' and lower(c.body::jsonb -> 'change' ->> 'address') = w.address
   where (c.body::jsonb -> 'change' ->> 'rail' = r.rail or coalesce(c.body::jsonb -> 'change' -> 'enabled_rails', '[]') ? r.rail) is not true
$$;
grant execute on function omla.unsigned_wallet_rails() to service_role, reviewer;
