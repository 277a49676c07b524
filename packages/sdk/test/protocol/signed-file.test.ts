import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8Decode, utf8Encode } from "../../src/protocol/bytes.ts";
import { canonicalize } from "../../src/protocol/canonical-json.ts";
import { LIST_SIGNATURE } from "../../src/protocol/codes/lists.ts";
import { signedBody } from "../../src/protocol/documents.ts";
import { bodyBytes, pinKeys, signersOf } from "../../src/protocol/signed-file.ts";
import { sign } from "../../src/protocol/signing.ts";
import { publicKeys, SECRETS } from "./signed-files.ts";

/** Texts with characters of one to four bytes, so that counting characters for bytes is found. */
const text = fc.stringMatching(/^[a-zé€🦙"\\]{0,6}$/u);
const name = fc.stringMatching(/^([a-r]|sh|sip|sz|t|€|🦙)[a-z]{0,4}$/u);
const signatures = fc.record({ signature: text, signatures: fc.array(fc.record({ key_id: text, sig: text }), { maxLength: 3 }) });
const copy = fc.option(signatures, { nil: undefined });

describe("the body of a signed file", () => {
  it("is the file without its two signature members, however they are copied around it", () => {
    const file = fc.record({ own: signatures, others: fc.dictionary(name, text), nested: copy, newline: fc.constantFrom("", "\n") });
    const isBody = fc.property(file, ({ own, others, nested, newline }) => {
      const document = { ...others, critical: nested ?? [], spec: nested ?? "x", ...own };
      const raw = utf8Encode(canonicalize(document) + newline);
      expect(utf8Decode(bodyBytes(raw, document))).toBe(canonicalize(signedBody("blacklist", document)));
    });
    fc.assert(isBody, { numRuns: 500 });
  });

  it("is found where only `signatures` stands", () => {
    const document = { keys: [], signatures: [{ key_id: "k", sig: "é" }], spec: "x", threshold: 1 };
    expect(utf8Decode(bodyBytes(utf8Encode(canonicalize(document)), document))).toBe('{"keys":[],"spec":"x","threshold":1}');
  });
});

describe("the signers of a file", () => {
  const message = utf8Encode("a message");

  it("are the pinned keys, and every key that shares an id may be the one that signed", async () => {
    const keys = await publicKeys();
    const shared = new Map([["ed25519:0011223344556677", new Set(keys)]]);
    const sig = await sign(message, SECRETS[2] as string);
    const signatures = [{ key_id: "ed25519:0011223344556677", sig }];
    expect([...(await signersOf(LIST_SIGNATURE, { signatures }, message, shared))]).toEqual([[keys[2], "ed25519:0011223344556677"]]);
  });

  it("do not make up for another pinned key's bad signature", async () => {
    const keys = await publicKeys();
    const pinned = await pinKeys(keys.slice(0, 2), 1);
    const [first = "", second = ""] = pinned.keys();
    const signatures = [
      { key_id: first, sig: await sign(message, SECRETS[0] as string) },
      { key_id: second, sig: await sign(message, SECRETS[0] as string) },
    ];
    const refusal = { code: "LIST_SIGNATURE", path: "signatures[1].sig" };
    await expect(signersOf(LIST_SIGNATURE, { signatures }, message, pinned)).rejects.toMatchObject(refusal);
  });

  it.each([[undefined], [null], [7], [{}], ["not base64"]])(
    "ignore %j under an unknown key, and refuse it under a pinned one",
    async (sig) => {
      const pinned = await pinKeys(await publicKeys(SECRETS.slice(0, 1)), 1);
      const file = (key_id: string): never => ({ signatures: [{ key_id, sig }] }) as never;
      expect((await signersOf(LIST_SIGNATURE, file("mldsa65:0011223344556677"), message, pinned)).size).toBe(0);
      await expect(signersOf(LIST_SIGNATURE, file([...pinned.keys()][0] as string), message, pinned)).rejects.toMatchObject({
        code: "LIST_SIGNATURE",
      });
    },
  );
});
