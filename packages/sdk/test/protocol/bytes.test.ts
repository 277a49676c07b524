import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64 } from "@scure/base";
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  littleEndian,
  toBase64,
  toHex,
  utf8Decode,
  utf8Encode,
} from "../../src/protocol/bytes.ts";

const bytes = fc.uint8Array({ maxLength: 80 });

describe("base64", () => {
  it("agrees with an independent encoder and gives every input back", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(toBase64(input)).toBe(base64.encode(input));
        expect(fromBase64(toBase64(input))).toEqual(input);
      }),
    );
  });

  it.each([
    ["a line break", "AAAA\n"],
    ["a space inside", "AA AA"],
    ["the URL alphabet", "-_8="],
    ["missing padding", "AAA"],
    ["stray trailing bits", "AB=="],
    ["a second padding", "AAA=="],
    ["another character", "AA*A"],
    ["a character beyond Latin-1", "AAA\u20ac"],
  ])("refuses %s", (_, text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it("refuses what is not a text", () => {
    expect(fromBase64(undefined as unknown as string)).toBeUndefined();
    expect(fromBase64(1234 as unknown as string)).toBeUndefined();
  });

  it("accepts a text only where encoding its bytes gives it again", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("A", "B", "/", "+", "=", "\n", "-"), maxLength: 12 }), (text) => {
        const decoded = fromBase64(text);
        expect(decoded === undefined || toBase64(decoded) === text).toBe(true);
      }),
    );
  });
});

describe("hex", () => {
  it("gives every input back in lower case", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(fromHex(toHex(input))).toEqual(input);
      }),
    );
    expect(toHex(Uint8Array.of(0, 10, 255))).toBe("000aff");
  });

  it.each(["0", "0A", "zz", " 00", "0x00"])("refuses %j", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe("UTF-8", () => {
  it("keeps a byte order mark and refuses bytes that are not UTF-8", () => {
    expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe("\ufeffA");
    expect(() => utf8Decode(Uint8Array.of(0xc0, 0x80))).toThrow(TypeError);
  });

  it("gives every well-formed text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8Decode(utf8Encode(text))).toBe(text);
      }),
    );
  });
});

it("joins and compares arrays", () => {
  expect(concatBytes(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});

it("reads little-endian integers from any view of a buffer", () => {
  const buffer = Uint8Array.from({ length: 20 }, (_, index) => index);
  // 0x0b0a090807060504: bytes 4 to 11, the last one first.
  expect(littleEndian(buffer.subarray(4, 12))).toBe(0x0b0a090807060504n);
});
