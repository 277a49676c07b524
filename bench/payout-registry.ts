import type { BenchClient } from "./sql-registry.ts";

const COMPANIES = 100;
const MODELS = 1_000;
export const LINES_PER_QUARTER: number = COMPANIES * MODELS;

/**
 * Writes funded, cleared lines past the functions: a hundred companies report a thousand models for each quarter, each model with four splits, all
 * in the ledger as if they had been filed and paid.
 *
 * @returns the quarters that hold them, ascending
 */
export async function fillLines(client: BenchClient, lines: number): Promise<string[]> {
  const count = Math.ceil(lines / LINES_PER_QUARTER);
  const quarters = Array.from({ length: count }, (_, at) => `${2020 + Math.floor(at / 4)}-Q${(at % 4) + 1}`);
  await client.query("set session_replication_role = replica");
  await client.query(PEOPLE, [MODELS, COMPANIES]);
  for (const [at, quarter] of quarters.entries()) {
    await client.query(SUBMISSIONS, [quarter]);
    await client.query(LINES, [quarter, Math.min(lines - at * LINES_PER_QUARTER, LINES_PER_QUARTER)]);
  }
  await client.query(MONEY);
  await client.query("set session_replication_role = origin; analyze");
  return quarters;
}

const SIGNED = "repeat('A', 86) || '=='";

const PEOPLE = `
  with document as (
    insert into omla.documents (digest, type, body, signature, signer_pubkey) values (omla.sha256_of('{}'), 'registration', '{}', ${SIGNED}, repeat('A', 43) || '=') returning digest
  ), model as (
    insert into omla.models (id, name, license_version, ed25519_pubkey, model_hash, document_digest, created_at)
    select id, 'Model ' || i, 'v8', repeat('A', 43) || '=', omla.sha256_of(id::text), omla.sha256_of('{}'), '2019-01-01'
      from (select gen_random_uuid() as id, i from generate_series(1, $1::int) i) m returning id
  ), numbered as materialized (
    select id, row_number() over () as n from model
  ), wallet as (
    insert into omla.wallets (id, model_id, address, is_primary, rail) select id, id, omla.address_of(id), true, 'stripe' from numbered returning id
  ), known as (
    insert into omla.wallet_private (wallet_id, rail_identifier) select id, 'acct_' || n from numbered returning 1
  ), split as (
    insert into omla.contribution_splits (model_id, recipient, recipient_wallet_id, percentage, position, effective_from, document_digest, update_signature, update_nonce)
    select a.id, 'R' || k, b.id, (array[42, 28, 20, 10])[k], k - 1, '2019-01-01', omla.sha256_of('{}'), ${SIGNED}, 0
      from numbered a cross join generate_series(1, 4) k join numbered b on b.n = (a.n + (k - 1) * 97 - 1) % $1::int + 1 returning 1
  )
  insert into omla.commercial_users (company_name) select 'Company ' || i from generate_series(1, $2::int) i`;

const SUBMISSIONS = `
  insert into omla.submissions (reporter_id, quarter, version, live, lineage_policy, content_sha256, content, filed_at, first_filed_at)
  select id, $1::text, 1, true, 'sequential', repeat('0', 64), '{}', omla.quarter_start($1::text), omla.quarter_start($1::text) from omla.commercial_users`;

const LINES = `
  insert into omla.usage_reports (submission_id, reporter_id, model_id, quarter, live, filed_at, entry, inferences, revenue_usd, run_cost_usd, rate, royalty_basis, royalty_usd,
    net_royalty_usd, hoster_share_pct, license_version, terms_sha256, status, funded_at)
  select s.id, s.reporter_id, m.id, s.quarter, true, s.first_filed_at, 'entries[0]', 1, x.net / 0.3, 0, 0.3, 'revenue', x.net, x.net, 0, 'v8', repeat('0', 64), 'funded', omla.now()
    from (select id, row_number() over () as n from omla.models) m cross join (select *, row_number() over () as c from omla.submissions where quarter::text = $1::text) s,
         lateral (select ((m.n * 7919 + s.c * 104729) % 99999 + 1000) * 0.000001 * 3 as net) x limit $2::int`;

const MONEY = `
  with txn as (
    insert into omla.ledger_txns (kind, ref, live) select 'report.file', r.id::text, true from omla.usage_reports r returning id, ref
  ), charged as (
    insert into omla.ledger_entries (txn_id, position, account, currency, amount)
    select t.id, k.position, k.account, 'USD', k.amount
      from txn t join omla.usage_reports r on r.id = t.ref::uuid,
           lateral (values (0, 'cash:stripe', r.net_royalty_usd * 1000000), (1, 'accrued:' || r.id, -r.net_royalty_usd * 1000000)) as k (position, account, amount) returning 1
  ), collection as (
    insert into omla.collections (company_id, rail, reference, method, currency, amount, amount_usd, received_at, clears_at, cleared_at, confirmed_by)
    select c.id, 'stripe', 'bench ' || c.id, 'bank', 'USD', 1000000000, 1000, '2019-01-01', '2019-02-01', '2019-02-01', 'bench' from omla.commercial_users c returning id, company_id
  )
  insert into omla.collection_allocations (collection_id, report_id, amount_usd, kind, ref)
  select c.id, r.id, r.net_royalty_usd, 'payment.receive', c.id::text from omla.usage_reports r join collection c on c.company_id = r.reporter_id`;
