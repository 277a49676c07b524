import * as noble from "@noble/ed25519";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import documents from "../../../../vectors/documents.json" with { type: "json" };
import { concatBytes, fromBase64, fromHex, toBase64 } from "../../src/protocol/bytes.ts";
import { assertPublicKey, generateKeyPair, isOnCurve, isPublicKey, keyId, keyPairFromSecretKey } from "../../src/protocol/keys.ts";
import { sign, verify } from "../../src/protocol/signing.ts";

const invalid = (path?: string): unknown => expect.objectContaining({ code: "KEY_INVALID", ...(path !== undefined && { path }) });

describe("key pairs", () => {
  it.each(documents.valid)("come from the seed and from tweetnacl's 64 bytes alike ($type)", async (row) => {
    const pair = { publicKey: row.public_key, secretKey: row.secret_key };
    expect(await keyPairFromSecretKey(row.secret_key)).toEqual(pair);
    expect(await keyPairFromSecretKey(row.secret_key_tweetnacl)).toEqual(pair);
    expect(await keyPairFromSecretKey(fromBase64(row.secret_key_tweetnacl) as Uint8Array)).toEqual(pair);
  });

  it.each(documents.invalid_keys)("refuse a secret key: $why", async ({ secret_key_tweetnacl }) => {
    await expect(keyPairFromSecretKey(secret_key_tweetnacl)).rejects.toThrow(invalid());
  });

  it("refuse every other length, and say which it was", async () => {
    for (const length of [0, 31, 33, 63, 65, 96]) {
      await expect(keyPairFromSecretKey(new Uint8Array(length))).rejects.toThrow(`not ${length}`);
    }
  });

  it("refuse base64 that is not exact, without repeating the key", async () => {
    const { secretKey } = await generateKeyPair();
    const error = (await keyPairFromSecretKey(`${secretKey}\n`).catch((caught: unknown) => caught)) as Error;
    expect(error).toEqual(invalid());
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain(secretKey.slice(0, 20));
  });

  it("are new each time, and sign what the public key verifies", async () => {
    const [first, second] = [await generateKeyPair(), await generateKeyPair()];
    expect(first.secretKey).not.toBe(second.secretKey);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await sign(message, first.secretKey);
    expect(await verify(signature, message, first.publicKey)).toBe(true);
    expect(await verify(signature, message, second.publicKey)).toBe(false);
  });

  it("take their randomness as an argument", async () => {
    // RFC 8032, test 1.
    const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60") as Uint8Array;
    const pair = await generateKeyPair(() => seed);
    expect(pair.publicKey).toBe("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    await expect(generateKeyPair(() => new Uint8Array(16))).rejects.toThrow(invalid());
  });
});

describe("public keys", () => {
  it("have the form of 32 bytes in exact base64", async () => {
    const { publicKey } = await generateKeyPair();
    expect(isPublicKey(publicKey)).toBe(true);
    for (const text of [
      `${publicKey} `,
      publicKey.slice(1),
      toBase64(new Uint8Array(31)),
      toBase64(new Uint8Array(33)),
      "",
      5,
      null,
      undefined,
    ]) {
      expect(isPublicKey(text)).toBe(false);
      expect(() => assertPublicKey(text, "ed25519_pubkey")).toThrow(invalid("ed25519_pubkey"));
    }
  });

  it("lie on the curve exactly where noble can decode the point", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        let isPoint = true;
        try {
          noble.Point.fromBytes(bytes, true);
        } catch {
          isPoint = false;
        }
        expect(isOnCurve(bytes)).toBe(isPoint);
      }),
    );
  });

  it("must be on the curve to be registered", () => {
    // y = 2: (y² − 1) / (d·y² + 1) is no square.
    const offCurve = toBase64(concatBytes(Uint8Array.of(2), new Uint8Array(31)));
    expect(() => assertPublicKey(offCurve, "keys[0]")).toThrow(invalid("keys[0]"));
  });

  it("must not have small order, in either sign", () => {
    for (const hex of [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      `01${"00".repeat(30)}80`,
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
      `ec${"ff".repeat(30)}7f`,
    ]) {
      expect(() => assertPublicKey(toBase64(fromHex(hex) as Uint8Array))).toThrow(invalid());
    }
  });

  it("have a short name by which a list finds them", async () => {
    // SHA-256("omla.key.v1\0" ‖ key) of the RFC 8032 test-1 key, as the published golden list names it.
    expect(await keyId("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")).toBe("ed25519:7766dbd7557dc9d7");
    await expect(keyId("nothing")).rejects.toThrow(invalid());
  });
});
