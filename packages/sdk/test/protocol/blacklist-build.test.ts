import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../../../vectors/golden-blacklist.json?raw";
import { verifyBlacklist } from "../../src/protocol/blacklist.ts";
import { buildBlacklist, nextEdition } from "../../src/protocol/blacklist-build.ts";
import { assembleFile, signFile } from "../../src/protocol/build-file.ts";
import { toHex, utf8Decode, utf8Encode } from "../../src/protocol/bytes.ts";
import { verify } from "../../src/protocol/signing.ts";
import { COMPANY_ENTRY, content, MODEL_ENTRY, NOW, publicKeys, SECRETS, signedBytes } from "./signed-files.ts";

const KEYS = await publicKeys();

describe("a built list", () => {
  it("is the golden one, byte for byte, from its content and its signature", async () => {
    const { spec, entry_count, signature, signatures, ...given } = JSON.parse(golden) as never as Record<string, never>;
    const file = await buildBlacklist(given as never);
    expect(assembleFile(file, signatures as never)).toBe(golden);
    expect([file.body.spec, file.body.entry_count]).toEqual([spec, entry_count]);
    expect(signature).toBeTypeOf("string");
  });

  it("gives signers who are offline 50 bytes: the prefix, a zero byte, the digest", async () => {
    const { message, messageHex, digest } = await buildBlacklist(content());
    expect(message).toHaveLength(50);
    expect(utf8Decode(message.subarray(0, 18))).toBe("omla.blacklist.v1\0");
    expect(toHex(message.subarray(18))).toBe(digest);
    expect(messageHex).toBe(toHex(message));
  });

  it("takes signatures that came back from elsewhere", async () => {
    const file = await buildBlacklist(content());
    const [first, second] = [await signFile(file, SECRETS.slice(0, 1)), await signFile(file, SECRETS.slice(1, 2))];
    expect(await verify(second[0]?.sig as string, file.message, KEYS[1] as string)).toBe(true);
    const raw = utf8Encode(assembleFile(file, [...first, ...second]));
    expect(await verifyBlacklist(raw, { keys: KEYS.slice(0, 2), threshold: 2, now: NOW })).toMatchObject({
      ok: true,
      digest: file.digest,
      length: file.length,
    });
  });

  it("is advisory without a signature", async () => {
    const text = assembleFile(await buildBlacklist(content()), []);
    expect(text).toContain('"signature":"UNSIGNED_PLACEHOLDER","signatures":[]');
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(await verifyBlacklist(utf8Encode(text), { keys: [], now: NOW })).toMatchObject({ ok: true, state: "ADVISORY", signed: false });
  });

  it("always verifies, edition after edition", async () => {
    const subject = fc.record({ id: fc.uuid(), isModel: fc.boolean(), note: fc.stringMatching(/^[a-zé€🦙]{0,8}$/u) });
    const editions = fc.array(fc.uniqueArray(subject, { selector: ({ id }) => id, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    const chain = fc.asyncProperty(editions, fc.integer({ min: 1, max: 3 }), async (lists, signers) => {
      let prior: { sequence: number; digest: string; signed: boolean } | null = null;
      for (const [week, subjects] of lists.entries()) {
        const now = new Date(Date.UTC(2026, 9, 1 + 7 * week));
        const entries = subjects.map(({ id, isModel, note }) => ({ ...(isModel ? MODEL_ENTRY : COMPANY_ENTRY), id, note }));
        const raw = await signedBytes(
          await buildBlacklist({ ...nextEdition(prior, now), keyset_version: 1, entries }),
          SECRETS.slice(0, signers),
        );
        const verdict = await verifyBlacklist(raw, { keys: KEYS, threshold: signers, now, prior });
        if (!verdict.ok) throw verdict.error;
        expect(verdict.state).toBe("FRESH");
        prior = { sequence: verdict.list.sequence, digest: verdict.digest, signed: verdict.signed };
      }
      expect(prior?.sequence).toBe(lists.length);
    });
    await fc.assert(chain, { numRuns: 40 });
  });

  it("does not change any more when what it was built from changes", async () => {
    const entries = [{ ...MODEL_ENTRY }];
    const file = await buildBlacklist(content({ entries }));
    entries[0] = { ...MODEL_ENTRY, enforce: "warn" };
    expect(file.body.entries[0]?.enforce).toBe("deny");
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ next_update: "2026-10-01T00:00:00Z" }, "LIST_SCHEMA", "next_update"],
    [{ entries: [{ ...MODEL_ENTRY, since: "July" }] }, "LIST_SCHEMA", "entries[0].since"],
    [{ critical: ["quantum"] }, "LIST_CRITICAL", "critical[0]"],
    [{ weight: 0.5 }, "CANONICAL_JSON", "weight"],
  ])("is refused with %j before anybody signs it", async (fault, code, path) => {
    await expect(buildBlacklist(content(fault))).rejects.toMatchObject({ code, path });
  });

  it("refuses a signature that cannot be one, and a seventeenth", async () => {
    const file = await buildBlacklist(content());
    const [good] = await signFile(file, SECRETS.slice(0, 1));
    if (!good) throw new Error("no signature");
    expect(() => assembleFile(file, [good, { ...good, sig: "x" }])).toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID", path: "signatures[1].sig" }),
    );
    expect(() =>
      assembleFile(
        file,
        Array.from({ length: 17 }, () => good),
      ),
    ).toThrow(expect.objectContaining({ code: "LIST_SCHEMA" }));
  });
});

describe("the next edition", () => {
  it("is the first one with no previous hash", () => {
    // 1 October + 106 days: 30 left in October, 30, 31, and 15 more.
    expect(nextEdition(null, new Date("2026-10-01T00:00:00.900Z"))).toEqual({
      sequence: 1,
      quarter: "2026-Q3",
      generated_at: "2026-10-01T00:00:00Z",
      next_update: "2026-10-08T00:00:00Z",
      expires_at: "2027-01-15T00:00:00Z",
      prev_sha256: "0".repeat(64),
    });
  });

  it("names the list before it and the quarter that ended last", () => {
    const edition = nextEdition({ sequence: 12, digest: "a".repeat(64) }, new Date("2027-01-07T00:00:00Z"), { lifetimeDays: 14 });
    expect(edition).toMatchObject({ sequence: 13, quarter: "2026-Q4", prev_sha256: "a".repeat(64), expires_at: "2027-01-21T00:00:00Z" });
  });
});
