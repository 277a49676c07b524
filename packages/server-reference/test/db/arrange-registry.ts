import { createHash } from "node:crypto";
import { generateKeyPair, privateDigest } from "@omla/sdk/protocol";
import type { TestDatabase } from "../helpers/database.ts";
import { lineageChange, mutateIn, randomAddress, register, signed, splitsChange } from "./arrange.ts";
import { arrangeCompany, arrangeReport } from "./arrange-reports.ts";
import { arrangeCases } from "./arrange-cases.ts";
import { arrangeMoney } from "./arrange-money.ts";

const REGISTRY = "https://registry.test";

/** A registry in which every table has rows, all written as the server writes them. */
export async function arrangeRegistry(database: TestDatabase): Promise<void> {
  const [owner, recovery, hoster, next] = await Promise.all([generateKeyPair(), generateKeyPair(), generateKeyPair(), generateKeyPair()]);
  const bob = randomAddress();
  const base = await register(database, { name: 'Base "\\ \u{1F702} é\u2028line\u2029', email: "a@example.org", hosterShare: "12.345678" });
  const model = await register(database, {
    recovery,
    parents: [
      [base.id, "0.40"],
      ["https://example.org/else", "0.1"],
    ],
    wallets: [{ address: bob, owner_pubkey: owner.publicKey, label: "Bob" }],
    splits: [
      [base.address, "33.333333"],
      [bob, "66.666667"],
    ],
    prefs: [
      ["USD", false],
      ["BTC", true],
    ],
    files: [{ path: "w.bin", sha256: "cd".repeat(32), size: 9_007_199_254_740_991 }],
    locations: ["https://huggingface.co/a/b"],
  });
  await mutateIn(database, { model_id: model.id, nonce: 1, change: splitsChange([[base.address, "100"]]) }, model.keys);
  await mutateIn(database, { model_id: model.id, nonce: 2, change: lineageChange([[base.id, "0.5"]]) }, recovery);
  await mutateIn(
    database,
    { model_id: model.id, nonce: 3, change: { kind: "metadata", metadata: { a: { b: [1, null, "x"] } } } },
    model.keys,
  );
  const part = {
    contact_email: "bob@example.org",
    rail_identifier: "bob@wise",
    rail_identifiers: { paypal: "bob@paypal" },
    salt: "0123456789abcdef",
  };
  await mutateIn(
    database,
    {
      model_id: model.id,
      nonce: 1,
      change: { kind: "wallet-rail", address: bob, rail: "wise", enabled_rails: ["paypal"], private_sha256: await privateDigest(part) },
    },
    owner,
    JSON.stringify(part),
  );
  await send(
    database,
    "key-rotation",
    "apply_key_rotation($1, $2, $3, $4)",
    { model_id: model.id, nonce: 4, new_pubkey: next.publicKey },
    recovery,
  );
  const claim = { model_id: base.id, hoster_pubkey: hoster.publicKey, name: "Host", wallet: bob, host_signature: `${"A".repeat(86)}==` };
  await send(database, "hoster-claim", "apply_hoster_claim($1, $2, $3)", claim, hoster);
  await send(
    database,
    "hoster-report",
    "apply_hoster_report($1, $2, $3)",
    { model_id: base.id, hoster_pubkey: hoster.publicKey, quarter: "2026-Q3", inferences: 5, revision: 1 },
    hoster,
  );
  const company = await arrangeCompany(database, "Acme", "acme@example.org");
  const [line] = await arrangeReport(database, {
    company,
    quarter: "2026-Q3",
    lines: [
      { model: model.id, revenue: "0.000005" },
      { model: base.id, revenue: "999999999999.999999" },
    ],
  });
  await arrangeOddments(database, company, line ?? "", base.id);
}

async function send(
  database: TestDatabase,
  type: "key-rotation" | "hoster-claim" | "hoster-report",
  call: string,
  fields: object,
  keys: { publicKey: string; secretKey: string },
): Promise<void> {
  const { body, digest, signature } = await signed(
    type,
    { spec: `omla-${type}/1`, issued_at: "2026-10-01T00:00:00Z", registry: REGISTRY, ...fields },
    keys.secretKey,
  );
  const values = [body, digest, signature, ...(call.includes("$4") ? [keys.publicKey] : [])];
  await database.db.service((tx) => tx.query(`select omla.${call}`, values));
}

/** The tables that no signed document fills. */
async function arrangeOddments(database: TestDatabase, company: string, line: string, model: string): Promise<void> {
  const raw = '{"a":"é"}';
  const digest = createHash("sha256").update(raw).digest("hex");
  await database.db.service(async (tx) => {
    await tx.query("select omla.configure_registry($1, 'declared', $2)", [REGISTRY, { models: 500 }]);
    await tx.query("insert into omla.api_keys (kid, company_id, live, last4, api_key_hash) values ('abcdefghij', $1, true, 'wxyz', $2)", [
      company,
      `$2b$10$${"a".repeat(53)}`,
    ]);
    await tx.query(
      "insert into omla.idempotency_keys (scope, key, content_sha256, status, answer) values ('s', 'k', $1, 201, '{\"b\": 1.10}')",
      [digest],
    );
    await tx.query(
      "insert into omla.remitter_currencies (remitter_kind, remitter_id, position, code) values ('commercial_user', $1, 0, 'USD'), ('commercial_user', $1, 1, 'BUZZ')",
      [company],
    );
    await tx.query(
      "insert into omla.remitter_conversion_fees (remitter_kind, remitter_id, from_code, to_code, fee_pct) values ('commercial_user', $1, 'USD', 'BTC', 2.50)",
      [company],
    );
    await tx.query("insert into omla.keysets (version, threshold, raw, expires_at) values (1, 1, $1, '2027-01-01T00:00:00.123456Z')", [
      raw,
    ]);
    await tx.query(
      "insert into omla.published_lists (sequence, quarter, digest, prev_sha256, raw, signed, entry_count, generated_at, next_update, expires_at) values (1, '2026-Q3', $1, repeat('0', 64), $2, true, 0, '2026-10-01', '2026-10-08', '2027-01-01')",
      [digest, raw],
    );
    await tx.query(
      "insert into omla.published_heartbeats (sequence, raw, generated_at, expires_at) values (1, $1, '2026-10-01', '2026-10-08')",
      [raw],
    );
    await tx.query("insert into omla.board_members (email) values ('board@example.org')");
    await tx.query("insert into omla.sign_in_challenges (challenge, expires_at) values (repeat('c', 40), omla.now())");
    await tx.query(
      "insert into omla.board_credentials (member_id, sealed_secret) select id, 'v1.' || repeat('a', 64) from omla.board_members",
    );
    await tx.query(
      "insert into omla.board_sessions (token_sha256, member_id, carrier, expires_at) select $1, id, 'cookie', omla.now() from omla.board_members",
      [digest],
    );
    await tx.query("select omla.propose_approval('subject.blacklist', 'x', '{\"note\": \"n\"}', $1, id) from omla.board_members", [digest]);
    await tx.query("insert into omla.rate_limits values ('a', 1, omla.now())");
    await tx.query(
      "insert into omla.rail_accounts (wallet_id, rail, choice, account_id) select id, 'stripe', 0, 'acct_a' from omla.wallets order by id limit 1",
    );
    await tx.query(
      "insert into omla.rail_events (rail, event_id, type, occurred_at, outcome, subject, fact) values ('stripe', 'evt_a', 'a.b', omla.now(), 'waiting', 'pi_a', '{\"kind\": \"x\"}')",
    );
    await tx.query("insert into omla.rail_payment_names (rail, alias, external_id) values ('stripe', 'pi_a', 'in_a')");
    await tx.query("insert into omla.notices (key, leased_until) values ('complaint:x', omla.now())");
    const { rows } = await tx.query<{ id: string }>(
      "insert into omla.complaints (receipt, model_id, reason) values ('ABCD-1234', $1, 'OTHER') returning id",
      [model],
    );
    await tx.query(
      "insert into omla.complaint_private (complaint_id, description, evidence) values ($1, E'two\\nlines', '[{\"a\": 1e3}]')",
      [rows[0]?.id],
    );
  });
  await database.db.transaction("payout", {}, async (tx) => {
    await tx.query(
      "insert into omla.payments (model_id, wallet_id, report_id, quarter, amount_usd) select w.model_id, w.id, $2, '2026-Q3', 0.000001 from omla.wallets w where w.model_id = $1 and w.is_primary",
      [model, line],
    );
    await tx.query(
      "insert into omla.hoster_reimbursements (claim_id, model_id, report_id, quarter, kind, amount_usd) select c.id, c.model_id, $1, '2026-Q3', 'accrued', 1 from omla.hoster_claims c",
      [line],
    );
  });
  await arrangeCases(database, line);
  await arrangeMoney(database, line);
  await database.db.transaction("reviewer", {}, async (tx) => {
    await tx.query("select omla.blacklist_subject($1, 'FALSE_REPORT', 'board:1', 'note')", [company]);
    await tx.query("select omla.audit_redact(1, 'board:1', 'erasure')");
  });
}
