import {
  buildKeyChallenge,
  buildKeyRotation,
  buildMutation,
  documentDigest,
  generateKeyPair,
  type KeyPair,
  signDocument,
} from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "../../src/jobs/runner.ts";
import { createTestApp, REGISTRY, type TestApp } from "../helpers/app.ts";
import { START } from "../helpers/clock.ts";
import { registerModelWithRecovery, type SignedModel } from "../helpers/factories.ts";

let test: TestApp;
let recovery: KeyPair;
let model: SignedModel;
let thief: KeyPair;
beforeAll(async () => {
  test = await createTestApp();
  recovery = await generateKeyPair();
});
beforeEach(async () => {
  test.clock.set(START);
  model = await registerModelWithRecovery(test, recovery);
  thief = await generateKeyPair();
});
afterAll(() => test.close());

/** The highest number that a nonce can be. */
const LAST = Number.MAX_SAFE_INTEGER;
const head = (nonce: number): { issued_at: string; registry: string; model_id: string; nonce: number } => ({
  issued_at: START,
  registry: REGISTRY,
  model_id: model.model_id,
  nonce,
});
const rotation = (nonce: number, keys: KeyPair, fields: object): Promise<object> =>
  signDocument("key-rotation", buildKeyRotation({ ...head(nonce), ...fields }), keys.secretKey);
const challenge = async (nonce: number, keys: KeyPair, of: object): Promise<object> => {
  const rotation_digest = await documentDigest("key-rotation", of);
  return signDocument("key-challenge", buildKeyChallenge({ ...head(nonce), rotation_digest }), keys.secretKey);
};
const locate = (nonce: number, keys: KeyPair, url: string): Promise<object> =>
  signDocument("mutation", buildMutation({ ...head(nonce), change: { kind: "locations", locations: [url] } }), keys.secretKey);
const send = async (action: string, document: object): Promise<string | number> => {
  const answer = await test.post(`/functions/v1/${action}`, { document });
  return answer.statusCode === 201 ? 201 : (answer.json() as { code: string }).code;
};
const keys = async (): Promise<unknown> =>
  (await test.rows("select ed25519_pubkey as key, recovery_pubkey as recovery from omla.models where id = $1", [model.model_id]))[0];

describe("whoever stole the model's key", () => {
  it("cannot use up the nonces, so that the recovery key could not object", async () => {
    const takeover = await rotation(LAST, model.keys, { new_pubkey: thief.publicKey });
    expect(await send("rotate-key", takeover)).toBe(201);
    expect(await send("rotate-key", await challenge(LAST, recovery, takeover))).toBe(201);
    test.clock.advance({ days: 8 });
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [] });
    expect(await keys()).toEqual({ key: model.keys.publicKey, recovery: recovery.publicKey });
  });

  it("cannot lock the owner out by the last nonce: a rotation still gives the model another key, which then changes it", async () => {
    expect(await send("mutate", await locate(LAST, model.keys, "https://thief.example/a"))).toBe(201);
    const next = await generateKeyPair();
    expect(await send("rotate-key", await rotation(LAST, recovery, { new_pubkey: next.publicKey }))).toBe(201);
    test.clock.advance({ days: 7 });
    await runJob(test.ctx, "complete-key-rotations");
    expect(await keys()).toEqual({ key: next.publicKey, recovery: recovery.publicKey });
    expect(await send("mutate", await locate(LAST, next, "https://owner.example/a"))).toBe(201);
    // What was signed for a lower number, or with the key that is gone, stays worth nothing.
    expect(await send("mutate", await locate(LAST - 1, next, "https://owner.example/b"))).toBe("NONCE_NOT_HIGHER");
    expect(await send("mutate", await locate(LAST, model.keys, "https://thief.example/b"))).toBe("SIGNATURE_INVALID");
  });

  it("cannot repeat a document at the last nonce", async () => {
    const document = await locate(LAST, model.keys, "https://thief.example/a");
    expect([await send("mutate", document), await send("mutate", document)]).toEqual([201, "DOCUMENT_EXISTS"]);
  });

  it("keeps nothing that was signed before the key was replaced, however high its nonce", async () => {
    const next = await generateKeyPair();
    expect(await send("rotate-key", await rotation(1, recovery, { new_pubkey: next.publicKey }))).toBe(201);
    const waiting = await locate(50, model.keys, "https://thief.example/late");
    test.clock.advance({ days: 7 });
    await runJob(test.ctx, "complete-key-rotations");
    expect(await send("mutate", waiting)).toBe("SIGNATURE_INVALID");
    expect(await send("rotate-key", await rotation(51, model.keys, { new_pubkey: thief.publicKey }))).toBe("SIGNATURE_INVALID");
  });

  it("loses against a challenge that comes after the seven days, as long as nobody has completed the rotation", async () => {
    const takeover = await rotation(1, model.keys, { new_pubkey: thief.publicKey });
    await send("rotate-key", takeover);
    test.clock.advance({ days: 7, minutes: 30 });
    expect(await send("rotate-key", await challenge(2, recovery, takeover))).toBe(201);
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [] });
  });

  it("cannot use a challenge for another model of the same keys, nor one for another registry", async () => {
    const takeover = await rotation(1, recovery, { new_pubkey: thief.publicKey });
    await send("rotate-key", takeover);
    const elsewhere = await signDocument(
      "key-challenge",
      buildKeyChallenge({
        ...head(2),
        registry: "https://elsewhere.test",
        rotation_digest: await documentDigest("key-rotation", takeover),
      }),
      model.keys.secretKey,
    );
    expect(await send("rotate-key", elsewhere)).toBe("REGISTRY_MISMATCH");
    const other = await registerModelWithRecovery(test, recovery);
    const crossed = await signDocument(
      "key-challenge",
      buildKeyChallenge({ ...head(2), model_id: other.model_id, rotation_digest: await documentDigest("key-rotation", takeover) }),
      other.keys.secretKey,
    );
    expect(await send("rotate-key", crossed)).toBe("ROTATION_NOT_FOUND");
  });
});
