import type { ClientBase } from "pg";
import type { Claims, Role } from "../../src/db/role.ts";

/** A query of every request or page, with who asks it, and the index that must carry it. */
export interface HotQuery {
  readonly name: string;
  readonly role: Role;
  readonly claims?: Claims;
  readonly text: string;
  readonly index: string;
}

/** Placeholders: `$id`, `$address`, `$hash`, `$company` are replaced by values of the registry under test. */
export const HOT_QUERIES: readonly HotQuery[] = [
  {
    name: "a model by its hash",
    role: "anon",
    text: "select * from public.models where model_hash = '$hash'",
    index: "models_model_hash_idx",
  },
  {
    // The function's body stands in the question, or this would be one scan of a function.
    name: "what a badge says of a hash",
    role: "anon",
    text: "select * from public.verify_by_hash('$hash')",
    index: "model_hashes_pkey",
  },
  {
    name: "a model by its id, with its wallets",
    role: "anon",
    text: "select m.*, w.* from public.models m left join public.wallets w on w.model_id = m.id where m.id = '$id'",
    index: "wallets_model_id_idx|wallets_one_primary",
  },
  {
    name: "the metadata of a model",
    role: "anon",
    text: "select * from public.model_metadata where model_id = '$id'",
    index: "model_metadata_pkey",
  },
  {
    name: "a wallet by its address",
    role: "anon",
    text: "select * from public.wallets where address = '$address'",
    index: "wallets_address_unique",
  },
  {
    name: "the newest active models",
    role: "anon",
    text: "select * from public.models where is_active order by created_at desc limit 20",
    index: "models_created_at_idx",
  },
  {
    name: "models by a part of their name",
    role: "anon",
    text: "select * from public.models where name ilike '%model 4711%' limit 20",
    index: "models_name_search_idx",
  },
  {
    name: "the edges of a model",
    role: "anon",
    text: "select * from public.lineage_edges where child_id = '$id' order by position",
    index: "lineage_edges_",
  },
  {
    name: "the derivatives of a model",
    role: "anon",
    text: "select * from public.lineage_edges where parent_id = '$id'",
    index: "lineage_edges_parent_idx",
  },
  {
    name: "the splits of a model",
    role: "anon",
    text: "select * from public.contribution_splits where model_id = '$id' order by position",
    index: "contribution_splits_",
  },
  {
    name: "the standing of a model",
    role: "anon",
    text: "select * from public.compliance_state where model_id = '$id'",
    index: "compliance_state_",
  },
  {
    name: "the history of a model",
    role: "anon",
    text: "select * from public.audit_log where entity = 'models' and entity_id = '$id'",
    index: "audit_log_entity_idx",
  },
  {
    name: "who holds a hash",
    role: "service_role",
    text: "select model_id from omla.model_hashes where sha256 = '$hash' and is_active",
    index: "model_hashes_",
  },
  {
    name: "an API key by its public part",
    role: "service_role",
    text: "select * from omla.api_keys where kid = 'abcdefghij' and revoked_at is null",
    index: "api_keys_pkey",
  },
  {
    name: "a remembered answer",
    role: "service_role",
    text: "select * from omla.idempotency_keys where scope = 's' and key = 'k'",
    index: "idempotency_keys_pkey",
  },
  {
    name: "a company's own lines",
    role: "authenticated",
    claims: { company_id: "$company" },
    text: "select * from public.usage_reports where reporter_id = '$company'",
    index: "usage_reports_reporter_idx",
  },
  {
    name: "a creator's lines",
    role: "authenticated",
    claims: { pubkey: "$key" },
    text: "select * from public.usage_reports where model_id = '$id'",
    index: "usage_reports_model_idx",
  },
  {
    name: "a creator's earnings",
    role: "authenticated",
    claims: { pubkey: "$key" },
    text: "select * from public.payments where wallet_id in (select id from public.wallets where address = '$address')",
    index: "payments_wallet_idx",
  },
  {
    name: "the lines of a quarter that wait for money",
    role: "payout",
    text: "select * from omla.usage_reports where live and status = 'funded' and quarter = '2026-Q3'",
    index: "usage_reports_status_idx",
  },
  {
    name: "who is blacklisted",
    role: "service_role",
    text: "select * from omla.compliance_state where blacklisted_at is not null",
    index: "compliance_state_blacklisted_idx",
  },
  {
    name: "complaints that nobody was told of",
    role: "service_role",
    text: "select * from omla.complaints where notified_at is null",
    index: "complaints_to_notify_idx",
  },
];

/** Fills the tables that grow with so many models, past the functions, and gives one of them. */
export async function fillRegistry(client: ClientBase, models: number): Promise<Readonly<Record<string, string>>> {
  await client.query(`
    set session_replication_role = replica;
    create temporary table filled as select i, gen_random_uuid() as id, gen_random_uuid() as company from generate_series(1, ${models}) i;
    insert into omla.documents (digest, type, body, signature, signer_pubkey, model_id)
      select omla.sha256_of(id::text), 'registration', id::text, repeat('A', 86) || '==', repeat('A', 43) || '=', id from filled;
    insert into omla.models (id, name, license_version, ed25519_pubkey, model_hash, document_digest, created_at)
      select id, 'Model ' || i, 'v8', left(encode(sha256(id::text::bytea), 'base64'), 44), omla.sha256_of(id::text), omla.sha256_of(id::text),
             timestamptz '2026-01-01' + i * interval '1 second' from filled;
    insert into omla.model_private select id, i || '@example.org' from filled;
    insert into omla.model_hashes (sha256, model_id) select model_hash, id from omla.models;
    insert into omla.hoster_shares select id, 0, '2026-01-01', null, document_digest from omla.models;
    insert into omla.wallets (model_id, address, is_primary) select id, omla.address_of(id), true from omla.models;
    insert into omla.wallet_private select id, 'acct_1' from omla.wallets;
    insert into omla.compliance_state (id, subject_kind) select id, 'model' from filled;
    insert into omla.model_metadata select id, 'a', '1', omla.sha256_of(id::text) from filled;
    insert into omla.lineage_edges (child_id, parent_id, relationship, contribution_weight, position, effective_from, document_digest, update_signature, update_nonce)
      select c.id, p.id, 'merge', 0.1, k - 1, '2026-01-01', omla.sha256_of(c.id::text), repeat('A', 86) || '==', 0
        from filled c cross join generate_series(1, 2) k join filled p on p.i = c.i + k * 7;
    insert into omla.contribution_splits (model_id, recipient, recipient_wallet_id, percentage, position, effective_from, document_digest, update_signature, update_nonce)
      select w.model_id, 'Me', w.id, 100, 0, '2026-01-01', omla.sha256_of(w.model_id::text), repeat('A', 86) || '==', 0 from omla.wallets w;
    insert into omla.commercial_users (id, company_name) select company, 'Company ' || i from filled;
    insert into omla.usage_reports (id, submission_id, reporter_id, model_id, quarter, live, filed_at, entry, inferences,
        revenue_usd, run_cost_usd, rate, royalty_basis, royalty_usd, net_royalty_usd, hoster_share_pct, license_version, terms_sha256, status)
      select gen_random_uuid(), gen_random_uuid(), company, id, '2026-Q' || i % 4 + 1, true, now(), 'entries[0]', 1,
             0, 0, 0.3, 'revenue', 0, 0, 0, 'v8', repeat('0', 64), (array['paid', 'paid', 'superseded', 'paid', 'funded'])[i % 5 + 1] from filled;
    insert into omla.payments (model_id, wallet_id, quarter, amount_usd) select w.model_id, w.id, '2026-Q3', 1 from omla.wallets w;
    insert into omla.audit_log select i, now(), 'system', 'model.register', 'models', id::text, '', '', '' from filled;
    insert into omla.audit_details select i, '', '{}' from filled;
    insert into omla.api_keys (kid, company_id, live, last4, api_key_hash) select lpad(i::text, 10, '0'), company, true, 'abcd', '$2b$10$' || repeat('a', 53) from filled;
    insert into omla.idempotency_keys (scope, key, content_sha256, status, answer) select 's' || i, 'k', repeat('0', 64), 200, '{}' from filled;
    insert into omla.complaints (receipt, model_id, reason, notified_at) select 'ABCD-' || lpad(i::text, 8, '0'), id, 'OTHER', now() from filled;
    set session_replication_role = origin;
    analyze`);
  const { rows } = await client.query<Record<string, string>>(
    `select m.id::text as id, m.model_hash::text as hash, m.ed25519_pubkey::text as key, w.address::text as address, f.company::text as company
       from filled f join omla.models m on m.id = f.id join omla.wallets w on w.model_id = m.id where f.i = 17`,
  );
  return rows[0] ?? {};
}
