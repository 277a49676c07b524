import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyBlacklist } from "../../src/protocol/blacklist.ts";
import { assembleFile, signFile } from "../../src/protocol/build-file.ts";
import { concatBytes, utf8Decode, utf8Encode } from "../../src/protocol/bytes.ts";
import { buildHeartbeat, type NamedList, type VerifyHeartbeatOptions, verifyHeartbeat } from "../../src/protocol/heartbeat.ts";
import { listBytes, NOW, publicKeys, SECRETS, signedBytes } from "./signed-files.ts";

const [KEY = "", OTHER_KEY = ""] = await publicKeys();
const LIST: NamedList = { sequence: 12, digest: "a".repeat(64), length: 1000 };
const MADE = new Date("2026-10-01T00:00:00Z");
const HEARTBEAT = await signedBytes(await buildHeartbeat(LIST, MADE));

function check(raw: Uint8Array, changes: Partial<VerifyHeartbeatOptions> = {}): ReturnType<typeof verifyHeartbeat> {
  return verifyHeartbeat(raw, { keys: [KEY], now: NOW, list: LIST, ...changes });
}

describe("a heartbeat", () => {
  it("confirms the list that is held", async () => {
    expect(await check(HEARTBEAT)).toMatchObject({
      ok: true,
      effect: "confirms",
      heartbeat: { sequence: 12, expires_at: "2026-10-08T00:00:00Z" },
    });
  });

  it("ages a list once there is a later one", async () => {
    expect(await check(HEARTBEAT, { list: { ...LIST, sequence: 11, digest: "b".repeat(64) } })).toMatchObject({ ok: true, effect: "ages" });
  });

  it("confirms what the list's own reader names", async () => {
    const verdict = await verifyBlacklist(await listBytes(), { keys: [KEY], now: NOW });
    if (!verdict.ok) throw verdict.error;
    const list = { sequence: verdict.list.sequence, digest: verdict.digest, length: verdict.length };
    expect(await check(await signedBytes(await buildHeartbeat(list, MADE)), { list })).toMatchObject({ effect: "confirms" });
  });

  it.each<[string, Partial<VerifyHeartbeatOptions>, string, string]>([
    ["names another list of the same number", { list: { ...LIST, digest: "b".repeat(64) } }, "HEARTBEAT_MISMATCH", "sha256"],
    ["names another length", { list: { ...LIST, length: 999 } }, "HEARTBEAT_MISMATCH", "length"],
    ["names an earlier list", { list: { ...LIST, sequence: 13 } }, "HEARTBEAT_ROLLBACK", "sequence"],
    [
      "names an earlier list than the last heartbeat",
      { prior: { sequence: 13, generated_at: "2026-09-30T00:00:00Z" } },
      "HEARTBEAT_ROLLBACK",
      "sequence",
    ],
    [
      "is older than the last heartbeat",
      { prior: { sequence: 12, generated_at: "2026-10-01T00:00:01Z" } },
      "HEARTBEAT_ROLLBACK",
      "generated_at",
    ],
    ["is 301 s in the future", { now: new Date("2026-09-30T23:54:59Z") }, "HEARTBEAT_NOT_YET_VALID", "generated_at"],
    ["meets an invalid clock", { now: new Date(Number.NaN) }, "HEARTBEAT_NOT_YET_VALID", "generated_at"],
    ["has expired", { now: new Date("2026-10-08T00:00:01Z") }, "HEARTBEAT_EXPIRED", "expires_at"],
    ["is signed by another key", { keys: [OTHER_KEY] }, "HEARTBEAT_SIGNATURE", "signatures"],
    ["can be checked with no key", { keys: [] }, "CONFIG_KEYS", "keys"],
    ["exceeds the limit", { maxBytes: 10 }, "HEARTBEAT_SCHEMA", undefined as never],
  ])("is refused where it %s", async (_name, changes, code, path) => {
    expect(await check(HEARTBEAT, changes)).toMatchObject({ ok: false, code, error: { path } });
  });

  it.each([
    ["2026-09-30T23:55:00Z", {}],
    ["2026-10-08T00:00:00Z", {}],
    ["2026-10-01T01:00:00Z", { prior: { sequence: 12, generated_at: "2026-10-01T00:00:00Z" } }],
  ])("still counts at %s with %j", async (now, changes) => {
    expect(await check(HEARTBEAT, { now: new Date(now), ...changes })).toMatchObject({ ok: true });
  });

  it("answers with the signature's fault before those of time and number", async () => {
    const changed = utf8Encode(utf8Decode(HEARTBEAT).replace('"sequence":12', '"sequence":10'));
    expect(await check(changed, { now: new Date("2027-01-01T00:00:00Z") })).toMatchObject({
      code: "HEARTBEAT_SIGNATURE",
      error: { path: "signatures[0].sig" },
    });
    expect(await check(HEARTBEAT, { now: new Date("2027-01-01T00:00:00Z"), list: { ...LIST, sequence: 13 } })).toMatchObject({
      code: "HEARTBEAT_EXPIRED",
    });
  });

  it("lives 7 days at most", async () => {
    await expect(buildHeartbeat(LIST, MADE, { lifetimeDays: 8 })).rejects.toMatchObject({ code: "HEARTBEAT_SCHEMA", path: "expires_at" });
    await expect(buildHeartbeat(LIST, MADE, { lifetimeDays: 0 })).rejects.toMatchObject({ code: "HEARTBEAT_SCHEMA", path: "expires_at" });
    expect((await buildHeartbeat(LIST, MADE, { lifetimeDays: 1 })).body.expires_at).toBe("2026-10-02T00:00:00Z");
  });

  it("offers 50 bytes to its signer, and is never assembled unsigned", async () => {
    const built = await buildHeartbeat(LIST, MADE);
    expect(built.message).toHaveLength(50);
    expect(() => assembleFile(built, [])).toThrow(expect.objectContaining({ code: "HEARTBEAT_SCHEMA" }));
  });

  it("cannot be made of a list's signature, nor a list of a heartbeat's", async () => {
    const built = await buildHeartbeat(LIST, MADE);
    const asList = { ...built, type: "blacklist" as const, message: utf8Encode("omla.blacklist.v1\0") };
    const stolen = assembleFile(
      built,
      await signFile({ ...asList, message: concatBytes(asList.message, built.message.subarray(18)) }, SECRETS.slice(0, 1)),
    );
    expect(await check(utf8Encode(stolen))).toMatchObject({ code: "HEARTBEAT_SIGNATURE" });
  });

  it("is never accepted with a changed byte, and never throws", async () => {
    const change = fc.record({ at: fc.nat({ max: HEARTBEAT.length - 2 }), byte: fc.nat({ max: 255 }) });
    const isRefused = fc.asyncProperty(change, async ({ at, byte }) => {
      const raw = Uint8Array.from(HEARTBEAT);
      raw[at] = byte;
      expect((await check(raw)).ok).toBe(byte === HEARTBEAT[at]);
    });
    await fc.assert(isRefused, { numRuns: 300 });
  });
});
