import { generateKeyPair, type KeyPair } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, mutateIn, refusal, register, signed } from "./arrange.ts";

let now = new Date("2026-07-01T00:00:00Z");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => now });
});
afterAll(() => database.close());

let model: ArrangedModel;
let recovery: KeyPair;
let fresh: KeyPair;
beforeEach(async () => {
  now = new Date("2026-07-01T00:00:00Z");
  recovery = await generateKeyPair();
  fresh = await generateKeyPair();
  model = await register(database, { recovery });
});

async function apply(type: "key-rotation" | "key-challenge", fields: object, keys: KeyPair): Promise<Record<string, unknown>> {
  const document = {
    spec: `omla-${type}/1`,
    issued_at: "2026-07-01T00:00:00Z",
    registry: "https://registry.test",
    model_id: model.id,
    ...fields,
  };
  const { body, digest, signature } = await signed(type, document, keys.secretKey);
  const name = type === "key-rotation" ? "apply_key_rotation" : "apply_key_challenge";
  const { rows } = await database.db.service((tx) =>
    tx.query<{ answer: Record<string, unknown> }>(`select omla.${name}($1, $2, $3, $4) as answer`, [
      body,
      digest,
      signature,
      keys.publicKey,
    ]),
  );
  return { ...rows[0]?.answer, digest };
}

async function complete(): Promise<string[]> {
  return (await database.db.service((tx) => tx.query<{ digest: string }>("select digest from omla.complete_key_rotations()"))).rows.map(
    ({ digest }) => digest,
  );
}

async function keysOf(): Promise<unknown> {
  return (
    await database.db.query("anon", "select ed25519_pubkey, recovery_pubkey, pubkey_rotation_pending from public.models where id = $1", [
      model.id,
    ])
  ).rows[0];
}

const deactivate = { kind: "deactivate" };

describe("a key rotation", () => {
  it("waits seven days, is shown meanwhile, and then makes the new key the model's", async () => {
    const { digest, completes_at } = await apply("key-rotation", { nonce: 1, new_pubkey: fresh.publicKey }, recovery);
    expect(completes_at).toBe("2026-07-08T00:00:00Z");
    expect(await keysOf()).toMatchObject({ ed25519_pubkey: model.keys.publicKey, pubkey_rotation_pending: fresh.publicKey });
    now = new Date("2026-07-07T23:59:59Z");
    expect(await complete()).toEqual([]);
    now = new Date("2026-07-08T00:00:00Z");
    expect(await complete()).toEqual([digest]);
    expect(await complete()).toEqual([]);
    expect(await keysOf()).toEqual({ ed25519_pubkey: fresh.publicKey, recovery_pubkey: recovery.publicKey, pubkey_rotation_pending: null });
    expect((await refusal(mutateIn(database, { model_id: model.id, nonce: 2, change: deactivate }, model.keys))).code).toBe(
      "KEY_NOT_ALLOWED",
    );
    await mutateIn(database, { model_id: model.id, nonce: 3, change: deactivate }, fresh);
  });

  it("can replace the recovery key as well", async () => {
    await apply("key-rotation", { nonce: 1, new_recovery_pubkey: fresh.publicKey }, model.keys);
    now = new Date("2026-07-09T00:00:00Z");
    await complete();
    expect(await keysOf()).toMatchObject({ ed25519_pubkey: model.keys.publicKey, recovery_pubkey: fresh.publicKey });
  });

  it("is stopped by a challenge of the other key, and only of the other key", async () => {
    const { digest } = await apply("key-rotation", { nonce: 1, new_pubkey: fresh.publicKey }, model.keys);
    expect((await refusal(apply("key-challenge", { nonce: 2, rotation_digest: digest }, model.keys))).code).toBe("KEY_NOT_ALLOWED");
    expect((await refusal(apply("key-challenge", { nonce: 2, rotation_digest: digest }, fresh))).code).toBe("KEY_NOT_ALLOWED");
    await apply("key-challenge", { nonce: 2, rotation_digest: digest }, recovery);
    now = new Date("2026-08-01T00:00:00Z");
    expect(await complete()).toEqual([]);
    expect(await keysOf()).toMatchObject({ ed25519_pubkey: model.keys.publicKey, pubkey_rotation_pending: null });
    expect((await refusal(apply("key-challenge", { nonce: 3, rotation_digest: digest }, recovery))).code).toBe("ROTATION_NOT_FOUND");
  });

  it("is one at a time, of a new key, by a key of the model, with a higher nonce", async () => {
    expect((await refusal(apply("key-rotation", { nonce: 1, new_pubkey: recovery.publicKey }, model.keys))).code).toBe("KEY_NOT_NEW");
    expect((await refusal(apply("key-rotation", { nonce: 1, new_pubkey: fresh.publicKey }, fresh))).code).toBe("KEY_NOT_ALLOWED");
    await apply("key-rotation", { nonce: 1, new_pubkey: fresh.publicKey }, recovery);
    expect((await refusal(apply("key-rotation", { nonce: 1, new_pubkey: (await generateKeyPair()).publicKey }, model.keys))).code).toBe(
      "NONCE_NOT_HIGHER",
    );
    expect((await refusal(apply("key-rotation", { nonce: 2, new_pubkey: (await generateKeyPair()).publicKey }, model.keys))).code).toBe(
      "ROTATION_PENDING",
    );
  });
});
