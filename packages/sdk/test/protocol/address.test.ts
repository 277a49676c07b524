import { bech32 } from "@scure/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/addresses.json" with { type: "json" };
import { assertAddress, decodeAddress, encodeAddress, isAddress } from "../../src/protocol/address.ts";
import { fromHex, toHex } from "../../src/protocol/bytes.ts";
import { OmlaError } from "../../src/protocol/errors.ts";
import { encodeBech32m } from "./reference/bech32m.ts";

const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const payloads = fc.uint8Array({ minLength: 16, maxLength: 32 });

function refusal(address: string): OmlaError {
  try {
    decodeAddress(address, "wallet");
  } catch (error) {
    if (error instanceof OmlaError) return error;
    throw error;
  }
  throw new Error(`${address} was accepted`);
}

describe("the vectors", () => {
  it.each(vectors.valid)("decodes and encodes $address", ({ payload_hex, address, canonical = address }) => {
    const decoded = decodeAddress(address);
    expect(toHex(decoded.payload)).toBe(payload_hex);
    expect(decoded.address).toBe(canonical);
    expect(assertAddress(address)).toBe(canonical);
    expect(isAddress(address)).toBe(true);
    expect(encodeAddress(fromHex(payload_hex) as Uint8Array)).toBe(canonical);
  });

  it.each(vectors.invalid)("refuses: $why", ({ address }) => {
    expect(refusal(address)).toMatchObject({ code: "ADDRESS_INVALID", path: "wallet" });
    expect(isAddress(address)).toBe(false);
  });
});

describe("letters of other scripts", () => {
  it("are refused also where their lower case is a letter of an address", () => {
    // The Kelvin sign's lower case is k, the long s is an s to a careless comparison.
    const address = encodeAddress("54d48471-7e44-bd95-eb1c-e684b446f762").toUpperCase();
    for (const [letter, stranger] of [
      ["K", "\u212a"],
      ["S", "\u017f"],
    ] as const) {
      const samples = [address, ...Array.from({ length: 64 }, (_, byte) => encodeAddress(new Uint8Array(16).fill(byte)).toUpperCase())];
      const disguised = samples
        .filter((sample) => sample.includes(letter, 5))
        .map((sample) => sample.slice(0, 5) + sample.slice(5).replace(letter, stranger));
      expect(disguised.length).toBeGreaterThan(0);
      for (const sample of disguised) expect(isAddress(sample), sample).toBe(false);
    }
  });
});

describe("encoding", () => {
  it("agrees with an independent Bech32m for every payload of 16 to 32 bytes", () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const address = encodeAddress(payload);
        expect(address).toBe(encodeBech32m("omla", payload));
        expect(decodeAddress(address).payload).toEqual(payload);
        expect(decodeAddress(address.toUpperCase())).toEqual(decodeAddress(address));
      }),
    );
  });

  it("carries a model id there and back in 37 characters", () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const address = encodeAddress(uuid);
        expect(address).toHaveLength(37);
        expect(decodeAddress(address).model_id).toBe(uuid);
      }),
    );
  });

  it("shows no model id for a payload that is not 16 bytes", () => {
    expect(decodeAddress(encodeAddress(new Uint8Array(20)))).not.toHaveProperty("model_id");
  });

  it.each([new Uint8Array(15), new Uint8Array(33), "not-a-uuid", "54D48471-7E44-BD95-EB1C-E684B446F762", ""])(
    "encodes nothing else (%s)",
    (payload) => {
      expect(() => encodeAddress(payload)).toThrow(expect.objectContaining({ code: "ADDRESS_INVALID" }));
    },
  );
});

describe("BIP-350", () => {
  // Valid Bech32m strings of the standard; none has the prefix omla.
  it.each(["A1LQFN3A", "a1lqfn3a", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "?1v759aa"])("refuses %s: another prefix", (text) => {
    expect(isAddress(text)).toBe(false);
  });

  it("refuses the older Bech32 checksum", () => {
    expect(isAddress(bech32.encode("omla", bech32.toWords(new Uint8Array(16).fill(7))))).toBe(false);
  });

  it("refuses what is inserted or left out before a final p, which Bech32 would let pass", () => {
    const address = Array.from({ length: 200 }, (_, seed) => encodeAddress(new Uint8Array(16).fill(seed))).find((text) =>
      text.endsWith("p"),
    );
    expect(address).toBeDefined();
    const head = (address as string).slice(0, -1);
    expect(isAddress(`${head}qp`)).toBe(false);
    expect(isAddress(`${head.slice(0, -1)}p`)).toBe(false);
  });
});

describe("mistyped addresses", () => {
  const edits = fc.uniqueArray(fc.tuple(fc.nat({ max: 31 }), fc.integer({ min: 1, max: 31 })), {
    minLength: 1,
    maxLength: 4,
    selector: ([position]) => position,
  });

  it("are refused with any 1 to 4 characters changed", () => {
    fc.assert(
      fc.property(payloads, edits, (payload, changes) => {
        const chars = [...encodeAddress(payload)];
        for (const [position, shift] of changes) {
          const value = CHARSET.indexOf(chars[position + 5] as string);
          chars[position + 5] = CHARSET[(value + shift) % 32] as string;
        }
        expect(isAddress(chars.join(""))).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it("name the position when one character is wrong, wherever it stands and whatever was typed", () => {
    const typed = fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio-O");
    fc.assert(
      fc.property(payloads, fc.nat(), typed, (payload, seed, char) => {
        const address = encodeAddress(payload);
        const index = seed % address.length;
        fc.pre(address[index] !== char);
        const error = refusal(address.slice(0, index) + char + address.slice(index + 1));
        expect(error.details).toEqual({ position: index + 1 });
        expect(error.message).toContain(`character ${index + 1}`);
      }),
      { numRuns: 40 },
    );
  });

  it("name a character in the other case", () => {
    expect(refusal("omla12n2ggut7gj7et6cUu6ztg3hhvgcnhlz8").details).toEqual({ position: 21 });
    expect(refusal("OMLA12N2GGUT7GJ7ET6CuU6ZTG3HHVGCNHLZ8").details).toEqual({ position: 21 });
  });

  it("name no position where two are wrong", () => {
    // Characters 10 and 20 of omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz8 replaced.
    expect(refusal("omla12n2gqut7gj7et6quu6ztg3hhvgcnhlz8").details).toBeUndefined();
  });
});

it("answers hostile input at once and in kind", () => {
  for (const value of [undefined, null, 5, {}, [], "x".repeat(1_000_000), `omla1${"q".repeat(100_000)}`, "omla1\ud800", "\u0130mla1"]) {
    expect(isAddress(value)).toBe(false);
    expect(() => assertAddress(value, "wallet")).toThrow(expect.objectContaining({ code: "ADDRESS_INVALID", path: "wallet" }));
  }
});
