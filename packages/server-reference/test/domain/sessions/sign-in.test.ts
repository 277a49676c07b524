import { buildSignIn, generateKeyPair, keyId, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, JWT_SECRET, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { readToken } from "../../../src/credentials/jwt.ts";
import { START } from "../../helpers/clock.ts";

const URL = "/functions/v1/sign-in";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const challengeOf = async (): Promise<string> => (await test.post(URL, {})).json().challenge;
const signed = async (fields: object, keys?: { publicKey: string; secretKey: string }): Promise<object> => {
  const pair = keys ?? (await generateKeyPair());
  return signDocument(
    "sign-in",
    buildSignIn({ issued_at: START, registry: REGISTRY, pubkey: pair.publicKey, challenge: "", ...fields } as never),
    pair.secretKey,
  );
};

describe("sign-in", () => {
  it("gives a session of 15 minutes for a signed challenge, once", async () => {
    const keys = await generateKeyPair();
    const document = await signed({ challenge: await challengeOf() }, keys);
    const answer = await test.post(URL, { document });
    expect(answer.statusCode).toBe(200);
    const session = answer.json();
    expect(session).toMatchObject({ token_type: "bearer", expires_in: 900, key_id: await keyId(keys.publicKey) });
    expect(readToken(session.access_token, JWT_SECRET, test.clock.now())).toMatchObject({ role: "authenticated", pubkey: keys.publicKey });
    expect((await test.post("/functions/v1/hoster-accruals", {}, session.access_token)).statusCode).toBe(200);
    expect((await test.post(URL, { document })).json()).toMatchObject({ code: "CHALLENGE_UNKNOWN" });
    test.clock.advance({ minutes: 15 });
    expect((await test.post("/functions/v1/hoster-accruals", {}, session.access_token)).statusCode).toBe(401);
    test.clock.set(START);
  });

  it("refuses a challenge that is older than five minutes or invented", async () => {
    const old = await challengeOf();
    test.clock.advance({ minutes: 5 });
    expect((await test.post(URL, { document: await signed({ challenge: old }) })).json()).toMatchObject({
      code: "CHALLENGE_UNKNOWN",
      details: { path: "document.challenge" },
    });
    test.clock.set(START);
    expect((await test.post(URL, { document: await signed({ challenge: "x".repeat(43) }) })).statusCode).toBe(401);
  });

  it("refuses a document for another registry or signed by another key", async () => {
    expect(
      (await test.post(URL, { document: await signed({ challenge: await challengeOf(), registry: "https://other.test" }) })).json(),
    ).toMatchObject({ code: "REGISTRY_MISMATCH" });
    const keys = await generateKeyPair();
    const thief = await generateKeyPair();
    const document = await signed({ challenge: await challengeOf() }, { publicKey: keys.publicKey, secretKey: thief.secretKey });
    expect((await test.post(URL, { document })).json()).toMatchObject({ code: "SIGNATURE_INVALID" });
  });

  it("changes nothing by itself: a session is not a signature", async () => {
    const document = await signed({ challenge: await challengeOf() });
    const { access_token } = (await test.post(URL, { document })).json();
    expect((await test.post("/functions/v1/mutate", { document }, access_token)).json()).toMatchObject({ code: "DOCUMENT_TYPE" });
    expect((await test.post("/functions/v1/publish-blacklist", {}, access_token)).statusCode).toBe(403);
  });
});
