import * as noble from "@noble/ed25519";
import { describe, expect, it } from "vitest";
import { concatBytes, fromBase64, toBase64, utf8Encode } from "../../src/protocol/bytes.ts";
import { type KeyPair, keyPairFromSecretKey } from "../../src/protocol/keys.ts";
import { verifyLegacyRegistration } from "../../src/protocol/legacy-registration.ts";
import { sign } from "../../src/protocol/signing.ts";
import { KEYS } from "./document-samples.ts";

const [creator, other] = KEYS as [KeyPair, KeyPair];
const four = { name: 'Modèle "Été"', model_hash: "e3b0c442", pubkey: creator.publicKey, timestamp: "2025-08-10T12:34:56.789Z" };
const refused = (code: string, path: string): unknown => expect.objectContaining({ code, path });

/** As the documents print it: `nacl.sign.detached(encode(JSON.stringify({…})), secretKey)` with a secret key of 64 bytes. */
async function signedAsPrinted(fields: typeof four | (Omit<typeof four, "timestamp"> & { timestamp: number })): Promise<string> {
  const { name, model_hash, pubkey, timestamp } = fields;
  const seed = fromBase64(creator.secretKey) as Uint8Array;
  const naclSecretKey = concatBytes(seed, fromBase64(creator.publicKey) as Uint8Array);
  const message = utf8Encode(JSON.stringify({ name, model_hash, pubkey, timestamp }));
  const registration_signature = await sign(message, toBase64(naclSecretKey));
  // noble signs as tweetnacl does (RFC 8032, deterministic).
  expect(registration_signature).toBe(toBase64(await noble.signAsync(message, seed)));
  return registration_signature;
}

describe("a registration of the old form", () => {
  it("proves the identity only, and gives back nothing that was not signed", async () => {
    const document = {
      ...four,
      wallet: { address: "omla1forged" },
      contribution_splits: [],
      registration_signature: await signedAsPrinted(four),
    };
    expect(await verifyLegacyRegistration(document)).toEqual({ proves: "identity only", ...four });
  });

  it("may stand in any order, and may carry milliseconds", async () => {
    const fields = { ...four, timestamp: 1_754_829_296_789 };
    const registration_signature = await signedAsPrinted(fields);
    const shuffled = {
      registration_signature,
      timestamp: fields.timestamp,
      pubkey: four.pubkey,
      model_hash: four.model_hash,
      name: four.name,
    };
    expect(await verifyLegacyRegistration(shuffled)).toMatchObject(fields);
  });

  it("is refused where one of the four was changed", async () => {
    const registration_signature = await signedAsPrinted(four);
    for (const change of [{ name: "x" }, { model_hash: "x" }, { timestamp: "x" }, { pubkey: other.publicKey }]) {
      await expect(verifyLegacyRegistration({ ...four, ...change, registration_signature })).rejects.toThrow(
        refused("SIGNATURE_INVALID", "registration_signature"),
      );
    }
  });

  it.each<[string, object, string, string]>([
    ["no name", { name: undefined }, "DOCUMENT_SCHEMA", "name"],
    ["a time with a fraction", { timestamp: 0.5 }, "DOCUMENT_SCHEMA", "timestamp"],
    ["a key that is none", { pubkey: "x" }, "KEY_INVALID", "pubkey"],
    ["a signature that is none", { registration_signature: "AAAA" }, "DOCUMENT_SCHEMA", "registration_signature"],
  ])("is refused with %s", async (_, change, code, path) => {
    const document = { ...four, registration_signature: toBase64(new Uint8Array(64)), ...change };
    await expect(verifyLegacyRegistration(document)).rejects.toThrow(refused(code, path));
  });

  it("uses the same keys from 64 bytes as from 32", async () => {
    const nacl = toBase64(concatBytes(fromBase64(creator.secretKey) as Uint8Array, fromBase64(creator.publicKey) as Uint8Array));
    expect(await keyPairFromSecretKey(nacl)).toEqual(creator);
  });
});
