import { randomUUID } from "node:crypto";
import { encodeAddress, generateKeyPair, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { registerModel, signModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/register-model";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const modelCount = async (): Promise<unknown> => (await test.rows("select count(*)::int as n from omla.models"))[0]?.["n"];

describe("register-model", () => {
  it("stores a signed model, its audit row and its private data apart, and says who gets what", async () => {
    const base = await registerModel(test, { name: "Base" });
    const model = await signModel({
      name: "Child",
      lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
    });
    const answer = await test.post(URL, { document: model.document, private: model.private });
    expect(answer.statusCode).toBe(201);
    const body = answer.json();
    expect(body).toMatchObject({ model_id: model.model_id, address: model.address, name: "Child", registered_at: "2026-05-15T12:00:00Z" });
    // 0.4 flows up, 0.6 stays.
    expect(body.plan.parents).toMatchObject([{ parent_id: base.model_id, registered: true, percentage: "40" }]);
    expect(body.plan.local).toMatchObject({ percentage: "60" });
    const audit = await test.rows("select actor, action from omla.audit_log where entity_id = $1", [model.model_id]);
    expect(audit).toMatchObject([{ actor: expect.stringMatching(/^ed25519:[0-9a-f]{16}$/), action: "model.register" }]);
    expect(
      await test.rows("select private->>'contact_email' as email from omla.document_private where digest = $1", [body.digest]),
    ).toEqual([{ email: "creator@example.org" }]);
    expect(JSON.stringify(await test.rows("select body from omla.documents where digest = $1", [body.digest]))).not.toContain(
      "creator@example.org",
    );
  });

  it("takes a registration without its private data", async () => {
    const { document } = await signModel();
    expect((await test.post(URL, { document })).statusCode).toBe(201);
  });

  it("gives the same answer to the same request with the same idempotency key", async () => {
    const { document } = await signModel();
    const first = await test.post(URL, { document }, undefined, { "idempotency-key": "again-1" });
    const second = await test.post(URL, { document }, undefined, { "idempotency-key": "again-1" });
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect(second.headers["idempotent-replay"]).toBe("true");
    expect(second.json()).toEqual(first.json());
  });

  it("names the holder of weights that are taken, and how to complain", async () => {
    const first = await registerModel(test, { name: "Holder" });
    const second = await signModel({ model_hash: first.hash });
    const answer = await test.post(URL, { document: second.document });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: "HASH_TAKEN",
      details: { model_id: first.model_id, name: "Holder" },
      hint: expect.stringContaining("complaint"),
    });
  });

  it("counts an edge to a model that is not registered as external", async () => {
    const { document } = await signModel({ lineage: [{ parent_id: randomUUID(), relationship: "merge", contribution_weight: "0.5" }] });
    const answer = await test.post(URL, { document });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().plan.local.percentage).toBe("100");
  });

  describe("refuses, stores nothing and names the field", () => {
    const refuse = async (
      document: object,
      extra: object = {},
    ): Promise<{ status: number; body: { code: string; details: { path?: string } | null; hint: string } }> => {
      const before = await modelCount();
      const answer = await test.post(URL, { document, ...extra });
      expect(await modelCount()).toBe(before);
      return { status: answer.statusCode, body: answer.json() };
    };

    it("a changed byte", async () => {
      const { document } = await signModel();
      const { status, body } = await refuse({ ...document, name: "Another name" });
      expect(status).toBe(403);
      expect(body).toMatchObject({ code: "SIGNATURE_INVALID", hint: expect.any(String) });
    });

    it("a document for another registry", async () => {
      const { document } = await signModel({ registry: "https://other.test" });
      expect((await refuse(document)).body).toMatchObject({ code: "REGISTRY_MISMATCH", details: { path: "registry", origin: REGISTRY } });
    });

    it("private data that is not what was committed to", async () => {
      const { document, private: part } = await signModel();
      const { body } = await refuse(document, { private: { ...part, rail_identifier: "acct_thief" } });
      expect(body).toMatchObject({ code: "PRIVATE_MISMATCH", details: { path: "private" } });
    });

    it("a clock that is ahead", async () => {
      const { document } = await signModel({ issued_at: "2026-05-15T12:06:00Z" });
      expect((await refuse(document)).body).toMatchObject({ code: "ISSUED_IN_FUTURE", details: { path: "document.issued_at" } });
    });

    it("a number where a decimal string belongs", async () => {
      const { document, keys } = await signModel();
      const changed = await signDocument("registration", { ...document, hoster_share_pct: 5 }, keys.secretKey);
      expect((await refuse(changed)).body).toMatchObject({ code: "DOCUMENT_SCHEMA", details: { path: "hoster_share_pct" } });
    });

    it("splits of 101 percent", async () => {
      const { document, keys, address } = await signModel();
      const splits = [{ recipient: "Me", wallet: address, percentage: "101" }];
      const { body } = await refuse(await signDocument("registration", { ...document, contribution_splits: splits }, keys.secretKey));
      expect(body).toMatchObject({ code: "SPLIT_RANGE", details: { path: "contribution_splits[0].percentage" } });
    });

    it("a wallet of a split that nobody has registered", async () => {
      const wallet = encodeAddress(randomUUID());
      const { document } = await signModel({ contribution_splits: [{ recipient: "Nobody", wallet, percentage: "100" }] });
      expect((await refuse(document)).body).toMatchObject({ code: "WALLET_UNKNOWN", details: { path: "contribution_splits[0].wallet" } });
    });

    it("the same model a second time under another key", async () => {
      const first = await registerModel(test);
      const thief = await signModel({ model_id: first.model_id, model_hash: "ab".repeat(32) }, await generateKeyPair());
      expect(await refuse(thief.document)).toMatchObject({ status: 409, body: { code: "MODEL_EXISTS" } });
    });

    it("a document that was accepted before", async () => {
      const { document } = await registerModel(test);
      expect(await refuse(document)).toMatchObject({ status: 409, body: { code: "DOCUMENT_EXISTS" } });
    });

    it("a member beside document and private", async () => {
      const { document } = await signModel();
      expect((await refuse(document, { status: "BLACKLISTED" })).body).toMatchObject({ code: "INPUT_INVALID" });
    });

    it.each([
      ["null", null],
      ["a list", []],
      ["a text", "document"],
      ["an empty object", {}],
    ])("%s as document", async (_name, document) => {
      const { status, body } = await refuse(document as object);
      expect(status).toBe(400);
      expect(body.code).toMatch(/^(INPUT_INVALID|DOCUMENT_SCHEMA|KEY_INVALID)$/);
    });
  });
});
