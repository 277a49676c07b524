import fc from "fast-check";
import { describe, expect, it } from "vitest";
import cases from "../../../../vectors/blacklist.json" with { type: "json" };
import golden from "../../../../vectors/golden-blacklist.json?raw";
import { listState, type PriorList, type VerifyBlacklistOptions, verifyBlacklist } from "../../src/protocol/blacklist.ts";
import { concatBytes, fromBase64, utf8Encode } from "../../src/protocol/bytes.ts";
import { canonicalize, parseStrictJson } from "../../src/protocol/canonical-json.ts";
import { listBytes, MODEL_ENTRY, NOW, publicKeys, SECRETS } from "./signed-files.ts";

const [KEY = "", SECOND_KEY = ""] = await publicKeys();
const LIST = await listBytes();
const PINNED: VerifyBlacklistOptions = { keys: [KEY], now: NOW };

async function codeOf(raw: Uint8Array, options: Partial<VerifyBlacklistOptions> = {}): Promise<string> {
  const verdict = await verifyBlacklist(raw, { ...PINNED, ...options });
  return verdict.ok ? verdict.state : verdict.code;
}

describe("the blacklist vectors", () => {
  it.each(cases)("$name", async ({ raw_base64, keys, threshold, now, prior, expected, expected_state }) => {
    const verdict = await verifyBlacklist(fromBase64(raw_base64) as Uint8Array, { keys, threshold, now: new Date(now), prior });
    expect(verdict.ok ? ["OK", verdict.state] : [verdict.code, undefined]).toEqual([expected, expected_state]);
  });

  it("hold the golden list under the first key of RFC 8032", async () => {
    const keys = ["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="];
    const verdict = await verifyBlacklist(utf8Encode(golden), { keys, threshold: 1, now: new Date("2026-10-02T00:00:00Z") });
    expect(verdict).toMatchObject({ ok: true, state: "FRESH", signed: true, keyIds: ["ed25519:7766dbd7557dc9d7"], list: { sequence: 12 } });
  });
});

describe("an accepted list", () => {
  it("says who signed, its digest and the length of what was signed", async () => {
    const verdict = await verifyBlacklist(LIST, PINNED);
    expect(verdict).toMatchObject({ ok: true, state: "FRESH", signed: true, list: { entries: [MODEL_ENTRY, {}] } });
    expect(verdict).toHaveProperty("digest", expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  it("counts distinct keys, whatever the order in which they signed", async () => {
    const raw = await listBytes({}, [SECRETS[1] as string, SECRETS[0] as string]);
    const verdict = await verifyBlacklist(raw, { ...PINNED, keys: [KEY, SECOND_KEY, KEY], threshold: 2 });
    expect(verdict.ok && verdict.keyIds.length).toBe(2);
  });

  it("is advisory where no key is pinned, whatever the threshold", async () => {
    expect(await codeOf(LIST, { keys: [], threshold: 9 })).toBe("ADVISORY");
  });

  it("keeps members that this version does not know, and they are signed", async () => {
    const raw = await listBytes({ audit_head: "x" });
    expect(await verifyBlacklist(raw, PINNED)).toMatchObject({ ok: true, list: { audit_head: "x" } });
    const stripped = utf8Encode(new TextDecoder().decode(raw).replace('"audit_head":"x",', ""));
    expect(await codeOf(stripped)).toBe("LIST_SIGNATURE");
  });

  it("may carry a copy of its own signature members inside an entry", async () => {
    const entries = [{ ...MODEL_ENTRY, signature: "x", signatures: [{ key_id: "k", sig: "x" }] }];
    expect(await codeOf(await listBytes({ entries }))).toBe("FRESH");
  });
});

describe("the keys of a reader", () => {
  const offCurve = "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  it.each<[string, Partial<VerifyBlacklistOptions>, string]>([
    ["a key off the curve", { keys: [KEY, offCurve] }, "keys[1]"],
    ["a key that is no base64", { keys: ["?"] }, "keys[0]"],
    ["a threshold of 0", { threshold: 0 }, "threshold"],
    ["half a threshold", { keys: [KEY, SECOND_KEY], threshold: 1.5 }, "threshold"],
    ["a threshold that is no number", { threshold: Number.NaN }, "threshold"],
    ["a threshold above the distinct keys", { keys: [KEY, KEY], threshold: 2 }, "threshold"],
  ])("are refused with %s before the file is looked at", async (_name, options, path) => {
    const verdict = await verifyBlacklist(new Uint8Array(9), { ...PINNED, maxBytes: 1, ...options });
    expect(verdict).toMatchObject({ ok: false, code: "CONFIG_KEYS", error: { path } });
  });
});

describe("the reader's order", () => {
  /** Each file has the fault of its line and those of the lines below it. */
  it("answers with the first step that fails", async () => {
    const late = { generated_at: "2026-10-02T00:00:00Z", next_update: "2026-10-09T00:00:00Z", prev_sha256: "1".repeat(64) };
    const prior: PriorList = { sequence: 9, digest: "2".repeat(64), signed: true };
    const two = { keys: [KEY, SECOND_KEY], threshold: 2, prior };
    const unknown = await listBytes({ ...late, sequence: 8 });
    const text = new TextDecoder().decode(unknown);
    const broken = utf8Encode(text.replace('"prev_sha256":"1', '"prev_sha256":"3'));
    const notCanonical = utf8Encode(text.replace(/"sequence":8/, '"sequence":8.0'));
    const steps: [string, Uint8Array, Partial<VerifyBlacklistOptions>][] = [
      ["LIST_TOO_LARGE", concatBytes(Uint8Array.of(0xff), LIST), { maxBytes: 10 }],
      ["LIST_NOT_UTF8", concatBytes(Uint8Array.of(0xff), LIST), {}],
      ["LIST_NOT_CANONICAL", notCanonical, {}],
      ["LIST_SIGNATURE", broken, two],
      ["LIST_THRESHOLD", unknown, two],
      ["LIST_NOT_YET_VALID", unknown, { prior }],
      ["LIST_ROLLBACK", unknown, { prior, now: new Date("2026-10-03T00:00:00Z") }],
      ["LIST_EQUIVOCATION", unknown, { prior: { ...prior, sequence: 8 }, now: new Date("2026-10-03T00:00:00Z") }],
      ["LIST_FORK", unknown, { prior: { ...prior, sequence: 7 }, now: new Date("2026-10-03T00:00:00Z") }],
    ];
    for (const [code, raw, options] of steps) expect(await codeOf(raw, options)).toBe(code);
  });

  it("takes any list after a keyset made it forget the digest, but none below the number", async () => {
    const prior: PriorList = { sequence: 8, digest: null, signed: true };
    const raw = (sequence: number): Promise<Uint8Array> => listBytes({ sequence, prev_sha256: "1".repeat(64) });
    expect(await codeOf(await raw(7), { prior })).toBe("LIST_ROLLBACK");
    expect(await codeOf(await raw(8), { prior })).toBe("FRESH");
    expect(await codeOf(await raw(9), { prior })).toBe("FRESH");
  });

  it("refuses to read under an invalid clock", async () => {
    expect(await codeOf(LIST, { now: new Date(Number.NaN) })).toBe("LIST_NOT_YET_VALID");
  });
});

describe("the state of a list", () => {
  const list = { next_update: "2026-10-08T00:00:00Z", expires_at: "2027-01-15T00:00:00Z" };
  it.each([
    ["2026-10-08T00:00:00.000Z", {}, "FRESH"],
    ["2026-10-08T00:00:00.001Z", {}, "STALE"],
    ["2026-10-02T00:00:00.000Z", { aged: true }, "STALE"],
    ["2027-01-15T00:00:00.000Z", {}, "STALE"],
    ["2027-01-15T00:00:00.001Z", { aged: true }, "EXPIRED"],
    ["2027-01-15T00:00:00.001Z", { signed: false }, "ADVISORY"],
  ] as const)("at %s with %j is %s", (now, more, state) => {
    expect(listState({ list, signed: true, now: new Date(now), ...more })).toBe(state);
  });
});

/** The canonical form by way of the strict parser; the text with a space where there is none. */
function canonicalOr(text: string): string {
  try {
    return canonicalize(parseStrictJson(text));
  } catch {
    return `${text} `;
  }
}

describe("hostile bytes", () => {
  const mutation = fc.record({ at: fc.nat({ max: LIST.length - 1 }), byte: fc.nat({ max: 255 }), remove: fc.nat({ max: 3 }) });

  it("never throw, and a changed file is never accepted", async () => {
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
    const isRefused = fc.asyncProperty(mutations, async (changes) => {
      let raw = LIST;
      for (const { at, byte, remove } of changes) raw = concatBytes(raw.subarray(0, at), Uint8Array.of(byte), raw.subarray(at + remove));
      const verdict = await verifyBlacklist(raw, PINNED);
      // The only harmless change is to the one newline at the end.
      const same = new TextDecoder().decode(raw).replace(/\n$/, "") === new TextDecoder().decode(LIST).replace(/\n$/, "");
      expect(verdict.ok).toBe(same);
    });
    await fc.assert(isRefused, { numRuns: 400 });
  });

  it("never throw where they are not a list at all", async () => {
    const neverThrows = fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(utf8Encode)), async (raw) => {
      expect((await verifyBlacklist(raw, { ...PINNED, keys: [] })).ok).toBe(false);
    });
    await fc.assert(neverThrows);
  });

  it("are called not canonical exactly where the strict parser and the canonical form say so", async () => {
    const text = fc.oneof(
      fc.json(),
      fc.json().map((json) => `{"a":${json}}`),
      fc.json().map((json) => `{"a":1,"a":${json}}`),
    );
    const agrees = fc.asyncProperty(
      text.chain((json) => fc.constantFrom(json, canonicalOr(json))),
      async (json) => {
        const isCanonical = canonicalOr(json) === json;
        expect(await codeOf(utf8Encode(json), { keys: [] })).toBe(isCanonical ? "LIST_SCHEMA" : "LIST_NOT_CANONICAL");
      },
    );
    await fc.assert(agrees, { numRuns: 300 });
  });

  it.each([
    ["3,000 levels", "[".repeat(3000) + "]".repeat(3000)],
    ["200,000 levels", "[".repeat(200_000) + "]".repeat(200_000)],
    ["17 levels inside a list", `{"critical":${"[".repeat(16)}${"]".repeat(16)}}`],
    ["nothing", ""],
    ["a newline", "\n"],
  ])("are refused at once: %s", async (_name, text) => {
    expect(await codeOf(utf8Encode(text))).toBe("LIST_NOT_CANONICAL");
  });
});

describe("a canonical text that is no object", () => {
  it.each(["[]", "null", "1", '"x"', "true", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "[]\n"])(
    "%j is well-formed, and no list",
    async (text) => {
      expect(await verifyBlacklist(new TextEncoder().encode(text), { keys: [], now: new Date() })).toMatchObject({
        ok: false,
        code: "LIST_SCHEMA",
      });
    },
  );

  it.each(["[ ]", "[],", "nul", '"x', "-0", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", ""])("%j is not well-formed", async (text) => {
    expect(await verifyBlacklist(new TextEncoder().encode(text), { keys: [], now: new Date() })).toMatchObject({
      ok: false,
      code: "LIST_NOT_CANONICAL",
    });
  });
});
