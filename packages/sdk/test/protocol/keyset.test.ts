import { describe, expect, it } from "vitest";
import { verifyBlacklist } from "../../src/protocol/blacklist.ts";
import { assembleFile, signFile } from "../../src/protocol/build-file.ts";
import { concatBytes, utf8Decode, utf8Encode } from "../../src/protocol/bytes.ts";
import { canonicalize } from "../../src/protocol/canonical-json.ts";
import { buildKeyset, type KeysetContent, type TrustedKeys, verifyKeyset } from "../../src/protocol/keyset.ts";
import { walkKeysets } from "../../src/protocol/keyset-walk.ts";
import { listBytes, NOW, publicKeys, SECRETS, signedBytes } from "./signed-files.ts";

const [A = "", B = "", C = "", D = ""] = await publicKeys();
const SECRET = Object.fromEntries([A, B, C, D].map((key, index) => [key, SECRETS[index] as string]));
/** Version 1: two of A and B. */
const HELD: TrustedKeys = { version: 1, threshold: 2, keys: [A, B] };

function keyset(changes: Partial<KeysetContent> & Record<string, unknown> = {}): KeysetContent {
  const keys = [
    { public_key: B, role: "list" as const },
    { public_key: C, role: "list" as const },
    { public_key: D, role: "heartbeat" as const },
  ];
  const times = { generated_at: "2026-10-01T00:00:00Z", expires_at: "2027-10-01T00:00:00Z" };
  return { version: 2, threshold: 2, keys, min_sequence: 40, ...times, ...changes };
}

async function file(signers: readonly string[], changes?: Parameters<typeof keyset>[0]): Promise<Uint8Array> {
  return signedBytes(
    await buildKeyset(keyset(changes)),
    signers.map((key) => SECRET[key] as string),
  );
}

describe("the next keyset", () => {
  it("is accepted under the threshold of the one before and its own", async () => {
    const verdict = await verifyKeyset(HELD, await file([A, B, C]), { now: NOW });
    const trusted = { version: 2, threshold: 2, keys: [B, C], heartbeat_keys: [D] };
    expect(verdict).toMatchObject({ ok: true, trusted, prior: { sequence: 39, digest: null, signed: true } });
  });

  it("needs no `signature`, but one that stands there repeats one of `signatures`", async () => {
    const built = await buildKeyset(keyset());
    const signatures = await signFile(built, SECRETS.slice(0, 3));
    const raw = (more: object): Uint8Array => utf8Encode(canonicalize({ ...built.body, ...more, signatures }));
    expect(await verifyKeyset(HELD, raw({}), { now: NOW })).toMatchObject({ ok: true, digest: built.digest });
    expect(await verifyKeyset(HELD, raw({ signature: "x" }), { now: NOW })).toMatchObject({
      code: "KEYSET_SIGNATURE",
      error: { path: "signature" },
    });
  });

  it.each([
    ["only the keys before have signed", [A, B]],
    ["only its own keys have signed", [B, C]],
    ["a heartbeat key makes up the number", [A, B, D]],
  ])("is refused where %s", async (_name, signers) => {
    expect(await verifyKeyset(HELD, await file(signers), { now: NOW })).toMatchObject({ ok: false, code: "KEYSET_THRESHOLD" });
  });

  it("is refused where a key of either version has signed something else", async () => {
    const raw = utf8Decode(await file([A, B, C]));
    const changed = raw.replace('"min_sequence":40', '"min_sequence":41');
    expect(await verifyKeyset(HELD, utf8Encode(changed), { now: NOW })).toMatchObject({ code: "KEYSET_SIGNATURE" });
  });

  it.each([[0], [1], [3]])("is refused as version %j after 1", async (version) => {
    const built = await buildKeyset(keyset({ version: version || 9 }));
    const raw = await signedBytes(built, SECRETS.slice(0, 3));
    expect(await verifyKeyset(HELD, raw, { now: NOW })).toMatchObject({ code: "KEYSET_VERSION", error: { path: "version" } });
  });

  it("is refused once it has expired, where a clock is given", async () => {
    const raw = await file([A, B, C]);
    expect(await verifyKeyset(HELD, raw, { now: new Date("2027-10-01T00:00:00Z") })).toMatchObject({ ok: true });
    expect(await verifyKeyset(HELD, raw, { now: new Date("2027-10-01T00:00:01Z") })).toMatchObject({ code: "KEYSET_EXPIRED" });
    expect(await verifyKeyset(HELD, raw, { now: new Date(Number.NaN) })).toMatchObject({ code: "KEYSET_EXPIRED" });
    expect(await verifyKeyset(HELD, raw)).toMatchObject({ ok: true });
  });

  it("cannot be checked with no pinned key, a bad one, or a threshold out of range", async () => {
    const raw = await file([A, B, C]);
    for (const fault of [{ keys: [] }, { keys: ["?"] }, { threshold: 3 }, { threshold: 0 }]) {
      expect(await verifyKeyset({ ...HELD, ...fault }, raw)).toMatchObject({ ok: false, code: "CONFIG_KEYS" });
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a threshold above its list keys", { threshold: 3 }, "threshold"],
    ["a threshold of 0", { threshold: 0 }, "threshold"],
    ["a version 0", { version: 0 }, "version"],
    ["a lowest sequence of 0", { min_sequence: 0 }, "min_sequence"],
    ["an expiry before its making", { expires_at: "2026-10-01T00:00:00Z" }, "expires_at"],
    [
      "a key in two roles",
      {
        keys: [
          { public_key: B, role: "list" },
          { public_key: B, role: "heartbeat" },
        ],
        threshold: 1,
      },
      "keys[1].key_id",
    ],
    ["a role to come", { keys: [{ public_key: B, role: "root" }] }, "keys[0].role"],
    ["a key off the curve", { keys: [{ public_key: "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", role: "list" }] }, "keys[0].public_key"],
    ["a key of 31 bytes", { keys: [{ public_key: "AAAA", role: "list" }] }, "keys[0].public_key"],
    ["a 33rd key", { keys: Array.from({ length: 33 }, () => ({ public_key: B, role: "list" })) }, "keys"],
  ])("is not built with %s", async (_name, fault, path) => {
    await expect(buildKeyset(keyset(fault))).rejects.toMatchObject({ code: "KEYSET_SCHEMA", path });
  });

  it.each<[string, (text: string) => string]>([
    ["that is not canonical", (text) => text.replace(":", ": ")],
    ["of more than the limit", (text) => text + " ".repeat(70_000)],
    [
      "with another key's id",
      (text) => text.replace(/"key_id":"ed25519:.{16}","public_key"/, '"key_id":"ed25519:0000000000000000","public_key"'),
    ],
    ["with a reserved name", (text) => text.replace('"signatures"', '"signature_x":"","signatures"')],
    ["of another type", (text) => text.replace("omla-keyset/1", "omla-heartbeat/1")],
  ])("is refused as a file %s", async (_name, change) => {
    const raw = utf8Encode(change(utf8Decode(await file([A, B, C]))));
    expect(await verifyKeyset(HELD, raw, { now: NOW })).toMatchObject({ ok: false, code: "KEYSET_SCHEMA" });
  });

  it("is refused where it is not UTF-8", async () => {
    const raw = concatBytes(Uint8Array.of(0xff), await file([A, B, C]));
    expect(await verifyKeyset(HELD, raw)).toMatchObject({ ok: false, code: "KEYSET_SCHEMA" });
  });

  it("offers 47 bytes to its signers, and is never assembled unsigned", async () => {
    const built = await buildKeyset(keyset());
    expect(built.message).toHaveLength(47);
    expect(() => assembleFile(built, [])).toThrow(expect.objectContaining({ code: "KEYSET_SCHEMA", path: "signatures" }));
  });
});

describe("a walk over keysets", () => {
  const one = { threshold: 1, keys: [{ public_key: A, role: "list" as const }] };
  const start: TrustedKeys = { version: 1, threshold: 1, keys: [A] };
  const version = (number: number, changes = {}): Promise<Uint8Array> =>
    file([A], { ...one, version: number, min_sequence: number, ...changes });
  const versions = (count: number): Promise<Uint8Array[]> => Promise.all(Array.from({ length: count }, (_, index) => version(index + 2)));

  it("goes one version at a time to the newest, from bytes that arrive as they are asked for", async () => {
    const asked: number[] = [];
    const walk = await walkKeysets(
      start,
      (async function* () {
        for (const number of [2, 3, 4]) {
          asked.push(number);
          yield await version(number);
        }
      })(),
      { now: NOW },
    );
    expect(walk).toMatchObject({ ok: true, trusted: { version: 4 }, prior: { sequence: 3 }, steps: [{}, {}, {}] });
    expect(asked).toEqual([2, 3, 4]);
  });

  it("changes nothing where there is no newer version", async () => {
    expect(await walkKeysets(start, [], { now: NOW })).toEqual({ ok: true, trusted: start, steps: [], prior: null });
  });

  it("goes 64 steps and not one more", async () => {
    const files = await versions(65);
    expect(await walkKeysets(start, files.slice(0, 64), { now: NOW })).toMatchObject({ ok: true, trusted: { version: 65 } });
    expect(await walkKeysets(start, files, { now: NOW })).toMatchObject({ ok: false, code: "KEYSET_STEPS" });
  });

  it("refuses a version that is skipped, and a last one that has expired, but not one on the way", async () => {
    const expired = await version(2, { expires_at: "2026-10-01T00:59:59Z" });
    expect(await walkKeysets(start, [await version(3)], { now: NOW })).toMatchObject({ code: "KEYSET_VERSION" });
    expect(await walkKeysets(start, [expired], { now: NOW })).toMatchObject({ code: "KEYSET_EXPIRED" });
    expect(await walkKeysets(start, [expired, await version(3)], { now: NOW })).toMatchObject({ ok: true });
  });

  it("leaves a revoked key without a say", async () => {
    const second = await file([A, B, C]);
    const third = await signedBytes(await buildKeyset(keyset({ version: 3 })), [SECRETS[0] as string, SECRETS[1] as string]);
    const walk = await walkKeysets(HELD, [second, third], { now: NOW });
    expect(walk).toMatchObject({ ok: false, code: "KEYSET_THRESHOLD" });
  });

  it("is the way back from a sequence that a thief drove up", async () => {
    const stolen = { sequence: 2 ** 53 - 2, digest: "1".repeat(64), signed: true };
    const list = await listBytes({ sequence: 40, prev_sha256: "2".repeat(64) }, [SECRETS[1] as string, SECRETS[2] as string]);
    const read = (prior: typeof stolen): ReturnType<typeof verifyBlacklist> =>
      verifyBlacklist(list, { keys: [B, C], threshold: 2, now: NOW, prior });
    expect(await read(stolen)).toMatchObject({ code: "LIST_ROLLBACK" });
    const walk = await walkKeysets(HELD, [await file([A, B, C])], { now: NOW });
    expect(await read((walk.ok && walk.prior) as typeof stolen)).toMatchObject({ ok: true, state: "FRESH" });
  });
});
