import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize } from "../../src/protocol/canonical-json.ts";
import { OmlaError } from "../../src/protocol/errors.ts";
import { parseStrictJson, type StrictJsonLimits } from "../../src/protocol/strict-json.ts";

function refusal(text: string, limits?: StrictJsonLimits): OmlaError {
  try {
    parseStrictJson(text, limits);
  } catch (error) {
    if (error instanceof OmlaError) return error;
    throw error;
  }
  throw new Error(`${text.slice(0, 80)} was accepted`);
}

describe("parseStrictJson", () => {
  it("gives what JSON.parse gives, wherever both accept", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
        const pretty = JSON.stringify(JSON.parse(text), null, space);
        let parsed: unknown;
        try {
          parsed = parseStrictJson(pretty);
        } catch {
          return;
        }
        expect(parsed).toEqual(JSON.parse(pretty));
      }),
    );
  });

  it("accepts exactly what JSON.parse accepts and the strict subset allows", () => {
    const tokens = fc.array(
      fc.constantFrom("{", "}", "[", "]", ":", ",", '"a"', '"b"', "1", "-", "0", "true", "null", " ", "\n", '"', "\\", "e", "."),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(tokens, (parts) => {
        const text = parts.join("");
        let expected: string | undefined;
        try {
          // No member twice and no number rewritten: a canonical text without spaces is then as long as the original.
          const canonical = canonicalize(JSON.parse(text));
          const bare = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted?: string) =>
            quoted === undefined ? "" : JSON.stringify(JSON.parse(quoted)),
          );
          const numbers = bare.replace(/"(?:[^"\\]|\\.)*"/g, "");
          if (canonical.length === bare.length && !/-0|\d[.eE]/.test(numbers)) expected = canonical;
        } catch {
          expected = undefined;
        }
        let actual: string | undefined;
        try {
          actual = canonicalize(parseStrictJson(text));
        } catch {
          actual = undefined;
        }
        expect(actual, text).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[string, string, string | undefined, number, number]>([
    ["a float deep inside", '{"entries":[{"x":1},\n {"revenue_usd": 1.5}]}', "entries[1].revenue_usd", 2, 18],
    ["an exponent", "[1,2E3]", "[1]", 1, 4],
    ["minus zero", '{"a":-0}', "a", 1, 6],
    ["2^53", '{"a":[9007199254740992]}', "a[0]", 1, 7],
    ["-2^53", "[-9007199254740992]", "[0]", 1, 2],
    ["a name that stands twice", '{"a":{"b":1,\n"b":2}}', "a.b", 2, 1],
    ["a name that stands twice, once escaped", '{"b":1,"\\u0062":2}', "b", 1, 8],
    ["__proto__", '{"a":[{"__proto__":{}}]}', "a[0].__proto__", 1, 8],
    ["__proto__ in escapes", '{"\\u005f_proto__":1}', "__proto__", 1, 2],
    ["a raw lone surrogate", '["\ud800"]', "[0]", 1, 2],
    ["an escaped lone surrogate", '["\\udfff"]', "[0]", 1, 2],
    ["two halves the wrong way round", '["\\udc00\\ud800"]', "[0]", 1, 2],
    ["an escaped NUL", '["\\u0000"]', "[0]", 1, 2],
    ["a raw NUL", '["\0"]', "[0]", 1, 3],
    ["a raw line break in a string", '["a\nb"]', "[0]", 1, 4],
    ["a bad escape", '["\\x41"]', "[0]", 1, 2],
    ["a byte order mark", "\ufeff{}", undefined, 1, 1],
    ["a non-breaking space", "\u00a0{}", undefined, 1, 1],
    ["trailing garbage", "{} x", undefined, 1, 4],
    ["a trailing comma", "[1,]", "[1]", 1, 4],
    ["a comment", "[1/**/]", undefined, 1, 3],
    ["a leading zero", "[01]", undefined, 1, 3],
    ["a plus sign", "[+1]", "[0]", 1, 2],
    ["a single minus", "[-]", "[0]", 1, 2],
    ["single quotes", "['a']", "[0]", 1, 2],
    ["an unquoted name", "{a:1}", undefined, 1, 2],
    ["an end in a string", '{"a":"x', "a", 1, 8],
    ["an end after a backslash", '["\\', "[0]", 1, 4],
    ["an end in an array", "[1", undefined, 1, 3],
    ["an end after a colon", '{"a":', "a", 1, 6],
    ["nothing", "", undefined, 1, 1],
    ["a word that begins like null", "nul", undefined, 1, 1],
  ])("refuses %s and says where", (_, text, path, line, column) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "CANONICAL_JSON", path });
    expect(error.details).toMatchObject({ line, column });
    expect(error.message).toContain(`line ${line}, column ${column}`);
  });

  it("calls a byte order mark by its name", () => {
    expect(refusal("\ufeff{}").message).toContain("byte order mark");
  });

  it("decodes every escape and keeps astral characters", () => {
    expect(parseStrictJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83e\\udd99\u{1f999}"')).toBe('"\\/\b\f\n\r\té\u{1f999}\u{1f999}');
  });

  it.each([3_000, 200_000])("answers %i levels at once", (levels) => {
    for (const text of ["[".repeat(levels), `${"[".repeat(levels)}${"]".repeat(levels)}`, '{"a":'.repeat(levels)]) {
      expect(refusal(text)).toMatchObject({ code: "CANONICAL_JSON", message: expect.stringContaining("16 levels") });
    }
  });

  it("takes a depth as an argument, and never one that could exhaust the stack", () => {
    expect(parseStrictJson("[[[]]]", { maxDepth: 3 })).toEqual([[[]]]);
    expect(refusal("[[[]]]", { maxDepth: 2 })).toMatchObject({ code: "CANONICAL_JSON", path: "[0][0]" });
    expect(refusal("[".repeat(100_000), { maxDepth: 1e9 })).toMatchObject({ code: "CANONICAL_JSON" });
  });

  it("counts bytes of UTF-8 and values", () => {
    // "é" is two bytes, the llama four: 2 + 2 + 4 = 8 with the quotes.
    expect(parseStrictJson('"é\u{1f999}"', { maxBytes: 8 })).toBe("é\u{1f999}");
    expect(refusal('"é\u{1f999}"', { maxBytes: 7 })).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(parseStrictJson('[1,{"a":2}]', { maxValues: 4 })).toEqual([1, { a: 2 }]);
    expect(refusal('[1,{"a":2}]', { maxValues: 3 })).toMatchObject({ code: "LIMIT_EXCEEDED", path: "[1].a" });
  });

  it("does not reach the prototype of anything", () => {
    const parsed = parseStrictJson('{"toString":1,"hasOwnProperty":2,"valueOf":3}') as Record<string, unknown>;
    expect(Object.keys(parsed)).toEqual(["toString", "hasOwnProperty", "valueOf"]);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
});
