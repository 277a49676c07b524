import { bech32m } from "@scure/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/addresses.json" with { type: "json" };
import { isCanonicalAddress } from "../../src/protocol/address-checksum.ts";
import { encodeAddress, isAddress } from "../../src/protocol/address.ts";

const CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const payloads = fc.uint8Array({ minLength: 16, maxLength: 32 });
/** What the reader of addresses says of the same text. */
const isRead = (text: unknown): boolean => isAddress(text) && text === text.toLowerCase();

describe("the short check that a list's reader makes of an address", () => {
  it("takes the canonical form of every vector, and refuses every invalid one", () => {
    for (const { address, canonical = address } of vectors.valid as { address: string; canonical?: string }[]) {
      expect([canonical, isCanonicalAddress(canonical)]).toEqual([canonical, true]);
      expect([address, isCanonicalAddress(address)]).toEqual([address, address === canonical]);
    }
    for (const { address } of vectors.invalid) expect([address, isCanonicalAddress(address)]).toEqual([address, false]);
  });

  it("takes what the reader of addresses writes, at every length of the payload", () => {
    fc.assert(fc.property(payloads, (payload) => isCanonicalAddress(encodeAddress(payload))));
  });

  it("agrees with the reader of addresses on a text with one character replaced, dropped or doubled", () => {
    const edit = fc.record({ payload: payloads, at: fc.nat(62), by: fc.constantFrom(...CHARACTERS, "b", "A", " ", "", "1", "ſ") });
    fc.assert(
      fc.property(edit, ({ payload, at, by }) => {
        const address = encodeAddress(payload);
        for (const text of [address.slice(0, at) + by + address.slice(at + 1), address.slice(0, at) + by + address.slice(at)])
          expect([text, isCanonicalAddress(text)]).toEqual([text, isRead(text)]);
      }),
    );
  });

  it("agrees with it on padding that is too long or not zero, and on payloads that are too short or too long", () => {
    const words = fc.array(fc.nat(31), { minLength: 24, maxLength: 54 });
    const last = fc.constantFrom(0, 1, 2, 4, 8, 16);
    fc.assert(
      fc.property(words, last, (given, word) => {
        const text = bech32m.encode("omla", [...given, word], false);
        expect([text, isCanonicalAddress(text)]).toEqual([text, isRead(text)]);
      }),
    );
    for (const other of [undefined, null, 7, "", {}, ["omla1"]]) expect(isCanonicalAddress(other)).toBe(false);
  });
});
