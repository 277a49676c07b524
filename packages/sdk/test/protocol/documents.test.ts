import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/documents.json" with { type: "json" };
import { toHex } from "../../src/protocol/bytes.ts";
import { canonicalize } from "../../src/protocol/canonical-json.ts";
import {
  DOCUMENT_TYPES,
  documentDigest,
  documentMessage,
  type DocumentType,
  signDocument,
  signedBody,
  verifyDocument,
} from "../../src/protocol/documents.ts";
import { generateKeyPair } from "../../src/protocol/keys.ts";

type Row = { type: DocumentType; public_key: string; signed_document: object };
const valid = vectors.valid as unknown as (Row & (typeof vectors.valid)[number])[];
const invalid = vectors.invalid as unknown as (Row & { why: string })[];
const coded = (code: string, path?: string): unknown => expect.objectContaining({ code, ...(path !== undefined && { path }) });

describe("the vectors", () => {
  it.each(valid)("signs and verifies a $type, byte for byte", async (row) => {
    const body = signedBody(row.type, row.document);
    expect(canonicalize(body)).toBe(row.canonical);
    expect(toHex(await documentMessage(row.type, body))).toBe(row.message_hex);
    expect(await signDocument(row.type, row.document, row.secret_key)).toEqual(row.signed_document);
    expect(await signDocument(row.type, row.document, row.secret_key_tweetnacl)).toEqual(row.signed_document);
    const digest = row.message_hex.slice(-64);
    expect(await documentDigest(row.type, row.signed_document)).toBe(digest);
    for (const document of [row.signed_document, JSON.stringify(row.signed_document)]) {
      expect(await verifyDocument(row.type, document, row.public_key)).toEqual({ document: row.signed_document, digest });
    }
  });

  it.each(invalid)("refuses a $type: $why", async (row) => {
    const isMember = /member\b.*(reserved|foreign|another type)|another type's|reserved/.test(row.why);
    await expect(verifyDocument(row.type, row.signed_document, row.public_key)).rejects.toThrow(
      coded(isMember ? "SIGNATURE_MEMBER" : "SIGNATURE_INVALID"),
    );
  });
});

describe("verifyDocument", () => {
  it("verifies the text that arrived, so that a member standing twice is seen", async () => {
    const { publicKey, secretKey } = await generateKeyPair();
    const { signature } = await signDocument("sidecar", { name: "honest" }, secretKey);
    const text = `{"name":"forged","name":"honest","signature":"${signature}"}`;
    expect(JSON.parse(text)).toEqual({ name: "honest", signature });
    await expect(verifyDocument("sidecar", text, publicKey)).rejects.toThrow(coded("CANONICAL_JSON", "name"));
  });

  it("gives back what was verified, not what a getter says later", async () => {
    const { publicKey, secretKey } = await generateKeyPair();
    const signed = await signDocument("sidecar", { name: "honest" }, secretKey);
    let reads = 0;
    const shifty = {
      signature: signed.signature,
      get name() {
        return reads++ === 0 ? "honest" : "forged";
      },
    };
    expect((await verifyDocument("sidecar", shifty, publicKey)).document.name).toBe("honest");
  });

  it("refuses a text that is no object, or no JSON", async () => {
    const { publicKey } = await generateKeyPair();
    for (const text of ["[]", "1", '"x"', "null", "", "{"]) {
      await expect(verifyDocument("sidecar", text, publicKey)).rejects.toThrow(coded("CANONICAL_JSON"));
    }
  });

  it("says which of key and signature has the wrong form", async () => {
    const { publicKey, secretKey } = await generateKeyPair();
    const signed = await signDocument("registration", { name: "x" }, secretKey);
    await expect(verifyDocument("registration", signed, "short")).rejects.toThrow(coded("KEY_INVALID"));
    for (const registration_signature of [undefined, 5, "", signed.registration_signature.slice(4)]) {
      const document = JSON.parse(JSON.stringify({ ...signed, registration_signature })) as object;
      await expect(verifyDocument("registration", document, publicKey)).rejects.toThrow(
        coded("SIGNATURE_INVALID", "registration_signature"),
      );
    }
  });

  it("knows no type that is not in the table", async () => {
    const { publicKey } = await generateKeyPair();
    for (const type of ["invoice", "toString", "__proto__"]) {
      await expect(verifyDocument(type as DocumentType, {}, publicKey)).rejects.toThrow(coded("DOCUMENT_SCHEMA"));
    }
  });
});

describe("a signature", () => {
  const types = Object.keys(DOCUMENT_TYPES) as DocumentType[];

  it("belongs to one type, one key and one content", async () => {
    const [mine, other] = [await generateKeyPair(), await generateKeyPair()];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.constantFrom(...types),
        fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.oneof(fc.nat(), fc.boolean(), fc.stringMatching(/^[a-z]*$/)), { minKeys: 1 }),
        async (type, otherType, fields) => {
          fc.pre(Object.keys(fields).every((name) => !/^signature|^(registration_signature|constructor|prototype)$/.test(name)));
          const document = { ...fields };
          const signed = await signDocument(type, document, mine.secretKey);
          const { digest } = await verifyDocument(type, signed, mine.publicKey);
          expect(digest).toBe(await documentDigest(type, signed));
          await expect(verifyDocument(type, signed, other.publicKey)).rejects.toThrow(coded("SIGNATURE_INVALID"));
          await expect(verifyDocument(type, { ...signed, zzzzzzzzz: 1 }, mine.publicKey)).rejects.toThrow(coded("SIGNATURE_INVALID"));
          if (otherType !== type) await expect(verifyDocument(otherType, signed, mine.publicKey)).rejects.toThrow(/signature|reserved/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes the place of one that stood there", async () => {
    const { publicKey, secretKey } = await generateKeyPair();
    const once = await signDocument("sidecar", { name: "x" }, secretKey);
    const twice = await signDocument("sidecar", { ...once, signature: "old" }, secretKey);
    expect(twice).toEqual(once);
    await verifyDocument("sidecar", twice, publicKey);
  });

  it("is not made over what has no canonical form", async () => {
    const { secretKey } = await generateKeyPair();
    await expect(signDocument("registration", { percentage: 0.4 }, secretKey)).rejects.toThrow(coded("CANONICAL_JSON", "percentage"));
    await expect(signDocument("registration", { signature_note: "x" }, secretKey)).rejects.toThrow(
      coded("SIGNATURE_MEMBER", "signature_note"),
    );
    await expect(signDocument("registration", { name: "x" }, "short")).rejects.toThrow(coded("KEY_INVALID"));
  });

  it("lets a list carry both of its members outside the body, and no other type", () => {
    expect(signedBody("blacklist", { a: 1, signature: "x", signatures: [] })).toEqual({ a: 1 });
    expect(() => signedBody("sidecar", { a: 1, signatures: [] })).toThrow(coded("SIGNATURE_MEMBER", "signatures"));
    expect(() => signedBody("registration", { a: 1, signature: "x" })).toThrow(coded("SIGNATURE_MEMBER", "signature"));
    expect(() => signedBody("mutation", { a: 1, registration_signature: "x" })).toThrow(
      coded("SIGNATURE_MEMBER", "registration_signature"),
    );
  });
});
