-- Rows that do not say what somebody signed: none, unless an owner of the database wrote past the functions. doctor asks for them.

-- The value of a document's field: at the top of a registration, in the change of a mutation.
create or replace function omla.signed_value(body text, member text) returns jsonb
language sql immutable parallel safe
as $$ select coalesce(body::jsonb -> member, body::jsonb -> 'change' -> member) $$;

create or replace function omla.unsigned_rows() returns table (relation text, row_key text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select 'models', m.id::text from omla.models m join omla.documents d on d.digest = m.document_digest
   where d.type <> 'registration' or (d.model_id, m.name, m.model_hash::text, m.license_version, m.asset_kind, m.description, m.domain) is distinct from
         (m.id, d.body::jsonb ->> 'name', d.body::jsonb ->> 'model_hash', d.body::jsonb ->> 'license_version', coalesce(d.body::jsonb ->> 'asset_kind', 'model'),
          d.body::jsonb ->> 'description', d.body::jsonb ->> 'domain')
      or m.ed25519_pubkey is distinct from coalesce((select k.new_pubkey::text from omla.key_rotations k where k.model_id = m.id and k.completed_at is not null and k.new_pubkey is not null
                                                      order by k.completed_at desc, k.requested_at desc limit 1), d.body::jsonb ->> 'ed25519_pubkey')
      or m.is_active is distinct from not exists (select from omla.documents c where c.model_id = m.id and c.type = 'mutation' and c.body::jsonb -> 'change' ->> 'kind' = 'deactivate')
  union all
  select 'wallets', w.address from omla.wallets w left join omla.models m on m.id = w.model_id left join omla.documents r on r.digest = m.document_digest
    left join omla.documents c on c.signature = w.update_signature and c.type = 'mutation' and lower(c.body::jsonb -> 'change' ->> 'address') = w.address
   where w.rail is distinct from case when w.update_signature is not null then c.body::jsonb -> 'change' ->> 'rail' when w.is_primary then r.body::jsonb -> 'wallet' ->> 'rail' end
      or exists (select from omla.documents n where n.type = 'mutation' and n.body::jsonb -> 'change' ->> 'kind' = 'wallet-rail'
                  and lower(n.body::jsonb -> 'change' ->> 'address') = w.address and (n.body::jsonb ->> 'nonce')::bigint > w.update_nonce)
  union all
  select 'lineage_edges', e.id::text from omla.lineage_edges e join omla.documents d on d.digest = e.document_digest
    cross join lateral (select omla.signed_value(d.body, 'lineage') -> e.position as edge) s
   where (d.model_id, d.signature::text, e.relationship, e.contribution_weight) is distinct from
         (e.child_id, e.update_signature::text, s.edge ->> 'relationship', (s.edge ->> 'contribution_weight')::numeric)
      or coalesce(e.parent_ref, e.parent_id::text) is distinct from coalesce(
           case when e.parent_id is not null then (select w.model_id::text from omla.wallets w where w.address = lower(s.edge ->> 'parent_wallet') and w.is_primary) end,
           s.edge ->> 'parent_id', lower(s.edge ->> 'parent_wallet'), s.edge ->> 'parent_ref')
  union all
  select 'contribution_splits', c.id::text from omla.contribution_splits c join omla.documents d on d.digest = c.document_digest
    join omla.wallets w on w.id = c.recipient_wallet_id
    cross join lateral (select omla.signed_value(d.body, 'contribution_splits') -> c.position as split) s
   where (d.model_id, d.signature::text, c.recipient, c.percentage, w.address::text) is distinct from
         (c.model_id, c.update_signature::text, s.split ->> 'recipient', (s.split ->> 'percentage')::numeric, lower(s.split ->> 'wallet'))
  union all
  select 'hoster_shares', h.model_id::text from omla.hoster_shares h join omla.documents d on d.digest = h.document_digest
   where (d.model_id, h.hoster_share_pct) is distinct from (h.model_id, coalesce((omla.signed_value(d.body, 'hoster_share_pct') #>> '{}')::numeric, 0))
  union all
  select 'creator_currency_prefs', p.model_id::text from omla.creator_currency_prefs p join omla.documents d on d.digest = p.document_digest
    cross join lateral (select omla.signed_value(d.body, 'creator_currency_prefs') -> p.position as pref) s
   where (d.model_id, p.code, p.is_backup) is distinct from (p.model_id, s.pref ->> 'code', coalesce((s.pref ->> 'is_backup')::boolean, false))
  union all
  select 'model_metadata', t.model_id || ' ' || t.key from omla.model_metadata t join omla.documents d on d.digest = t.document_digest
   where (d.model_id, t.value) is distinct from (t.model_id, d.body::jsonb -> 'change' -> 'metadata' -> t.key)
  union all
  select 'hoster_volume_reports', v.claim_id || ' ' || v.quarter || ' ' || v.revision from omla.hoster_volume_reports v join omla.documents d on d.digest = v.document_digest
   where (d.body::jsonb ->> 'quarter', (d.body::jsonb ->> 'revision')::int, (d.body::jsonb ->> 'inferences')::bigint) is distinct from (v.quarter::text, v.revision, v.inferences)
  union all
  -- A set in force that is not the newest one that was signed, or not all of it.
  select set_name || ' in force', model_id::text
    from (select 'lineage_edges' as set_name, m.id as model_id, 'lineage' as member, 'lineage' as kind,
                 (select count(*) from omla.lineage_edges e where e.child_id = m.id and e.effective_until is null) as rows_in_force,
                 (select max(e.update_nonce) from omla.lineage_edges e where e.child_id = m.id and e.effective_until is null) as nonce_in_force from omla.models m
          union all
          select 'contribution_splits', m.id, 'contribution_splits', 'splits',
                 (select count(*) from omla.contribution_splits c where c.model_id = m.id and c.effective_until is null),
                 (select max(c.update_nonce) from omla.contribution_splits c where c.model_id = m.id and c.effective_until is null) from omla.models m) s
    cross join lateral (
      select d.body, coalesce((d.body::jsonb ->> 'nonce')::bigint, 0) as nonce from omla.documents d
       where d.model_id = s.model_id and (d.type = 'registration' or d.type = 'mutation' and d.body::jsonb -> 'change' ->> 'kind' = s.kind)
       order by 2 desc limit 1) newest
   where rows_in_force <> jsonb_array_length(coalesce(omla.signed_value(newest.body, s.member), '[]')) or nonce_in_force <> newest.nonce
$$;
grant execute on function omla.unsigned_rows() to service_role, reviewer;
