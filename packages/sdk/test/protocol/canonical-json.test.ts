import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/canonical-json.json" with { type: "json" };
import { canonicalize, parseStrictJson } from "../../src/protocol/canonical-json.ts";
import type { JsonValue } from "../../src/protocol/strict-subset.ts";

const refused = (path?: string): unknown => expect.objectContaining({ code: "CANONICAL_JSON", path });

/** Values of the strict subset, at most 5 levels deep. */
const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((value) => !value.includes("\0"));
const names = text.filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((number) => number || 0),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe("the vectors", () => {
  it.each(vectors.valid)("canonicalises $text", ({ text, canonical }) => {
    expect(canonicalize(parseStrictJson(text))).toBe(canonical);
  });

  it.each(vectors.invalid)("refuses: $why", ({ text }) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: "CANONICAL_JSON" }));
  });
});

describe("canonicalize", () => {
  it("is the identity on its own output, and keeps the value", () => {
    fc.assert(
      fc.property(values, (value) => {
        const canonical = canonicalize(value);
        const parsed = parseStrictJson(canonical);
        expect(parsed).toEqual(value);
        expect(canonicalize(parsed)).toBe(canonical);
      }),
    );
  });

  it("does not depend on the order in which members were written", () => {
    fc.assert(
      fc.property(fc.dictionary(names, fc.nat(), { noNullPrototype: true }), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalize(reversed)).toBe(canonicalize(object));
      }),
    );
  });

  it("sorts an astral key before U+E000, by UTF-16 code units", () => {
    expect(canonicalize({ "\ue000": 1, "\u{1f999}": 2 })).toBe('{"\u{1f999}":2,"\ue000":1}');
  });

  it.each<[string, unknown, string | undefined]>([
    ["undefined", { a: undefined }, "a"],
    ["undefined at the root", undefined, undefined],
    ["a hole", { a: [1, , 3] }, "a[1]"],
    ["a function", { a: () => 1 }, "a"],
    ["a bigint", { a: [{ b: 1n }] }, "a[0].b"],
    ["a symbol", { a: Symbol("x") }, "a"],
    ["a symbol as name", { a: { [Symbol("x")]: 1 } }, "a"],
    ["a date", { a: new Date(0) }, "a"],
    ["a map", { a: new Map() }, "a"],
    ["bytes", { a: new Uint8Array(1) }, "a"],
    ["a boxed string", { a: Object("x") }, "a"],
    ["a class", { a: new (class Thing {})() }, "a"],
    ["a float", { a: 0.4 }, "a"],
    ["NaN", { a: NaN }, "a"],
    ["infinity", { a: Infinity }, "a"],
    ["minus zero", { a: -0 }, "a"],
    ["2^53", { a: 2 ** 53 }, "a"],
    ["a lone surrogate", { a: "x\ud800" }, "a"],
    ["a lone surrogate as name", { "\udc00": 1 }, undefined],
    ["NUL", { a: "\0" }, "a"],
    ["a forbidden name", { a: JSON.parse('{"__proto__":1}') }, "a"],
    ["the name constructor", { constructor: 1 }, undefined],
  ])("refuses %s", (_, value, path) => {
    expect(() => canonicalize(value)).toThrow(refused(path));
  });

  it("refuses a cycle by its depth", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(() => canonicalize(cycle)).toThrow(refused(Array.from({ length: 16 }, () => "self").join(".")));
  });

  it("takes objects without a prototype, and none that inherit from another", () => {
    expect(canonicalize(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}');
    expect(() => canonicalize(Object.create({ inherited: 1 }))).toThrow(refused());
  });

  it("reads each property once, so that a getter cannot change its mind", () => {
    let reads = 0;
    const canonical = canonicalize({
      get a() {
        return ++reads;
      },
    });
    expect(canonical).toBe('{"a":1}');
    expect(reads).toBe(1);
  });

  it("allows 16 levels and refuses 17", () => {
    const nest = (levels: number): JsonValue => (levels === 0 ? 1 : [nest(levels - 1)]);
    expect(canonicalize(nest(16))).toBe(`${"[".repeat(16)}1${"]".repeat(16)}`);
    expect(() => canonicalize(nest(17))).toThrow(expect.objectContaining({ code: "CANONICAL_JSON" }));
  });
});
