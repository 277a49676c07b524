import type { TestDatabase } from "../helpers/database.ts";

/** One row in each table of money: what came in, what was planned and sent, rates, forms, and the ledger's own. */
export async function arrangeMoney(database: TestDatabase, line: string): Promise<void> {
  await database.owner(async (client) => {
    for (const statement of STATEMENTS) await client.query(statement.replaceAll(":line", `'${line}'`));
  });
}

const ID = "'00000000-0000-4000-8000-00000000000c'";
const TRANSFER = "repeat('e', 64)";
const PAYER = "(select reporter_id from omla.usage_reports where id = :line)";
const WALLET = "(select id from omla.wallets order by id limit 1)";

const STATEMENTS: readonly string[] = [
  'select omla.ledger_post(\'test.arrange\', \'a\', true, \'[{"account": "suspense:a", "currency": "USD", "amount": "1"}, {"account": "suspense:b", "currency": "USD", "amount": "-1"}]\')',
  "insert into omla.reconciliations (at, ok, discrepancies) values (omla.now(), true, '[]')",
  `insert into omla.payment_requests (id, company_id, reference, method, amount_usd, content_sha256) values (${ID}, ${PAYER}, 'OMLA-0123456789', 'invoice', 0.000002, repeat('0', 64))`,
  `insert into omla.payment_request_lines (request_id, report_id, amount_usd) values (${ID}, :line, 0.000002)`,
  `insert into omla.collections (id, company_id, rail, reference, method, currency, amount, amount_usd, request_id, received_at, clears_at, confirmed_by)
     values (${ID}, ${PAYER}, 'wise', 'wire "1"', 'bank', 'USD', 2, 0.000002, ${ID}, omla.now(), omla.now() + interval '168 hours', 'board:1')`,
  `insert into omla.collection_refunds (collection_id, kind, rail, reference, amount, amount_usd, reason, refunded_at, confirmed_by)
     values (${ID}, 'refund', 'wise', 'back 1', 1, 0.000001, E'two\\nlines', omla.now(), 'board:1')`,
  `insert into omla.collection_allocations (collection_id, report_id, amount_usd, kind, ref) values (${ID}, :line, 0.000001, 'payment.receive', 'a')`,
  `insert into omla.receipts (number, company_id, collection_id, body) values (1, ${PAYER}, ${ID}, '{"total": "0.000002"}')`,
  `insert into omla.line_holds (report_id, reason, case_id, opened_by) values (:line, 'dispute', ${ID}, 'board:1')`,
  "insert into omla.fx_rates (code, rate, source, rate_at, posted_by) values ('BTC', 0.000010123456789012, 'a rail', omla.now(), 'board:1')",
  "insert into omla.fx_drift_flags (code, kind, subject, expected_rate, found_rate) values ('BTC', 'rate', 'a', 0.00001, 0.000011)",
  `insert into omla.tax_forms (id, wallet_id, kind, jurisdiction, file_sha256, recorded_by) values (${ID}, ${WALLET}, 'W-9', 'US', repeat('1', 64), 'board:1')`,
  `insert into omla.tax_form_private (form_id, document_ref) values (${ID}, 'safe 1')`,
  `insert into omla.payout_runs (id, quarter, revision, lineage_policy, planned_at, state, closed_at) values (${ID}, '2026-Q3', 1, 'sequential', omla.now(), 'closed', omla.now())`,
  `insert into omla.payout_lease (holder, expires_at) values (${ID}, omla.now())`,
  `insert into omla.payout_plans (quarter, run_id, content, sha256) values ('2026-Q3', ${ID}, '{}', repeat('2', 64))`,
  `insert into omla.payout_lines (report_id, part, run_id, flow, hoster_pool, creator_pool, terms_sha256, claims) values (:line, 'distribution', ${ID}, 1, 0, 1, repeat('3', 64), '[]')`,
  `insert into omla.distributions (run_id, report_id, wallet_id, kind, amount, currency, route, fee_pct) values (${ID}, :line, ${WALLET}, 'creator', 1, 'BTC', 'native', 0)`,
  `insert into omla.transfers (id, run_id, wallet_id, currency, attempt, rail, amount, rail_fee, rate, fx_usd, fee_usd) values (${TRANSFER}, ${ID}, ${WALLET}, 'BTC', 1, 'lightning', 2, 1, 0.00001, 1, 0)`,
  `insert into omla.transfer_private (transfer_id, destination) values (${TRANSFER}, 'lnbc1')`,
  `insert into omla.transfer_returns (ref, transfer_id, amount, usd, reason) values ('r', ${TRANSFER}, 1, 1, 'failed')`,
  `insert into omla.sepa_files (message_id, run_id, number, debtor, sha256) values (repeat('5', 32), ${ID}, 1, 'NL91ABNA0417164300;Association', repeat('4', 64))`,
  `insert into omla.sepa_file_transfers (transfer_id, message_id) values (${TRANSFER}, repeat('5', 32))`,
  `insert into omla.returned_transfers (transfer_id, wallet_id, rail, reference, returned_on, reason, recorded_by)
     values (${TRANSFER}, ${WALLET}, 'lightning', 'back 1', '2026-10-02', E'two\\nlines', 'board:1')`,
  `insert into omla.payout_positions (run_id, wallet_id, currency, carried_usd, distributed_usd, moved_usd, sent_usd, rest_usd, rest_net, transfer_id)
     values (${ID}, ${WALLET}, 'BTC', 0, 1, 0, 1, 0, 0, ${TRANSFER})`,
];
