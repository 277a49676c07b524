import { beforeAll, describe, expect, it } from "vitest";
import { buildStatement, type Statement } from "../../src/protocol/documents/statement.ts";
import { signDocument } from "../../src/protocol/documents.ts";
import { generateKeyPair, type KeyPair, keyId } from "../../src/protocol/keys.ts";
import { verifyStatement } from "../../src/protocol/verify-statement.ts";

const FIELDS = {
  generated_at: "2026-10-01T00:00:00Z",
  registry: "https://registry.example",
  company_id: "7d9f5f0a-2f51-4b0e-9a3e-0b1f0f7c2a11",
  company_name: "Example Inc.",
  quarter: "2026-Q3",
  state: "COMPLIANT",
  state_since: "2026-09-01T00:00:00Z",
  reported: true,
  line_count: 2,
  royalty_usd: "30.000000",
  deducted_fees_usd: "2.500000",
  net_royalty_usd: "27.500000",
  settled_usd: "27.500000",
} as const;

let association: KeyPair;
let other: KeyPair;
let signed: Statement;
beforeAll(async () => {
  association = await generateKeyPair();
  other = await generateKeyPair();
  signed = await signDocument("statement", buildStatement(FIELDS), association.secretKey);
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "OK",
    ({ code, path }: { code: string; path?: string }) => [code, path],
  );

describe("a statement", () => {
  it("is proven by any of the pinned keys, as a document and as text", async () => {
    const keys = [other.publicKey, association.publicKey];
    const { statement, key_id, digest } = await verifyStatement(signed, { keys });
    expect([statement.quarter, statement.settled_usd, key_id]).toEqual(["2026-Q3", "27.500000", await keyId(association.publicKey)]);
    expect((await verifyStatement(JSON.stringify(signed, undefined, 2), { keys })).digest).toBe(digest);
  });

  it("is proven by no other key, and by no key at all where none is pinned", async () => {
    expect(await codeOf(verifyStatement(signed, { keys: [other.publicKey] }))).toEqual(["SIGNATURE_INVALID", "signature"]);
    expect(await codeOf(verifyStatement(signed, { keys: [] }))).toEqual(["CONFIG_KEYS", "keys"]);
    expect(await codeOf(verifyStatement(signed, { keys: [association.publicKey, "x"] }))).toEqual(["KEY_INVALID", "keys[1]"]);
  });

  it.each(Object.keys(FIELDS))("does not survive another %s", async (field) => {
    const forged = { ...signed, [field]: field === "line_count" ? 3 : field === "reported" ? false : "other" };
    expect(await codeOf(verifyStatement(forged, { keys: [association.publicKey] }))).toEqual(["SIGNATURE_INVALID", "signature"]);
  });

  it("is not another document that the same key signed", async () => {
    const challenge = await signDocument("sign-in", { ...signed, spec: "omla-sign-in/1" }, association.secretKey);
    expect(await codeOf(verifyStatement(challenge, { keys: [association.publicKey] }))).toEqual(["SIGNATURE_INVALID", "signature"]);
  });

  it("has the form of one, whoever signed it", async () => {
    const { quarter: _, ...partial } = buildStatement(FIELDS);
    const incomplete = await signDocument("statement", partial, association.secretKey);
    expect(await codeOf(verifyStatement(incomplete, { keys: [association.publicKey] }))).toEqual(["DOCUMENT_SCHEMA", "quarter"]);
    expect(await codeOf(verifyStatement("[]", { keys: [association.publicKey] }))).toEqual(["CANONICAL_JSON", undefined]);
    expect(await codeOf(verifyStatement('{"a":1,"a":2}', { keys: [association.publicKey] }))).toEqual(["CANONICAL_JSON", "a"]);
  });
});
