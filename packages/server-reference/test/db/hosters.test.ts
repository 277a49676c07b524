import { generateKeyPair, type KeyPair } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, randomAddress, refusal, register, signed } from "./arrange.ts";
import { arrangeCompany, arrangeReport } from "./arrange-reports.ts";

let now = new Date("2026-09-01T00:00:00Z");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => now });
});
afterAll(() => database.close());

let model: ArrangedModel;
let hoster: KeyPair;
let wallet: string;
beforeEach(async () => {
  now = new Date("2026-09-01T00:00:00Z");
  model = await register(database, { hosterShare: "20" });
  hoster = await generateKeyPair();
  wallet = randomAddress();
  await database.db.service((tx) => tx.query("select omla.register_wallet($1, $2, 'Host')", [wallet.toUpperCase(), hoster.publicKey]));
});

async function apply(
  type: "hoster-claim" | "hoster-report" | "hoster-verification",
  fields: object,
  keys: KeyPair,
  by = hoster,
): Promise<Record<string, unknown>> {
  const document = {
    spec: `omla-${type}/1`,
    issued_at: "2026-09-01T00:00:00Z",
    registry: "https://registry.test",
    model_id: model.id,
    hoster_pubkey: by.publicKey,
    ...fields,
  };
  const { body, digest, signature } = await signed(type, document, keys.secretKey);
  const call = {
    "hoster-claim": "apply_hoster_claim($1, $2, $3)",
    "hoster-report": "apply_hoster_report($1, $2, $3)",
    "hoster-verification": "apply_hoster_verification($1, $2, $3, $4)",
  }[type];
  const values = [body, digest, signature, ...(type === "hoster-verification" ? [keys.publicKey] : [])];
  const { rows } = await database.db.service((tx) =>
    tx.query<{ answer: Record<string, unknown> }>(`select omla.${call} as answer`, values),
  );
  return rows[0]?.answer ?? {};
}

const claim = (extra: object = {}, by = hoster): Promise<Record<string, unknown>> =>
  apply("hoster-claim", { name: "Host", wallet, host_signature: `${"A".repeat(86)}==`, ...extra }, by, by);
const report = (fields: object, by = hoster): Promise<Record<string, unknown>> => apply("hoster-report", fields, by, by);
const judge = (nonce: number, verified: boolean, keys = model.keys): Promise<Record<string, unknown>> =>
  apply("hoster-verification", { verified, nonce }, keys);

async function fork(royalty?: string): Promise<unknown> {
  const { rows } = await database.db.query<{ fork: unknown }>(
    "anon",
    `select public.resolve_hoster_fork($1, '2026-Q3'${royalty === undefined ? "" : `, '${royalty}'`}) as fork`,
    [model.id],
  );
  return rows[0]?.fork;
}

describe("a hoster claim", () => {
  it("is one per model and key", async () => {
    await claim();
    expect((await refusal(claim())).code).toBe("DOCUMENT_EXISTS");
    expect((await refusal(claim({ name: "Other" }))).code).toBe("HOSTER_CLAIM_EXISTS");
  });

  it("needs a wallet of this registry and a model that is active", async () => {
    expect(await refusal(claim({ wallet: randomAddress() }))).toMatchObject({ code: "WALLET_UNKNOWN", path: "wallet" });
    expect((await refusal(claim({ model_id: "00000000-0000-4000-8000-000000000000" }))).code).toBe("MODEL_NOT_FOUND");
  });

  it("that was revoked needs a fresh challenge, which counts once", async () => {
    await claim();
    await judge(1, false);
    expect((await refusal(claim({ name: "Replayed" }))).code).toBe("CHALLENGE_REQUIRED");
    const challenge = "c".repeat(40);
    await database.db.service((tx) =>
      tx.query("insert into omla.sign_in_challenges (challenge, expires_at) values ($1, omla.now() + interval '5 minutes')", [challenge]),
    );
    await claim({ challenge });
    await judge(2, false);
    expect((await refusal(claim({ challenge, name: "Again" }))).code).toBe("CHALLENGE_REQUIRED");
  });

  it("is verified by the model's key alone, or by the board", async () => {
    const { claim_id } = await claim();
    expect((await refusal(judge(1, true, hoster))).code).toBe("KEY_NOT_ALLOWED");
    await judge(1, true);
    const verifiedBy = async (): Promise<unknown> =>
      (await database.db.query("anon", "select verified_by from public.hoster_claims where id = $1", [claim_id])).rows[0]?.["verified_by"];
    expect(await verifiedBy()).toMatch(/^ed25519:/);
    const second = await generateKeyPair();
    const { claim_id: other } = await claim({}, second);
    await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("select omla.review_hoster_claim($1, true, 'board:7', 'seen their invoices')", [other]),
    );
    expect((await database.db.query("anon", "select verified_by from public.hoster_claims where id = $1", [other])).rows).toEqual([
      { verified_by: "board:7" },
    ]);
  });
});

describe("a volume report", () => {
  beforeEach(async () => {
    await claim();
  });

  it("counts by its highest revision", async () => {
    await report({ quarter: "2026-Q3", inferences: 5, revision: 1 });
    await report({ quarter: "2026-Q3", inferences: 9, revision: 3 });
    expect((await refusal(report({ quarter: "2026-Q3", inferences: 7, revision: 2 }))).code).toBe("HOSTER_REPORT_EXISTS");
    await judge(1, true);
    expect(await fork()).toMatchObject({ hoster_pool_usd: "0.200000" });
  });

  it("closes 15 days after the quarter, and does not begin before it", async () => {
    expect((await refusal(report({ quarter: "2026-Q4", inferences: 1, revision: 1 }))).code).toBe("QUARTER_NOT_BEGUN");
    now = new Date("2026-10-16T00:00:00Z");
    await report({ quarter: "2026-Q3", inferences: 1, revision: 1 });
    now = new Date("2026-10-16T00:00:01Z");
    expect((await refusal(report({ quarter: "2026-Q3", inferences: 2, revision: 2 }))).code).toBe("HOSTER_REPORT_CLOSED");
  });

  it("needs a claim that stands", async () => {
    await judge(1, false);
    expect((await refusal(report({ quarter: "2026-Q3", inferences: 1, revision: 1 }))).code).toBe("HOSTER_CLAIM_NOT_FOUND");
  });
});

describe("resolve_hoster_fork", () => {
  it("divides the pool of the model by verified volume and shows what the unverified accrue", async () => {
    const { claim_id: first } = await claim();
    const second = await generateKeyPair();
    const { claim_id: unverified } = await claim({}, second);
    await report({ quarter: "2026-Q3", inferences: 30, revision: 1 });
    await report({ quarter: "2026-Q3", inferences: 10, revision: 1 }, second);
    // Nobody is verified: all of it goes to the creators. 0.20 * 30 / 30, and 0.20 * 10 / 10.
    expect(await fork()).toEqual({
      hoster_pool_usd: "0.000000",
      creator_pool_usd: "1.000000",
      hosters: [],
      provisional: [
        { hoster_id: first, amount_usd: "0.200000" },
        { hoster_id: unverified, amount_usd: "0.200000" },
      ].sort((a, b) => (String(a.hoster_id) < String(b.hoster_id) ? -1 : 1)),
    });
    await judge(1, true);
    // 20 % of 100 to the only verified hoster; the other accrues 20 * 10 / (30 + 10).
    expect(await fork("100")).toEqual({
      hoster_pool_usd: "20.000000",
      creator_pool_usd: "80.000000",
      hosters: [{ hoster_id: first, amount_usd: "20.000000", owed_settled_usd: "0.000000" }],
      provisional: [{ hoster_id: unverified, amount_usd: "5.000000" }],
    });
  });

  it("settles what was accrued before a claim was verified, with at most half of the pool", async () => {
    const { claim_id } = await claim();
    await report({ quarter: "2026-Q3", inferences: 1, revision: 1 });
    await judge(1, true);
    const company = await arrangeCompany(database, "Acme", "a@example.org");
    const [line] = await arrangeReport(database, { company, quarter: "2026-Q3", lines: [{ model: model.id, revenue: "1" }] });
    const book = (kind: string, amount: string): Promise<unknown> =>
      database.db.transaction("payout", {}, (tx) =>
        tx.query(
          "insert into omla.hoster_reimbursements (claim_id, model_id, report_id, quarter, kind, amount_usd) values ($1, $2, $3, '2026-Q2', $4, $5)",
          [claim_id, model.id, line, kind, amount],
        ),
      );
    await book("accrued", "15");
    // Half of the 20 dollars.
    expect(await fork("100")).toMatchObject({ hosters: [{ hoster_id: claim_id, amount_usd: "10.000000", owed_settled_usd: "10.000000" }] });
    await book("settled", "12");
    expect(await fork("100")).toMatchObject({ hosters: [{ hoster_id: claim_id, amount_usd: "17.000000", owed_settled_usd: "3.000000" }] });
  });

  it("refuses what it cannot answer for", async () => {
    const ask = (text: string): Promise<unknown> => database.db.query("anon", text);
    expect((await refusal(ask("select public.resolve_hoster_fork('00000000-0000-4000-8000-000000000000', '2026-Q3')"))).code).toBe(
      "MODEL_NOT_FOUND",
    );
    expect((await refusal(ask(`select public.resolve_hoster_fork('${model.id}', '2026-Q7')`))).code).toBe("QUARTER_INVALID");
    expect((await refusal(ask(`select public.resolve_hoster_fork('${model.id}', '2026-Q3', '-1')`))).code).toBe("AMOUNT_INVALID");
  });
});
