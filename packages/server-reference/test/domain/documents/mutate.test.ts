import { randomBytes } from "node:crypto";
import { buildMutation, type Change, encodeAddress, generateKeyPair, type KeyPair, privateDigest, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { registerModel, registerModelWithRecovery, type SignedModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/mutate";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const signChange = (model: SignedModel, change: Change, nonce: number, keys: KeyPair = model.keys): Promise<object> =>
  signDocument(
    "mutation",
    buildMutation({ issued_at: START, registry: REGISTRY, model_id: model.model_id, nonce, change }),
    keys.secretKey,
  );
const mutate = async (
  model: SignedModel,
  change: Change,
  nonce: number,
  keys?: KeyPair,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await test.post(URL, { document: await signChange(model, change, nonce, keys) });
  return { status: answer.statusCode, body: answer.json() };
};
const locations = (url: string): Change => ({ kind: "locations", locations: [url] });
const storedLocations = (model: SignedModel): Promise<unknown> =>
  test.rows("select url from omla.model_locations where model_id = $1 and effective_until is null order by position", [model.model_id]);

describe("mutate", () => {
  it("changes what the document says, with its nonce and an audit row that tells before and after", async () => {
    const model = await registerModel(test);
    const { status, body } = await mutate(model, locations("https://hub.example/a"), 1);
    expect(status).toBe(201);
    expect(body).toMatchObject({ model_id: model.model_id, kind: "locations", nonce: 1, effective_from: START });
    expect(await storedLocations(model)).toEqual([{ url: "https://hub.example/a" }]);
    const [audit] = await test.rows(
      "select d.detail::jsonb as detail from omla.audit_log l join omla.audit_details d using (seq) where l.action = 'model.locations' and l.entity_id = $1",
      [model.model_id],
    );
    expect(audit?.["detail"]).toMatchObject({ before: null, after: ["https://hub.example/a"], nonce: 1 });
  });

  it("takes a recovery key as well as the model's", async () => {
    const recovery = await generateKeyPair();
    const model = await registerModelWithRecovery(test, recovery);
    expect((await mutate(model, locations("https://hub.example/r"), 1, recovery)).status).toBe(201);
  });

  it.each([
    ["nonce_equal", 5],
    ["nonce_lower", 4],
  ])("refuses a nonce that was used or passed (nonce_replay, %s)", async (_name, nonce) => {
    const model = await registerModel(test);
    await mutate(model, locations("https://hub.example/5"), 5);
    const { status, body } = await mutate(model, locations("https://hub.example/x"), nonce);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "NONCE_NOT_HIGHER", details: { path: "nonce", current: 5 } });
    expect(await storedLocations(model)).toEqual([{ url: "https://hub.example/5" }]);
  });

  it("refuses the same document a second time", async () => {
    const model = await registerModel(test);
    const document = await signChange(model, locations("https://hub.example/a"), 1);
    expect((await test.post(URL, { document })).statusCode).toBe(201);
    expect((await test.post(URL, { document })).json()).toMatchObject({ code: "DOCUMENT_EXISTS" });
  });

  it("lets one of several changes with the same nonce win (nonce_concurrent)", async () => {
    const model = await registerModel(test);
    const answers = await Promise.all(["a", "b", "c", "d"].map((name) => mutate(model, locations(`https://hub.example/${name}`), 7)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 201);
    expect(await storedLocations(model)).toEqual([{ url: `https://hub.example/${"abcd"[winner]}` }]);
  });

  it("refuses another key, and the key of another model", async () => {
    const [model, other] = [await registerModel(test), await registerModel(test)];
    for (const keys of [await generateKeyPair(), other.keys]) {
      expect(await mutate(model, locations("https://thief.example"), 1, keys)).toMatchObject({
        status: 403,
        body: { code: "SIGNATURE_INVALID" },
      });
    }
    expect(await storedLocations(model)).toEqual([]);
  });

  it("refuses a change of a model that nobody registered", async () => {
    const model = await registerModel(test);
    const ghost = { ...model, model_id: "00000000-0000-4000-8000-000000000000" };
    expect(await mutate(ghost, locations("https://hub.example"), 1)).toMatchObject({
      status: 403,
      body: { code: "SIGNATURE_INVALID", details: { path: "model_id" } },
    });
  });

  it("sets a primary wallet's rail with private data that stays apart, and tells the old contact", async () => {
    const model = await registerModel(test);
    const part = { rail_identifier: "acct_new_secret", salt: "0123456789abcdef" };
    const change: Change = { kind: "wallet-rail", address: model.address, rail: "wise", private_sha256: await privateDigest(part) };
    const document = await signChange(model, change, 1);
    const answer = await test.post(URL, { document, private: part });
    expect(answer.statusCode).toBe(201);
    expect(
      await test.rows(
        "select w.rail, p.rail_identifier, w.rail_changed_at from omla.wallets w join omla.wallet_private p on p.wallet_id = w.id where w.address = $1",
        [model.address],
      ),
    ).toEqual([{ rail: "wise", rail_identifier: "acct_new_secret", rail_changed_at: new Date(START) }]);
    expect(test.queued.at(-1)).toMatchObject({ name: "notice", data: { kind: "wallet-rail", model_id: model.model_id } });
    expect(JSON.stringify(test.queued)).not.toContain("acct_new_secret");
    expect(JSON.stringify(await test.rows("select detail from omla.audit_details"))).not.toContain("acct_new_secret");
  });

  it("leaves the rail of somebody else's wallet to that wallet's owner", async () => {
    const owner = await generateKeyPair();
    const wallet = encodeAddress(new Uint8Array(randomBytes(16)));
    const model = await registerModel(test, { wallets: [{ address: wallet, owner_pubkey: owner.publicKey, label: "Chen" }] });
    const change: Change = { kind: "wallet-rail", address: wallet, rail: "wise", private_sha256: "0".repeat(64) };
    expect(await mutate(model, change, 1)).toMatchObject({ status: 403, body: { code: "KEY_NOT_ALLOWED" } });
    expect((await mutate(model, change, 1, owner)).status).toBe(201);
    expect(await mutate(model, locations("https://hub.example"), 9, owner)).toMatchObject({ status: 403 });
  });

  it("replaces splits as a whole, from this moment on, and keeps the old ones with their dates", async () => {
    const owner = await generateKeyPair();
    const wallet = encodeAddress(new Uint8Array(randomBytes(16)));
    const model = await registerModel(test, { wallets: [{ address: wallet, owner_pubkey: owner.publicKey, label: "Chen" }] });
    const split = (percentage: string): Change => ({
      kind: "splits",
      contribution_splits: [
        { recipient: "Me", wallet: model.address, percentage },
        { recipient: "Chen", wallet, percentage: String(100 - Number(percentage)) },
      ],
    });
    expect((await mutate(model, split("70"), 1)).status).toBe(201);
    expect((await mutate(model, split("60"), 2)).status).toBe(201);
    const rows = await test.rows(
      "select trim_scale(percentage)::text as percentage, effective_until is null as current from omla.contribution_splits where model_id = $1 order by update_nonce, position",
      [model.model_id],
    );
    expect(rows).toEqual([
      { percentage: "70", current: false },
      { percentage: "30", current: false },
      { percentage: "60", current: true },
      { percentage: "40", current: true },
    ]);
  });

  it("refuses a lineage that would close a cycle", async () => {
    const parent = await registerModel(test);
    const child = await registerModel(test, {
      lineage: [{ parent_id: parent.model_id, relationship: "fine-tune", contribution_weight: "0.5" }],
    });
    const change: Change = { kind: "lineage", lineage: [{ parent_id: child.model_id, relationship: "merge", contribution_weight: "0.1" }] };
    expect(await mutate(parent, change, 1)).toMatchObject({ status: 422, body: { code: "LINEAGE_CYCLE" } });
  });

  it("deactivates a model, whose weights are then free again, and takes no further change", async () => {
    const model = await registerModel(test);
    expect((await mutate(model, { kind: "deactivate" }, 1)).status).toBe(201);
    expect((await test.get(`/badge/${model.address}.json`)).json()).toMatchObject({ message: "withdrawn" });
    expect(await mutate(model, locations("https://hub.example"), 2)).toMatchObject({ status: 409, body: { code: "MODEL_INACTIVE" } });
    expect((await registerModel(test, { model_hash: model.hash })).hash).toBe(model.hash);
  });

  it("refuses documents of another kind, and private data that nothing commits to", async () => {
    const model = await registerModel(test);
    expect((await test.post(URL, { document: model.document })).json()).toMatchObject({
      code: "DOCUMENT_TYPE",
      details: { path: "document.spec" },
    });
    const document = await signChange(model, locations("https://hub.example"), 1);
    expect((await test.post(URL, { document, private: { rail_identifier: "x", salt: "0123456789abcdef" } })).json()).toMatchObject({
      code: "PRIVATE_UNEXPECTED",
    });
  });
});
