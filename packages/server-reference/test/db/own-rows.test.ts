import { generateKeyPair, type KeyPair } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Claims, Role } from "../../src/db/role.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, register, signed } from "./arrange.ts";
import { arrangeCompany, arrangeReport } from "./arrange-reports.ts";

let database: TestDatabase;
let alice: ArrangedModel;
let bob: ArrangedModel;
let hoster: KeyPair;
let acme: string;
let globex: string;
let acmeLine: string;

beforeAll(async () => {
  database = await createTestDatabase({ now: () => new Date("2026-10-02T00:00:00Z") });
  alice = await register(database, { name: "Alice's", email: "Alice@example.org", railIdentifier: "acct_alice" });
  bob = await register(database, { name: "Bob's", email: "bob@example.org", railIdentifier: "acct_bob" });
  hoster = await generateKeyPair();
  acme = await arrangeCompany(database, "Acme", "acme@example.org");
  globex = await arrangeCompany(database, "Globex", "globex@example.org");
  [acmeLine] = (await arrangeReport(database, { company: acme, quarter: "2026-Q3", lines: [{ model: alice.id, revenue: "100" }] })) as [
    string,
  ];
  await arrangeReport(database, { company: globex, quarter: "2026-Q3", lines: [{ model: bob.id, revenue: "100" }] });
  await database.db.transaction("payout", {}, (tx) =>
    tx.query(
      "insert into omla.payments (model_id, wallet_id, report_id, quarter, amount_usd) select w.model_id, w.id, $2, '2026-Q3', 30 from omla.wallets w where w.address = $1",
      [alice.address, acmeLine],
    ),
  );
  const claim = await signed(
    "hoster-claim",
    {
      spec: "omla-hoster-claim/1",
      issued_at: "2026-10-01T00:00:00Z",
      registry: "https://registry.test",
      model_id: alice.id,
      hoster_pubkey: hoster.publicKey,
      name: "Host",
      wallet: bob.address,
      host_signature: `${"A".repeat(86)}==`,
    },
    hoster.secretKey,
  );
  await database.db.service((tx) => tx.query("select omla.apply_hoster_claim($1, $2, $3)", [claim.body, claim.digest, claim.signature]));
  const volume = await signed(
    "hoster-report",
    {
      spec: "omla-hoster-report/1",
      issued_at: "2026-10-01T00:00:00Z",
      registry: "https://registry.test",
      model_id: alice.id,
      hoster_pubkey: hoster.publicKey,
      quarter: "2026-Q3",
      inferences: 7,
      revision: 1,
    },
    hoster.secretKey,
  );
  await database.db.service((tx) =>
    tx.query("select omla.apply_hoster_report($1, $2, $3)", [volume.body, volume.digest, volume.signature]),
  );
  await database.db.service(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      "insert into omla.complaints (receipt, model_id, reason) values ('ABCD-1234', $1, 'OTHER') returning id",
      [bob.id],
    );
    await tx.query(
      "insert into omla.complaint_private (complaint_id, complainant_email, description, evidence) values ($1, 'who@example.org', 'secret words', '[1]')",
      [rows[0]?.id],
    );
  });
});
afterAll(() => database.close());

async function see(role: Role, claims: Claims, query: string): Promise<unknown[]> {
  return (await database.db.transaction(role, claims, (tx) => tx.query(query))).rows.map((row) => Object.values(row)[0]);
}

/** Who is allowed to see each private value: everybody else sees null, or no row. */
const ALICE_KEY = (): Claims => ({ pubkey: alice.keys.publicKey });
const READERS: Readonly<Record<string, () => readonly [Role, Claims]>> = {
  anonymous: () => ["anon", {}],
  "anonymous with forged claims of nobody": () => ["anon", { pubkey: "", email: "", company_id: "" }],
  "a signed-in stranger": () => [
    "authenticated",
    { pubkey: "x", email: "nobody@example.org", company_id: "00000000-0000-4000-8000-000000000000" },
  ],
  "Alice by key": () => ["authenticated", ALICE_KEY()],
  "Alice by e-mail": () => ["authenticated", { email: "alice@EXAMPLE.org" }],
  Acme: () => ["authenticated", { company_id: acme }],
  "the hoster": () => ["authenticated", { pubkey: hoster.publicKey }],
  reviewer: () => ["reviewer", {}],
  payout: () => ["payout", {}],
  service: () => ["service_role", {}],
};
const STRANGERS = ["anonymous", "anonymous with forged claims of nobody", "a signed-in stranger"];

/** Query → readers → what they see; a reader who is not named sees what `otherwise` says. */
const CASES: readonly { readonly query: string; readonly otherwise: unknown[]; readonly seen: Readonly<Record<string, unknown[]>> }[] = [
  {
    query: "select rail_identifier from public.wallets order by rail_identifier",
    otherwise: [null, null],
    seen: {
      "Alice by key": ["acct_alice", null],
      "Alice by e-mail": ["acct_alice", null],
      reviewer: ["acct_alice", "acct_bob"],
      payout: ["acct_alice", "acct_bob"],
      service: ["acct_alice", "acct_bob"],
    },
  },
  {
    query: "select creator_email from public.models order by name",
    otherwise: [null, null],
    seen: {
      "Alice by key": ["Alice@example.org", null],
      "Alice by e-mail": ["Alice@example.org", null],
      reviewer: ["Alice@example.org", "bob@example.org"],
      service: ["Alice@example.org", "bob@example.org"],
    },
  },
  {
    query: "select contact_email from public.commercial_users order by company_name",
    otherwise: [null, null],
    seen: {
      Acme: ["acme@example.org", null],
      reviewer: ["acme@example.org", "globex@example.org"],
      service: ["acme@example.org", "globex@example.org"],
    },
  },
  {
    query:
      "select reporter_id = (select id from public.commercial_users where company_name = 'Acme') from public.usage_reports order by 1 desc",
    otherwise: [],
    seen: {
      Acme: [true],
      "Alice by key": [true],
      "Alice by e-mail": [true],
      reviewer: [true, false],
      payout: [true, false],
      service: [true, false],
    },
  },
  { query: "select count(*)::int from public.submissions", otherwise: [0], seen: { Acme: [1], reviewer: [2], payout: [2], service: [2] } },
  {
    query: "select amount_usd from public.payments",
    otherwise: [],
    seen: {
      Acme: ["30.000000"],
      "Alice by key": ["30.000000"],
      "Alice by e-mail": ["30.000000"],
      reviewer: ["30.000000"],
      payout: ["30.000000"],
      service: ["30.000000"],
    },
  },
  {
    query: "select inferences from public.hoster_volume_reports",
    otherwise: [],
    seen: { "the hoster": ["7"], "Alice by key": ["7"], "Alice by e-mail": ["7"], reviewer: ["7"], payout: ["7"], service: ["7"] },
  },
  {
    query: "select complainant_email from public.complaints",
    otherwise: [null],
    seen: { reviewer: ["who@example.org"], service: ["who@example.org"] },
  },
  { query: "select evidence from public.complaints", otherwise: [null], seen: { reviewer: [[1]], service: [[1]] } },
  {
    query: "select description from public.complaints",
    otherwise: [null],
    seen: { reviewer: ["secret words"], service: ["secret words"] },
  },
  {
    query: "select after_state ->> 'name' from public.audit_log where action = 'model.register' order by id",
    otherwise: [null, null],
    seen: { reviewer: ["Alice's", "Bob's"], service: ["Alice's", "Bob's"] },
  },
  {
    query: "select count(*)::int from public.compliance_state where subject_kind = 'commercial_user'",
    otherwise: [0],
    seen: { Acme: [1], reviewer: [2], payout: [2], service: [2] },
  },
  {
    query: "select count(*)::int from public.documents where type = 'hoster-report'",
    otherwise: [0],
    seen: { "the hoster": [1], "Alice by key": [1], "Alice by e-mail": [1], reviewer: [1], payout: [1], service: [1] },
  },
  { query: "select api_key_hash from public.commercial_users", otherwise: [null, null], seen: {} },
];

describe("what is private", () => {
  it.each(CASES)("$query: own rows to their people, null or nothing to the rest", async ({ query, otherwise, seen }) => {
    for (const [reader, who] of Object.entries(READERS)) {
      const [role, claims] = who();
      expect({ reader, sees: await see(role, claims, query) }).toEqual({ reader, sees: seen[reader] ?? otherwise });
    }
    // A case that a stranger passes would prove nothing.
    for (const stranger of STRANGERS) expect(seen).not.toHaveProperty(stranger);
  });

  it("is what the server's login sees nothing of without a role", async () => {
    const { rows } = await database.owner((client) =>
      client.query("select has_table_privilege('omla_app', 'omla.wallets', 'select') as may"),
    );
    expect(rows).toEqual([{ may: false }]);
  });

  it("does not follow from one transaction to the next on the same connection", async () => {
    await database.db.transaction("authenticated", ALICE_KEY(), (tx) => tx.query("select 1"));
    expect(await see("authenticated", {}, "select rail_identifier from public.wallets")).toEqual([null, null]);
    const { rows } = await database.db.query(
      "anon",
      "select current_user, nullif(current_setting('request.jwt.claims', true), '') as claims",
    );
    expect(rows).toEqual([{ current_user: "anon", claims: null }]);
  });
});

describe("what is public", () => {
  it.each([
    "models",
    "wallets",
    "compliance_state where subject_kind = 'model'",
    "complaints",
    "audit_log",
    "commercial_users",
    "currency_registry",
  ])("%s has rows for everybody", async (relation) => {
    expect(Number((await see("anon", {}, `select count(*) from public.${relation}`))[0])).toBeGreaterThan(0);
  });
});
