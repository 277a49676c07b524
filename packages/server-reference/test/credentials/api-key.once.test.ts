import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bcryptInput, createApiKey, parseApiKey } from "../../src/credentials/api-key.ts";

const random = (length: number): Uint8Array => webcrypto.getRandomValues(new Uint8Array(length));

describe("API keys", () => {
  it("have the promised form: prefix, 10-character id, 32-character secret, 6-character checksum", () => {
    expect(createApiKey(true, random).text).toMatch(/^omla_live_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}$/);
    expect(createApiKey(false, random).text).toMatch(/^omla_test_[0-9A-Za-z]{10}_[0-9A-Za-z]{38}$/);
  });

  it("read back as what was minted", () => {
    const key = createApiKey(false, random);
    expect(parseApiKey(key.text)).toEqual({ text: key.text, keyId: key.keyId, live: false });
  });

  it("are refused after one mistyped character, without a look-up", () => {
    const { text } = createApiKey(true, random);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom(..."abcXYZ019_"), (at, character) => {
        fc.pre(text[at] !== character);
        expect(parseApiKey(text.slice(0, at) + character + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it("never use a byte above 247, which would make some characters likelier", () => {
    const bytes = [new Uint8Array(10).fill(255), new Uint8Array(10).fill(61), new Uint8Array(32).fill(0)];
    expect(createApiKey(true, () => bytes.shift() ?? new Uint8Array(0)).text).toMatch(/^omla_live_z{10}_0{32}/);
  });

  it("hash to 44 characters, inside bcrypt's 72 bytes, and differ in the 73rd byte", () => {
    const long = "k".repeat(72);
    expect(bcryptInput(`${long}a`)).toHaveLength(44);
    expect(bcryptInput(`${long}a`)).not.toBe(bcryptInput(`${long}b`));
  });
});
