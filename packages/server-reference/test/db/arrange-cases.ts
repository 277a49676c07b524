import type { TestDatabase } from "../helpers/database.ts";

/** One row in each table of disputes, audits, lists that wait, and webhooks. */
export async function arrangeCases(database: TestDatabase, line: string): Promise<void> {
  await database.owner(async (client) => {
    for (const statement of STATEMENTS) await client.query(statement.replaceAll(":line", line));
  });
}

const CASE = "'00000000-0000-4000-8000-00000000000a'";
const ENDPOINT = "'00000000-0000-4000-8000-00000000000b'";

const STATEMENTS: readonly string[] = [
  `insert into omla.usage_disputes (id, report_id, party_kind, party, proposed_revenue_usd) values (${CASE}, ':line', 'company', 'c', 0.000001)`,
  `insert into omla.usage_dispute_private (dispute_id, description) values (${CASE}, E'two\\nlines')`,
  `insert into omla.usage_audits (id, report_id, party_kind, party, answer_by) values (${CASE}, ':line', 'creator', 'k', omla.now() + interval '14 days')`,
  `insert into omla.usage_audit_private (audit_id, description) values (${CASE}, 'why')`,
  `insert into omla.case_evidence (id, case_kind, case_id, position, media_type, size, sha256, party)
     values (${CASE}, 'dispute', ${CASE}, 0, 'text/plain', 2, encode(sha256('\\x0001'), 'hex'), 'c')`,
  `insert into omla.case_evidence_private (evidence_id, name, content) values (${CASE}, 'a.txt', '\\x00ff0a22')`,
  `insert into omla.list_proposals (digest, kind, number, body, changed, needs_two, proposed_by)
     values (encode(sha256('{}'), 'hex'), 'blacklist', 2, '{}', 0, false, 'operator')`,
  "insert into omla.list_checks (sequence, outcome) values (1, 'same')",
  `insert into omla.webhook_endpoints (id, company_id, url, events) select ${ENDPOINT}, id, 'https://hooks.example/', array['blacklist.published'] from omla.commercial_users limit 1`,
  `insert into omla.webhook_secrets (endpoint_id, sealed) values (${ENDPOINT}, 'v1.' || repeat('a', 64))`,
  "insert into omla.webhook_events (type, data) values ('blacklist.published', '{}')",
  `insert into omla.webhook_deliveries (event_seq, endpoint_id) select seq, ${ENDPOINT} from omla.webhook_events limit 1`,
];
