import { readFile } from "node:fs/promises";
import fc from "fast-check";
import {
  type BlacklistEntry,
  canonicalize,
  encodeAddress,
  enforcementOf,
  reasonOf,
  type VerifyBlacklistOptions,
  verifyBlacklist,
} from "@omla/sdk/protocol";
import { describe, expect, it } from "vitest";
import { readList } from "../src/fast-reader/read-list.ts";
import type { Subject } from "../src/index-of-entries.ts";
import { indexOf, random } from "./index-of.ts";
import { COMPANY, KEY, MODEL, NOW, publish } from "./publisher.ts";

interface VectorCase {
  readonly name: string;
  readonly raw_base64: string;
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly now: string;
  readonly prior?: VerifyBlacklistOptions["prior"];
  readonly expected_state?: string;
  readonly expected: string;
}
const vectorFile = (name: string) => readFile(new URL(`../../../vectors/${name}`, import.meta.url), "utf8");
const VECTORS = JSON.parse(await vectorFile("blacklist.json")) as VectorCase[];
const GOLDEN = new TextEncoder().encode(await vectorFile("golden-blacklist.json"));
const bytesOf = ({ raw_base64 }: VectorCase) => new Uint8Array(Buffer.from(raw_base64, "base64"));
const optionsOf = ({ keys, threshold, now, prior }: VectorCase): VerifyBlacklistOptions => ({ keys, threshold, now: new Date(now), prior });
const SIGNED: VerifyBlacklistOptions = { keys: [KEY], now: NOW };

const fast = (raw: Uint8Array, options: VerifyBlacklistOptions) => readList(raw, { ...options, aliases: {}, random, maxEntries: 250_000 });

/** Every question that names something of an entry. */
function questionsAbout(entry: BlacklistEntry): Subject[] {
  const { id, address, sha256 = [], domains = [], locations = [] } = entry;
  return [
    { model_id: id },
    { commercial_user_id: id },
    { address },
    { address: address?.toUpperCase() },
    ...sha256.map((hash) => ({ sha256: hash })),
    ...domains.map((domain) => ({ domain: `api.${domain}` })),
    ...locations.flatMap((location) => [{ location }, { model: location.split("/").slice(-2).join("/") }]),
  ];
}

const byId = ({ kind, id }: BlacklistEntry): Subject => (kind === "model" ? { model_id: id } : { commercial_user_id: id });

/** What is shown of an entry, by the entry itself: both indexes share their columns. */
function shownOf(entry: BlacklistEntry): unknown[] {
  const { kind, id, since, case: number } = entry;
  const facts = { kind, id, reason: reasonOf(entry), since, enforce: enforcementOf(entry), case: number };
  if (kind === "model") return [{ ...facts, matched_by: "model_id" }];
  return kind === "commercial_user" ? [{ ...facts, matched_by: "commercial_user_id" }] : [];
}

/** Holds the fast reader against the plain one: verdict, everything that is told of the list, and the index. */
async function expectSame(raw: Uint8Array, options: VerifyBlacklistOptions): Promise<string> {
  const [plain, quick] = await Promise.all([verifyBlacklist(raw, options), fast(raw, options)]);
  const { ok } = plain;
  if (!plain.ok || !quick.ok) {
    expect({ ok: quick.ok, code: quick.ok ? "OK" : quick.code }).toEqual({ ok, code: plain.ok ? "OK" : plain.code });
    return plain.ok ? "OK" : plain.code;
  }
  const { list, ...verified } = plain;
  const { facts, index, ...told } = quick;
  expect(told).toEqual(verified);
  const { sequence, generated_at, next_update, expires_at, entry_count } = list;
  expect(facts).toEqual({ sequence, generated_at, next_update, expires_at, entry_count });
  for (const entry of list.entries) expect(index.find(byId(entry))).toEqual(shownOf(entry));
  const reference = await indexOf(list.entries);
  expect(index.size).toBe(reference.size);
  for (const question of list.entries.flatMap(questionsAbout)) expect(index.find(question)).toEqual(reference.find(question));
  return "OK";
}

describe("the fast reader", () => {
  it.each(VECTORS.map((vector): [string, VectorCase] => [vector.name, vector]))("answers the vector: %s", async (_name, vector) => {
    const read = await fast(bytesOf(vector), optionsOf(vector));
    expect(read.ok ? { code: "OK", state: read.state } : { code: read.code }).toEqual(
      vector.expected === "OK" ? { code: "OK", state: vector.expected_state } : { code: vector.expected },
    );
    await expectSame(bytesOf(vector), optionsOf(vector));
  });

  it("reads the golden list", async () => {
    const options = { keys: ["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], threshold: 1, now: new Date("2026-10-02T00:00:00Z") };
    expect(await expectSame(GOLDEN, options)).toBe("OK");
    expect(await fast(GOLDEN, options)).toMatchObject({ ok: true, state: "FRESH" });
  });
});

const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("é\u{1F600}", '"\\\n\u0001\u007f\u2028', "a/b", ""));
const payload = fc.uint8Array({ minLength: 16, maxLength: 18 });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const extra = fc.dictionary(
  fc.constantFrom("zzz", "a", "é", "\u{1F600}", "\ufb01", "names", 'q"', "case2"),
  fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), text, fc.array(fc.integer({ max: 3, min: -3 }), { maxLength: 3 })),
  { maxKeys: 3 },
);
const time = fc
  .date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const ENTRY = fc
  .record(
    {
      kind: fc.constantFrom("model", "commercial_user", "model", "dataset"),
      id: fc.uuid(),
      address: payload.map((bytes) => encodeAddress(bytes)),
      sha256: fc.array(hash, { maxLength: 3 }),
      name: text,
      domains: fc.array(fc.domain(), { maxLength: 2 }),
      locations: fc.array(fc.webUrl(), { maxLength: 2 }),
      reason: fc.oneof(fc.constantFrom("COURT_ORDER", "OTHER", "SPLIT_FRAUD"), text),
      since: time,
      enforce: fc.oneof(fc.constantFrom("deny", "warn", "suspended"), text),
      case: text,
    },
    { requiredKeys: ["kind", "id", "reason", "since", "enforce", "case"] },
  )
  .chain((entry) => extra.map((more) => ({ ...more, ...entry }) as unknown as BlacklistEntry))
  .chain((entry) => fc.boolean().map((own) => (own && entry.address ? { ...entry, address: encodeAddress(entry.id) } : entry)));
const LIST = fc.array(ENTRY, { maxLength: 12 });

describe("the fast reader held against the plain one", () => {
  it("makes the same index and verdict of signed lists of any content", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(LIST, async (entries) => {
        const { raw } = await publish({ entries });
        if ((await expectSame(raw, SIGNED)) === "OK") accepted += 1;
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it("reads each of many entries as it stands in the list, whatever stands before it", async () => {
    const entries = fc.sample(ENTRY, { numRuns: 1_100, seed: 8 }).map((entry, at): BlacklistEntry => {
      const id = `${at.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
      return { ...entry, id, case: `C-${at}` };
    });
    const { raw } = await publish({ entries });
    expect(await expectSame(raw, SIGNED)).toBe("OK");
  });

  /** Replaces a value somewhere in an entry by another, canonical again; unsigned, so that the schema decides. */
  it("refuses the same entries", async () => {
    const wrong = fc.constantFrom<unknown>(
      null,
      1,
      -1,
      true,
      [],
      {},
      [1],
      ["x"],
      "x",
      "",
      "2026-02-30T00:00:00Z",
      "2026-06-30T23:59:60Z",
      "2024-02-29T24:00:00Z",
      "1969-12-31T23:59:59Z",
      "0000-02-29T00:00:00Z",
      "model",
      "F".repeat(64),
      ["f".repeat(63)],
      ["A".repeat(64)],
      [`${"f".repeat(64)}`, 1],
      "omla1rwwkhndml49jmx6a4wxlh02ta5xdcep1",
      "OMLA1RWWKHNDML49JMX6A4WXLH02TA5XDCEP0",
      undefined,
    );
    const { raw } = await publish({ entries: [MODEL, COMPANY] }, { seeds: [] });
    const list = JSON.parse(new TextDecoder().decode(raw)) as { entries: Record<string, unknown>[] };
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1),
        fc.constantFrom(...Object.keys({ ...MODEL, ...COMPANY })),
        wrong,
        async (at, member, value) => {
          const entries = list.entries.map((entry, index) => (index === at ? { ...entry, [member]: value } : entry));
          const changed = JSON.parse(JSON.stringify({ ...list, entries })) as object;
          seen.add(await expectSame(new TextEncoder().encode(canonicalize(changed)), { keys: [], now: NOW }));
        },
      ),
      { numRuns: 600 },
    );
    expect([...seen].sort()).toEqual(["LIST_SCHEMA", "OK"]);
  });

  it("refuses the same heads", async () => {
    const wrong = fc.constantFrom<unknown>(
      null,
      0,
      1,
      2,
      3,
      -1,
      [],
      {},
      ["spec"],
      ["nope"],
      "x",
      [{ key_id: "x" }],
      [{ key_id: 1 }],
      [1],
      undefined,
    );
    const names = [
      "critical",
      "entries",
      "entry_count",
      "expires_at",
      "generated_at",
      "keyset_version",
      "next_update",
      "prev_sha256",
      "quarter",
      "sequence",
    ];
    const { raw } = await publish({ entries: [MODEL, COMPANY] }, { seeds: [] });
    const list = JSON.parse(new TextDecoder().decode(raw)) as object;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names, "signature", "signatures", "spec", "signaturez", "a", "zz"),
        wrong,
        async (member, value) => {
          const changed = JSON.parse(JSON.stringify({ ...list, [member]: value })) as object;
          seen.add(await expectSame(new TextEncoder().encode(canonicalize(changed)), { keys: [], now: NOW }));
        },
      ),
      { numRuns: 400 },
    );
    expect(seen).toContain("LIST_CRITICAL");
  });

  it("gives the same verdict on bytes that were changed", async () => {
    const { raw } = await publish({ entries: [MODEL, COMPANY, { ...COMPANY, id: MODEL.id, name: 'é"\u0001\u{1F600}' }] });
    const samples: [Uint8Array, VerifyBlacklistOptions][] = [
      [raw, SIGNED],
      ...VECTORS.map((vector) => [bytesOf(vector), optionsOf(vector)] as [Uint8Array, VerifyBlacklistOptions]),
    ];
    const pieces = fc.constantFrom(
      ...[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "\\u0000",
        "\\u001f",
        "\\u001F",
        "\\/",
        "\\ud800",
        " ",
        "\n",
        "0",
        "-0",
        "1.0",
        "1e3",
        "00",
        "9007199254740992",
        "9007199254740991",
        "true",
        "null",
        "nul",
        "\ufeff",
        '"__proto__":1,',
        '"a":1,',
        '"kind":"x",',
        "é",
        "[".repeat(17),
      ].map((piece) => new TextEncoder().encode(piece)),
      new Uint8Array([0xff]),
      new Uint8Array([0xc3]),
      new Uint8Array([0]),
      new Uint8Array([0xed, 0xa0, 0x80]),
    );
    const cut = fc.constantFrom(0, 0, 1, 1, 2, 5, 40);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), fc.nat(), cut, fc.option(pieces), async ([bytes, options], place, count, piece) => {
        const at = place % (bytes.length + 1);
        const changed = Buffer.concat([bytes.subarray(0, at), piece ?? new Uint8Array(), bytes.subarray(at + count)]);
        seen.add(await expectSame(new Uint8Array(changed), options));
      }),
      { numRuns: 4_000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(["OK", "LIST_NOT_UTF8", "LIST_NOT_CANONICAL", "LIST_SCHEMA", "LIST_SIGNATURE"]));
  });

  it("draws the same line between canonical and other JSON", async () => {
    const { valid, invalid } = JSON.parse(await vectorFile("canonical-json.json")) as Record<
      "valid" | "invalid",
      { text: string; canonical?: string }[]
    >;
    const controls = Array.from({ length: 33 }, (_, code) => [
      `"\\u${code.toString(16).padStart(4, "0")}"`,
      JSON.stringify(String.fromCharCode(code)),
    ]);
    const nested = [13, 14, 15, 16].flatMap((depth) => [
      `${"[".repeat(depth)}${"]".repeat(depth)}`,
      `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`,
    ]);
    const texts = [
      ...[...valid, ...invalid].flatMap(({ text, canonical }) => [text, canonical ?? "0"]),
      ...controls.flat(),
      ...nested,
      "-",
      "-1",
      "9007199254740991",
      "-9007199254740991",
      "9007199254740992",
      "01",
      "\u007f",
      "[1,]",
      "[,1]",
      '{"a":1,}',
      '{"a"}',
      "{1:2}",
    ];
    const seen = new Set<string>();
    for (const text of texts)
      for (const file of [
        text,
        `{"a":${text}}`,
        `{"entries":[${text}]}`,
        `{"entries":[{"a":${text}}]}`,
        `{"entries":[{"sha256":${text}}],"spec":1}\n`,
      ])
        seen.add(await expectSame(new TextEncoder().encode(file), { keys: [], now: NOW }));
    expect([...seen].sort()).toEqual(["LIST_NOT_CANONICAL", "LIST_SCHEMA"]);
  });

  it("refuses what would take long to read in one go, which the plain reader reads", async () => {
    const { raw } = await publish({ entries: [{ ...MODEL, name: "x".repeat(1_048_576) }] });
    expect((await verifyBlacklist(raw, SIGNED)).ok).toBe(true);
    expect(await fast(raw, SIGNED)).toMatchObject({ ok: false, code: "LIST_TOO_LARGE" });
    const many = await publish({ entries: [MODEL, COMPANY] });
    expect(await readList(many.raw, { ...SIGNED, aliases: {}, random, maxEntries: 1 })).toMatchObject({ code: "LIST_TOO_LARGE" });
  });
});
