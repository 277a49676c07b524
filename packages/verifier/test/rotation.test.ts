import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assembleFile, buildHeartbeat, buildKeyset, keyId, type KeysetKey, keyPairFromSecretKey, signFile } from "@omla/sdk/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVerifier, type VerifierEvent, type VerifierOptions } from "../src/index.ts";
import { COMPANY, type FakeRegistry, KEY, MODEL, NOW, type Published, publish, SEED, startRegistry } from "./publisher.ts";

const seedOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const SECOND = seedOf(21);
const THIRD = seedOf(22);
const BEAT = seedOf(23);

let registry: FakeRegistry;
let folder: string;
let events: VerifierEvent[];

beforeEach(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), "omla-rotation-"));
  events = [];
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const verifierOf = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({ url: registry.url, keys: [KEY], refreshMs: 0, clock: () => NOW, onEvent: (event) => events.push(event), ...options });

async function keyOf(seed: Uint8Array, role: KeysetKey["role"] = "list"): Promise<KeysetKey> {
  const { publicKey } = await keyPairFromSecretKey(seed);
  return { key_id: await keyId(publicKey), public_key: publicKey, role };
}

async function putKeyset(version: number, keys: readonly KeysetKey[], signers: readonly Uint8Array[], min_sequence = 1): Promise<void> {
  const keyset = await buildKeyset({
    version,
    threshold: 1,
    keys,
    min_sequence,
    generated_at: "2026-09-30T00:00:00Z",
    expires_at: "2027-09-30T00:00:00Z",
  });
  registry.files.set(`/api/blacklist-keys/${version}.json`, assembleFile(keyset, await signFile(keyset, signers)));
}

async function putHeartbeat({ sequence, digest, length }: Published): Promise<void> {
  const beat = await buildHeartbeat({ sequence, digest, length }, NOW);
  registry.files.set("/api/blacklist.heartbeat.json", assembleFile(beat, await signFile(beat, [BEAT])));
}

describe("a rotation of the keys", () => {
  it("rotation_N_N+1_ok, revoked_key_fail: is walked version by version, and the old key then signs nothing any more", async () => {
    await putKeyset(2, [await keyOf(SECOND)], [SEED, SECOND]);
    await putKeyset(3, [await keyOf(THIRD)], [SECOND, THIRD]);
    const first = await publish({ entries: [MODEL], keyset_version: 3 }, { seeds: [THIRD] });
    registry.serve(first);
    const verifier = verifierOf();
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    registry.serve(await publish({ entries: [] }, { previous: first, seeds: [SEED] }));
    expect((await verifier.refresh()).code).toBe("LIST_THRESHOLD");
    expect(verifier.check({ model_id: MODEL.id }).action).toBe("deny");
  });

  it("rotation_only_new_keys_fail: that only the new keys have signed is refused, and the list of the old ones goes on", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    await putKeyset(2, [await keyOf(SECOND)], [SECOND]);
    const verifier = verifierOf();
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    expect(events.map(({ code }) => code)).toContain("KEYSET_THRESHOLD");
  });

  it("fast_forward_recovery_by_rotation_ok: leads back from a sequence that a thief drove up", async () => {
    const stolen = await publish({ entries: [], sequence: 1_000_000, prev_sha256: "ab".repeat(32) });
    registry.serve(stolen);
    const verifier = verifierOf();
    await verifier.refresh();
    await putKeyset(2, [await keyOf(SECOND)], [SEED, SECOND], 13);
    registry.serve(await publish({ entries: [MODEL], sequence: 13, prev_sha256: "cd".repeat(32), keyset_version: 2 }, { seeds: [SECOND] }));
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    expect(verifier.check({ model_id: MODEL.id })).toMatchObject({ action: "deny", sequence: 13 });
  });

  it("rotation_skip_version_fail: a later version in the place of the next one changes nothing", async () => {
    registry.serve(await publish({ entries: [MODEL] }));
    await putKeyset(3, [await keyOf(SECOND)], [SEED, SECOND]);
    const skipped = registry.files.get("/api/blacklist-keys/3.json") as string;
    registry.files.set("/api/blacklist-keys/2.json", skipped);
    const verifier = verifierOf();
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    expect(events.map(({ code }) => code)).toContain("KEYSET_VERSION");
  });

  it("rotation_65_steps_fail: goes 64 steps in one refresh and not one more", async () => {
    for (let version = 2; version <= 66; version++) await putKeyset(version, [await keyOf(SEED)], [SEED]);
    registry.serve(await publish({ entries: [MODEL] }));
    const asked: string[] = [];
    const verifier = verifierOf({
      fetch: (input, init) => {
        asked.push(String(input));
        return fetch(input, init);
      },
    });
    await verifier.refresh();
    expect(events.map(({ code }) => code)).toContain("KEYSET_STEPS");
    expect(asked.filter((url) => url.includes("/api/blacklist-keys/")).length).toBeLessThanOrEqual(65);
  });

  it("resign_without_bump_detected: the same number under new times is another list", async () => {
    const first = await publish({ entries: [MODEL] });
    registry.serve(first);
    const verifier = verifierOf();
    await verifier.refresh();
    registry.serve(await publish({ entries: [MODEL], generated_at: "2026-09-30T23:59:00Z" }));
    expect(await verifier.refresh()).toMatchObject({ changed: false, code: "LIST_EQUIVOCATION" });
    expect(events.at(-1)).toMatchObject({ code: "LIST_EQUIVOCATION", alarm: true });
  });

  it("is remembered over a restart, and walked again from the pinned key", async () => {
    const store = join(folder, "list");
    await putKeyset(2, [await keyOf(SECOND)], [SEED, SECOND]);
    registry.serve(await publish({ entries: [MODEL], keyset_version: 2 }, { seeds: [SECOND] }));
    await verifierOf({ store }).refresh();
    registry.files.clear();
    registry.answer = (_request, response) => response.destroy();
    const again = verifierOf({ store });
    await again.ready;
    expect(again.status()).toMatchObject({ source: "disk", state: "FRESH" });
    const strict = verifierOf({ store, keys: [(await keyOf(THIRD)).public_key] });
    await strict.ready;
    expect(strict.status().state).toBe("NONE");
  });
});

describe("a heartbeat", () => {
  it("that names a later list makes the held one stale, though its time has not come", async () => {
    const first = await publish({ entries: [COMPANY] });
    registry.serve(first);
    const verifier = verifierOf({ heartbeatKeys: [(await keyOf(BEAT)).public_key] });
    await verifier.refresh();
    await putHeartbeat(await publish({ entries: [MODEL] }, { previous: first }));
    expect(await verifier.refresh()).toEqual({ changed: false, state: "STALE" });
  });

  it("mix_and_match_timestamp_fail: that names another list of the same number is an alarm and changes nothing", async () => {
    const first = await publish({ entries: [COMPANY] });
    registry.serve(first);
    await putHeartbeat({ ...first, digest: "ab".repeat(32) });
    const verifier = verifierOf({ heartbeatKeys: [(await keyOf(BEAT)).public_key] });
    expect(await verifier.refresh()).toEqual({ changed: true, state: "FRESH" });
    expect(events).toContainEqual(expect.objectContaining({ code: "HEARTBEAT_MISMATCH", alarm: true }));
  });
});
