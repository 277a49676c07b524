import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAddress } from "../../../src/protocol/address.ts";
import { signDocument, verifyDocument, type DocumentType } from "../../../src/protocol/documents.ts";
import { buildBatch, readBatch } from "../../../src/protocol/documents/batch.ts";
import {
  buildHosterClaim,
  buildHosterReport,
  buildHosterVerification,
  hostMessage,
  readHosterClaim,
  readHosterReport,
  readHosterVerification,
  verifyHosterClaim,
} from "../../../src/protocol/documents/hoster.ts";
import { buildKeyChallenge, buildKeyRotation, readKeyChallenge, readKeyRotation } from "../../../src/protocol/documents/key-rotation.ts";
import { privateDigest, readPrivatePart } from "../../../src/protocol/documents/private-part.ts";
import { buildRecoveryProof, readRecoveryProof } from "../../../src/protocol/documents/recovery-proof.ts";
import { buildSidecar, readSidecar, verifySidecar } from "../../../src/protocol/documents/sidecar.ts";
import { buildSignIn, readSignIn } from "../../../src/protocol/documents/sign-in.ts";
import { buildStatement, readStatement } from "../../../src/protocol/documents/statement.ts";
import type { KeyPair } from "../../../src/protocol/keys.ts";
import { sign } from "../../../src/protocol/signing.ts";
import { KEYS, SAMPLES } from "../document-samples.ts";

const [owner, other] = KEYS as [KeyPair, KeyPair];
const MODEL_ID = "3f2b8c1e-5d4a-4f6b-9a70-1c2d3e4f5a6b";
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const WALLET = encodeAddress(MODEL_ID);
const sent = { issued_at: "2026-07-01T12:00:00Z", registry: "https://registry.example" };
const fault = (code: string, path: string): unknown => expect.objectContaining({ code, path });

type Build = (fields: never) => object;
type Read = (value: unknown, path?: string) => object;
const PAIRS: readonly [Exclude<keyof typeof SAMPLES, "registration" | "mutation">, Build, Read][] = [
  ["key-rotation", buildKeyRotation, readKeyRotation],
  ["key-challenge", buildKeyChallenge, readKeyChallenge],
  ["hoster-claim", buildHosterClaim, readHosterClaim],
  ["hoster-verification", buildHosterVerification, readHosterVerification],
  ["hoster-report", buildHosterReport, readHosterReport],
  ["recovery-proof", buildRecoveryProof, readRecoveryProof],
  ["sign-in", buildSignIn, readSignIn],
  ["sidecar", buildSidecar, readSidecar],
  ["statement", buildStatement, readStatement],
  ["batch", buildBatch, readBatch],
];

describe.each(PAIRS)("%s", (type, build, read) => {
  it("is built without a signature, signed, verified and read back", async () => {
    await fc.assert(
      fc.asyncProperty(SAMPLES[type] as fc.Arbitrary<object>, async (sample) => {
        const document = build(sample as never);
        expect(document).not.toHaveProperty("signature");
        const signed = await signDocument(type as DocumentType, document, owner.secretKey);
        expect(read((await verifyDocument(type as DocumentType, JSON.stringify(signed), owner.publicKey)).document)).toEqual(signed);
      }),
      { numRuns: 15 },
    );
  });

  it("misses each member that it must have, by name", () => {
    const [sample] = fc.sample(SAMPLES[type] as fc.Arbitrary<object>, 1) as [Record<string, unknown>];
    const optional = new Set(["signature", "challenge", "$schema", "new_pubkey", "new_recovery_pubkey"]);
    const names = Object.keys(sample).filter((name) => !optional.has(name) || (name === "challenge" && type === "sign-in"));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const rest = Object.entries(sample).filter(([member]) => member !== name);
      expect(() => read(Object.fromEntries(rest), "body"), name).toThrow(fault("DOCUMENT_SCHEMA", `body.${name}`));
    }
  });
});

describe("a key rotation", () => {
  const fields = { ...sent, model_id: MODEL_ID, nonce: 2 };

  it("names one new key", () => {
    expect(() => buildKeyRotation(fields)).toThrow(fault("DOCUMENT_SCHEMA", "new_pubkey"));
    const both = { ...fields, new_pubkey: owner.publicKey, new_recovery_pubkey: other.publicKey };
    expect(() => buildKeyRotation(both)).toThrow(fault("DOCUMENT_SCHEMA", "new_pubkey"));
  });

  it("names a key on the curve", () => {
    expect(() => buildKeyRotation({ ...fields, new_recovery_pubkey: `Ag${"A".repeat(41)}=` })).toThrow(
      fault("KEY_INVALID", "new_recovery_pubkey"),
    );
  });
});

describe("a hoster claim", () => {
  const claim = async (keys: KeyPair): Promise<Parameters<typeof buildHosterClaim>[0]> => ({
    ...sent,
    model_id: MODEL_ID,
    hoster_pubkey: owner.publicKey,
    name: "Example Hosting",
    wallet: WALLET,
    host_signature: await sign(hostMessage(MODEL_ID), keys.secretKey),
  });

  it("signs the literal of the architecture", () => {
    expect(new TextDecoder().decode(hostMessage(MODEL_ID))).toBe(`host:${MODEL_ID}`);
  });

  it("is verified by both signatures of one key", async () => {
    const signed = await signDocument("hoster-claim", buildHosterClaim(await claim(owner)), owner.secretKey);
    expect((await verifyHosterClaim(JSON.stringify(signed))).document).toEqual(signed);
    const borrowed = await signDocument("hoster-claim", buildHosterClaim(await claim(other)), owner.secretKey);
    await expect(verifyHosterClaim(borrowed)).rejects.toThrow(fault("SIGNATURE_INVALID", "host_signature"));
    const foreign = await signDocument("hoster-claim", buildHosterClaim(await claim(owner)), other.secretKey);
    await expect(verifyHosterClaim(foreign)).rejects.toThrow(fault("SIGNATURE_INVALID", "signature"));
  });
});

describe("a hoster's report", () => {
  const fields = { ...sent, model_id: MODEL_ID, hoster_pubkey: owner.publicKey, quarter: "2026-Q3", inferences: 0, revision: 1 };

  it.each<[string, object, string]>([
    ["a quarter that is none", { quarter: "2026-Q0" }, "quarter"],
    ["a negative count", { inferences: -1 }, "inferences"],
    ["a count as a text", { inferences: "5" }, "inferences"],
    ["revision 0", { revision: 0 }, "revision"],
  ])("refuses %s", (_, changes, path) => {
    expect(() => buildHosterReport({ ...fields, ...changes })).toThrow(fault("DOCUMENT_SCHEMA", path));
  });
});

describe("a sidecar", () => {
  const fields = {
    ...sent,
    model_id: MODEL_ID,
    name: "ExampleLM-7B",
    pubkey: owner.publicKey,
    wallet: WALLET,
    license_version: "v8-10-2025",
    sha256: [HASH],
    locations: ["https://huggingface.co/owner/repo"],
  };

  it("is verified by the key that it names, and then read", async () => {
    const signed = await signDocument("sidecar", buildSidecar(fields), owner.secretKey);
    expect((await verifySidecar(JSON.stringify(signed))).document).toEqual(signed);
    await expect(verifySidecar({ ...signed, pubkey: other.publicKey })).rejects.toThrow(fault("SIGNATURE_INVALID", "signature"));
    await expect(verifySidecar({ ...signed, pubkey: 5 })).rejects.toThrow(fault("KEY_INVALID", "pubkey"));
  });

  it("is read only where its signature holds", async () => {
    const { signature } = await signDocument("sidecar", buildSidecar(fields), owner.secretKey);
    await expect(verifySidecar({ ...buildSidecar(fields), name: "", signature })).rejects.toThrow(fault("SIGNATURE_INVALID", "signature"));
    const signed = await signDocument("sidecar", { ...buildSidecar(fields), name: "" }, owner.secretKey);
    await expect(verifySidecar(signed)).rejects.toThrow(fault("DOCUMENT_SCHEMA", "name"));
  });

  it.each<[string, object, string, string]>([
    ["a mistyped wallet", { wallet: `${WALLET.slice(0, -1)}q` }, "ADDRESS_INVALID", "wallet"],
    ["a short hash", { sha256: [HASH, HASH.slice(1)] }, "DOCUMENT_SCHEMA", "sha256[1]"],
    ["a location without https", { locations: ["http://example.org"] }, "DOCUMENT_SCHEMA", "locations[0]"],
    ["33 locations", { locations: Array.from({ length: 33 }, () => "https://example.org") }, "DOCUMENT_SCHEMA", "locations"],
  ])("refuses %s", (_, changes, code, path) => {
    expect(() => buildSidecar({ ...fields, ...changes })).toThrow(fault(code, path));
  });
});

describe("statements and batches", () => {
  it("hold amounts as decimal strings", () => {
    const [statement] = fc.sample(SAMPLES.statement, 1) as [Record<string, unknown>];
    expect(() => readStatement({ ...statement, royalty_usd: 5 })).toThrow(fault("DOCUMENT_SCHEMA", "royalty_usd"));
    expect(() => readStatement({ ...statement, royalty_usd: "-5" })).toThrow(fault("AMOUNT_INVALID", "royalty_usd"));
    expect(() => readStatement({ ...statement, royalty_usd: "1000000000000" })).toThrow(fault("AMOUNT_RANGE", "royalty_usd"));
  });

  it("take a date for the time at which they were made", () => {
    const [fields] = fc.sample(SAMPLES.statement, 1) as [Record<string, unknown>];
    const built = buildStatement({
      ...(fields as unknown as Parameters<typeof buildStatement>[0]),
      generated_at: new Date("2026-10-01T00:00:00Z"),
    });
    expect(built.generated_at).toBe("2026-10-01T00:00:00Z");
  });
});

describe("the private part", () => {
  const part = { rail_identifier: "acct_1", contact_email: "alice@example.org", salt: "0123456789abcdef" };

  it("is named by the digest of its canonical form", async () => {
    // SHA-256 of {"contact_email":"alice@example.org","rail_identifier":"acct_1","salt":"0123456789abcdef"}
    expect(await privateDigest(part)).toBe("e6f5c98d28a06488668b91a6284a692d3cb6e02de122c44174939b326c3f4655");
    expect(await privateDigest({ salt: part.salt, rail_identifier: "acct_1", contact_email: part.contact_email })).toBe(
      await privateDigest(part),
    );
  });

  it("has a salt that hides it", () => {
    expect(readPrivatePart(part)).toBe(part);
    expect(() => readPrivatePart({ ...part, salt: "short" }, "private")).toThrow(fault("DOCUMENT_SCHEMA", "private.salt"));
    expect(() => readPrivatePart({ ...part, contact_email: "nobody" })).toThrow(fault("DOCUMENT_SCHEMA", "contact_email"));
  });
});
