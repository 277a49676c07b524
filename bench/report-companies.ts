import { createApiKey } from "../packages/server-reference/src/credentials/api-key.ts";
import { systemClock } from "../packages/server-reference/src/clock.ts";
import { createKeyHasher } from "../packages/server-reference/src/credentials/key-hasher.ts";
import type { BenchClient } from "./sql-registry.ts";

export interface BenchCompany {
  readonly id: string;
  readonly key: string;
}

/** bcrypt's lowest cost: a key that was seen within a minute is not compared by bcrypt, and the bench warms each. */
const COST = 4;

/** Registers companies with one live key each. */
export async function makeCompanies(client: BenchClient, count: number): Promise<BenchCompany[]> {
  const hasher = createKeyHasher("bench", systemClock, COST);
  const keys = Array.from({ length: count }, () => createApiKey(true, (length) => crypto.getRandomValues(new Uint8Array(length))));
  const hashes = await Promise.all(keys.map(({ text }) => hasher.hash(text)));
  const { rows } = await client.query<{ id: string }>(
    "insert into omla.commercial_users (company_name) select 'Company ' || i from generate_series(1, $1::int) i returning id",
    [count],
  );
  const companies = rows.map(({ id }, at) => ({ id, key: keys[at]?.text ?? "" }));
  await client.query(
    "insert into omla.api_keys (kid, company_id, live, last4, api_key_hash) select * from unnest($1::text[], $2::uuid[], $3::bool[], $4::text[], $5::text[])",
    [keys.map(({ keyId }) => keyId), companies.map(({ id }) => id), keys.map(() => true), keys.map(({ text }) => text.slice(-4)), hashes],
  );
  return companies;
}
