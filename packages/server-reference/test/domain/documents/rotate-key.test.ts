import { buildKeyChallenge, buildKeyRotation, documentDigest, generateKeyPair, type KeyPair, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "../../../src/jobs/runner.ts";
import { createTestApp, REGISTRY, type TestApp } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { registerModelWithRecovery, type SignedModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/rotate-key";
let test: TestApp;
let recovery: KeyPair;
let model: SignedModel;
let next: KeyPair;
beforeAll(async () => {
  test = await createTestApp();
  recovery = await generateKeyPair();
});
afterAll(() => test.close());

const rotation = (nonce: number, keys: KeyPair, fields: object = { new_pubkey: next.publicKey }): Promise<object> =>
  signDocument(
    "key-rotation",
    buildKeyRotation({ issued_at: START, registry: REGISTRY, model_id: model.model_id, nonce, ...fields }),
    keys.secretKey,
  );
const challenge = async (nonce: number, keys: KeyPair, of: object): Promise<object> =>
  signDocument(
    "key-challenge",
    buildKeyChallenge({
      issued_at: START,
      registry: REGISTRY,
      model_id: model.model_id,
      nonce,
      rotation_digest: await documentDigest("key-rotation", of),
    }),
    keys.secretKey,
  );
const send = async (document: object): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await test.post(URL, { document });
  return { status: answer.statusCode, body: answer.json() };
};
const currentKey = async (): Promise<unknown> =>
  (await test.rows("select ed25519_pubkey as key from omla.models where id = $1", [model.model_id]))[0]?.["key"];
const start = async (): Promise<void> => {
  test.clock.set(START);
  model = await registerModelWithRecovery(test, recovery);
  next = await generateKeyPair();
};

describe("rotate-key", () => {
  it("waits seven days and then completes, telling everyone concerned both times", async () => {
    await start();
    const { status, body } = await send(await rotation(1, recovery));
    expect(status).toBe(201);
    expect(body).toMatchObject({ model_id: model.model_id, completes_at: "2026-05-22T12:00:00Z" });
    expect(test.queued.at(-1)?.data).toMatchObject({ kind: "key-rotation", model_id: model.model_id, until: "2026-05-22T12:00:00Z" });
    test.clock.set("2026-05-22T11:59:59Z");
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [] });
    expect(await currentKey()).toBe(model.keys.publicKey);
    test.clock.set("2026-05-22T12:00:00Z");
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [body["digest"]] });
    expect(await currentKey()).toBe(next.publicKey);
    expect(test.queued.at(-1)?.data).toMatchObject({ kind: "key-rotated", model_id: model.model_id });
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [] });
  });

  it("is stopped by the other key, and then never completes", async () => {
    await start();
    const asked = await rotation(1, recovery);
    await send(asked);
    expect(await send(await challenge(2, recovery, asked))).toMatchObject({ status: 403, body: { code: "KEY_NOT_ALLOWED" } });
    expect((await send(await challenge(2, model.keys, asked))).status).toBe(201);
    expect(test.queued.at(-1)?.data).toMatchObject({ kind: "key-challenge" });
    test.clock.advance({ days: 30 });
    expect(await runJob(test.ctx, "complete-key-rotations")).toEqual({ completed: [] });
    expect(await currentKey()).toBe(model.keys.publicKey);
    expect(await send(await challenge(3, model.keys, asked))).toMatchObject({ status: 404, body: { code: "ROTATION_NOT_FOUND" } });
  });

  it("allows one at a time, with a key that is new and a nonce that grows", async () => {
    await start();
    expect(await send(await rotation(1, model.keys, { new_pubkey: recovery.publicKey }))).toMatchObject({
      status: 422,
      body: { code: "KEY_NOT_NEW" },
    });
    expect((await send(await rotation(2, model.keys, { new_recovery_pubkey: next.publicKey }))).status).toBe(201);
    expect(await send(await rotation(3, model.keys))).toMatchObject({ status: 409, body: { code: "ROTATION_PENDING" } });
    expect(await send(await rotation(2, recovery))).toMatchObject({ status: 409, body: { code: "NONCE_NOT_HIGHER" } });
  });

  it("refuses strangers, and both new keys in one document", async () => {
    await start();
    expect(await send(await rotation(1, await generateKeyPair()))).toMatchObject({ status: 403, body: { code: "SIGNATURE_INVALID" } });
    const both = {
      spec: "omla-key-rotation/1",
      issued_at: START,
      registry: REGISTRY,
      model_id: model.model_id,
      nonce: 1,
      new_pubkey: next.publicKey,
      new_recovery_pubkey: next.publicKey,
    };
    expect(await send(await signDocument("key-rotation", both, model.keys.secretKey))).toMatchObject({
      status: 400,
      body: { code: "DOCUMENT_SCHEMA" },
    });
  });
});
