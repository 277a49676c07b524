import type { BenchClient } from "./sql-registry.ts";

/** Writes models 1 to n with their wallets and weight hashes past the functions; model i has the hash of the text i. */
export async function fillModels(client: BenchClient, models: number): Promise<void> {
  await client.query(`
    set session_replication_role = replica;
    create temporary table bench_ids as select i, gen_random_uuid() as id, omla.sha256_of(i::text) as hash from generate_series(1, ${models}) i;
    insert into omla.documents (digest, type, body, signature, signer_pubkey)
      values (omla.sha256_of('{}'), 'registration', '{}', repeat('A', 86) || '==', repeat('A', 43) || '=') on conflict do nothing;
    insert into omla.models (id, name, description, license_version, ed25519_pubkey, model_hash, document_digest, created_at)
      select id, 'Model ' || i, 'A model of the bench', 'v8', repeat('A', 43) || '=', hash, omla.sha256_of('{}'), '2026-01-01' from bench_ids;
    insert into omla.wallets (model_id, address, is_primary, rail) select id, omla.address_of(id), true, 'stripe' from bench_ids;
    insert into omla.model_hashes (sha256, model_id) select hash, id from bench_ids;
    insert into omla.compliance_state (id, subject_kind) select id, 'model' from bench_ids;
    set session_replication_role = origin;
    drop table bench_ids;
    analyze`);
}
