import { randomBytes } from "node:crypto";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  buildSignIn,
  encodeAddress,
  generateKeyPair,
  hostMessage,
  type KeyPair,
  sign,
  signDocument,
} from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

const CLAIM = "/functions/v1/hoster-claim";
const REPORT = "/functions/v1/hoster-report";
const sent = { issued_at: START, registry: REGISTRY };
let test: TestApp;
let model: SignedModel;
let hoster: KeyPair;
let wallet: string;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const start = async (share = "20"): Promise<void> => {
  test.clock.set(START);
  model = await registerModel(test, { hoster_share_pct: share });
  hoster = await generateKeyPair();
  wallet = encodeAddress(new Uint8Array(randomBytes(16)));
  const answer = await test.post("/functions/v1/register-wallet", { address: wallet, owner_pubkey: hoster.publicKey, label: "Host" });
  expect(answer.statusCode).toBe(201);
};
const claim = async (fields: object = {}): Promise<object> => {
  const host_signature = await sign(hostMessage(model.model_id), hoster.secretKey);
  const draft = buildHosterClaim({
    ...sent,
    model_id: model.model_id,
    hoster_pubkey: hoster.publicKey,
    name: "Host",
    wallet,
    host_signature,
    ...fields,
  });
  return signDocument("hoster-claim", draft, hoster.secretKey);
};
const verification = async (nonce: number, verified: boolean, keys = model.keys): Promise<object> =>
  signDocument(
    "hoster-verification",
    buildHosterVerification({ ...sent, model_id: model.model_id, hoster_pubkey: hoster.publicKey, verified, nonce }),
    keys.secretKey,
  );
const volume = async (quarter: string, inferences: number, revision: number): Promise<object> =>
  signDocument(
    "hoster-report",
    buildHosterReport({ ...sent, model_id: model.model_id, hoster_pubkey: hoster.publicKey, quarter, inferences, revision }),
    hoster.secretKey,
  );
const send = async (url: string, document: object): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await test.post(url, { document });
  return { status: answer.statusCode, body: answer.json() };
};
const session = async (keys: KeyPair): Promise<string> => {
  const { challenge } = (await test.post("/functions/v1/sign-in", {})).json();
  const document = await signDocument("sign-in", buildSignIn({ ...sent, pubkey: keys.publicKey, challenge }), keys.secretKey);
  return (await test.post("/functions/v1/sign-in", { document })).json().access_token;
};

describe("hosters", () => {
  it("claim, are counter-signed by the model's key, report volume, and count in a royalty", async () => {
    await start("20");
    expect(await send(CLAIM, await claim())).toMatchObject({ status: 201, body: { model_id: model.model_id, verified: false } });
    expect((await send(REPORT, await volume("2026-Q2", 1_000, 1))).status).toBe(201);
    const { api_key } = await registerCompany(test);
    const quote = async (): Promise<unknown> => {
      const entries = [{ model: model.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }];
      const [line] = (await test.post("/functions/v1/quote", { quarter: "2026-Q2", entries }, api_key)).json().lines;
      return [line.hoster_pool_usd, line.creator_pool_usd];
    };
    // Not verified yet: nobody takes from the royalty of 300.
    expect(await quote()).toEqual(["0.000000", "300.000000"]);
    expect(await send(CLAIM, await verification(1, true))).toMatchObject({ status: 201, body: { verified: true } });
    expect(await quote()).toEqual(["60.000000", "240.000000"]);
    expect((await send(CLAIM, await verification(2, false))).status).toBe(201);
    expect(await quote()).toEqual(["0.000000", "300.000000"]);
  });

  it("cannot use the old literal again after a revocation, only a fresh challenge (host_claim_replay_after_revoke_fail)", async () => {
    await start();
    const first = await claim();
    await send(CLAIM, first);
    await send(CLAIM, await verification(1, false));
    expect(await send(CLAIM, first)).toMatchObject({ status: 409, body: { code: "DOCUMENT_EXISTS" } });
    expect(await send(CLAIM, await claim({ name: "Host again" }))).toMatchObject({
      status: 409,
      body: { code: "CHALLENGE_REQUIRED", details: { path: "challenge" } },
    });
    expect(await send(CLAIM, await claim({ challenge: "invented" }))).toMatchObject({ status: 409, body: { code: "CHALLENGE_REQUIRED" } });
    const { challenge } = (await test.post("/functions/v1/sign-in", {})).json();
    expect((await send(CLAIM, await claim({ challenge }))).status).toBe(201);
  });

  it("have one claim per model and key, on a wallet that is registered", async () => {
    await start();
    expect(await send(CLAIM, await claim({ wallet: encodeAddress(new Uint8Array(randomBytes(16))) }))).toMatchObject({
      status: 422,
      body: { code: "WALLET_UNKNOWN" },
    });
    expect((await send(CLAIM, await claim())).status).toBe(201);
    expect(await send(CLAIM, await claim({ name: "Twice" }))).toMatchObject({ status: 409, body: { code: "HOSTER_CLAIM_EXISTS" } });
  });

  it("are not verified by anybody but the model's key", async () => {
    await start();
    await send(CLAIM, await claim());
    expect(await send(CLAIM, await verification(1, true, hoster))).toMatchObject({ status: 403, body: { code: "SIGNATURE_INVALID" } });
  });

  it("sign the literal of their claim with the same key", async () => {
    await start();
    const stolen = await sign(hostMessage("00000000-0000-4000-8000-000000000000"), hoster.secretKey);
    expect(await send(CLAIM, await claim({ host_signature: stolen }))).toMatchObject({
      status: 403,
      body: { code: "SIGNATURE_INVALID", details: { path: "host_signature" } },
    });
  });

  it("report a quarter until 15 days after its end, each revision once and growing", async () => {
    await start();
    await send(CLAIM, await claim());
    expect(await send(REPORT, await volume("2026-Q3", 1, 1))).toMatchObject({ status: 422, body: { code: "QUARTER_NOT_BEGUN" } });
    expect((await send(REPORT, await volume("2026-Q2", 1, 1))).status).toBe(201);
    expect(await send(REPORT, await volume("2026-Q2", 2, 1))).toMatchObject({ status: 409, body: { code: "HOSTER_REPORT_EXISTS" } });
    test.clock.set("2026-07-16T00:00:00Z");
    expect((await send(REPORT, await volume("2026-Q2", 3, 2))).status).toBe(201);
    test.clock.set("2026-07-16T00:00:01Z");
    expect(await send(REPORT, await volume("2026-Q2", 4, 3))).toMatchObject({ status: 409, body: { code: "HOSTER_REPORT_CLOSED" } });
  });

  it("read their own accruals by a session of their key, and nobody else's", async () => {
    await start();
    await send(CLAIM, await claim());
    await send(REPORT, await volume("2026-Q2", 10, 1));
    await send(REPORT, await volume("2026-Q2", 12, 2));
    const answer = await test.post("/functions/v1/hoster-accruals", {}, await session(hoster));
    expect(answer.statusCode).toBe(200);
    expect(answer.json().accruals).toMatchObject([
      {
        model_id: model.model_id,
        verified: false,
        revoked: false,
        volumes: [{ quarter: "2026-Q2", inferences: 12, revision: 2 }],
        accrued_usd: "0.000000",
        by_volume_usd: "0.000000",
        settled_usd: "0.000000",
      },
    ]);
    expect((await test.post("/functions/v1/hoster-accruals", {}, await session(await generateKeyPair()))).json()).toEqual({ accruals: [] });
    expect((await test.post("/functions/v1/hoster-accruals", {})).statusCode).toBe(401);
  });
});
