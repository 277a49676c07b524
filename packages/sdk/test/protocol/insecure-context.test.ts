import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import vectors from "../../../../vectors/documents.json" with { type: "json" };
import { toHex, utf8Encode } from "../../src/protocol/bytes.ts";
import type { DocumentType } from "../../src/protocol/documents.ts";
import { sha512 } from "../../src/protocol/sha512.ts";

describe("SHA-512 without WebCrypto", () => {
  // FIPS 180-4 examples: one block, two blocks; and the empty message.
  it.each([
    [
      "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    ],
    [
      "",
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    ],
  ])("gives the published digest of %j", (text, digest) => {
    expect(toHex(sha512(utf8Encode(text)))).toBe(digest);
  });

  it("pads right at every length around a block", async () => {
    for (let length = 100; length <= 260; length += 4) {
      const message = new Uint8Array(length).fill(length);
      const expected = new Uint8Array(await crypto.subtle.digest("SHA-512", message));
      expect(sha512(message), `length ${length}`).toEqual(expected);
    }
  });
});

describe("a page that is not served by https", () => {
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  // What a module learns of its surroundings it learns once: here it learns it anew, and so do the tests after this one.
  const forget = (): void => void vi.resetModules();
  beforeAll(() => {
    forget();
    vi.stubGlobal("crypto", { getRandomValues });
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    forget();
  });

  it("has no native back end, and verifies all the same", async () => {
    const { signDocument, verifyDocument } = await import("../../src/protocol/documents.ts");
    const { ed25519BackendNamed } = await import("../../src/protocol/ed25519.ts");
    const { keyPairFromSecretKey } = await import("../../src/protocol/keys.ts");
    expect(crypto.subtle).toBeUndefined();
    expect(await ed25519BackendNamed("webcrypto")).toBeUndefined();
    for (const row of vectors.valid.slice(0, 4)) {
      const type = row.type as DocumentType;
      expect((await keyPairFromSecretKey(row.secret_key)).publicKey).toBe(row.public_key);
      expect(await signDocument(type, row.document, row.secret_key)).toEqual(row.signed_document);
      const verified = await verifyDocument(type, JSON.stringify(row.signed_document), row.public_key);
      expect(verified.digest).toBe(row.message_hex.slice(-64));
    }
    const { type, signed_document, public_key } = vectors.invalid[0] as (typeof vectors.invalid)[0];
    await expect(verifyDocument(type as DocumentType, signed_document, public_key)).rejects.toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID" }),
    );
  });
});
