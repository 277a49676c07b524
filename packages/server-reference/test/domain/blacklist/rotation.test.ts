import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TrustedKeys, verifyBlacklist, walkKeysets } from "@omla/sdk/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadAssociationKeys } from "../../../src/association-keys.ts";
import { approveProposal, importSignatures } from "../../../src/domain/blacklist/proposal-service.ts";
import { type NextKeys, proposeKeyset } from "../../../src/domain/blacklist/rotation-service.ts";
import type { Waiting } from "../../../src/domain/blacklist/sign-off-service.ts";
import { publishWhenDue } from "../../../src/jobs/publish-when-due.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { expectVerified, newKey, refusal, servedList, signByHand } from "./list-registry.ts";

const PUBLISH = "/functions/v1/publish-blacklist";

let test: TestApp;
let old: Awaited<ReturnType<typeof newKey>>;
let next: Awaited<ReturnType<typeof newKey>>;
let folder: string;
let keyFile: string;

/** A server whose list key lies in a file, as in production. */
beforeEach(async () => {
  [old, next] = [await newKey(), await newKey()];
  folder = await mkdtemp(join(tmpdir(), "omla-keys-"));
  keyFile = join(folder, "list.key");
  await writeFile(keyFile, `${old.secretKey}\n`);
  test = await createTestApp({
    overrides: { keys: await loadAssociationKeys({ list: keyFile, heartbeat: undefined }) },
    config: { listSelfCheck: false },
  });
  await test.post(PUBLISH, {}, test.operator);
});
afterEach(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const propose = (change: Partial<NextKeys> = {}): Promise<Waiting> =>
  test.ctx.db.service((tx) =>
    proposeKeyset(test.ctx, tx, { keys: [{ public_key: next.publicKey, role: "list" }], threshold: 1, ...change }, "operator"),
  );
const bring = (digest: string, signatures: Awaited<ReturnType<typeof signByHand>>): ReturnType<typeof importSignatures> =>
  test.ctx.db.service((tx) => importSignatures(test.ctx, tx, digest, signatures));
const approve = (digest: string): ReturnType<typeof approveProposal> => test.ctx.db.service((tx) => approveProposal(test.ctx, tx, digest));
const keysetBytes = async (version: number): Promise<Uint8Array> => (await test.get(`/api/blacklist-keys/${version}.json`)).rawPayload;

describe("a rotation of the list keys", () => {
  it("is signed by the keys before and by its own, and the running server takes up the new key file", async () => {
    const { digest, message_hex } = await propose();
    expect(message_hex).toHaveLength(94); // 47 bytes
    await bring(digest, await signByHand(test, digest, old.secretKey, next.secretKey));
    expect(await approve(digest)).toMatchObject({ published: true, version: 2 });
    await writeFile(keyFile, `${next.secretKey}\n`);
    // Due at once, since other keys are in force than those that signed the newest list.
    expect(await publishWhenDue(test.ctx)).toMatchObject({ published: true, sequence: 2, weekly: false });
    expect(await servedList(test)).toMatchObject({ keyset_version: 2 });
    await expectVerified(test, [next.publicKey]);

    const pinned: TrustedKeys = { version: 1, threshold: 1, keys: [old.publicKey] };
    const walk = await walkKeysets(pinned, [await keysetBytes(2)], { now: test.clock.now() });
    expect(walk).toMatchObject({ trusted: { version: 2, keys: [next.publicKey] } });
    const { rawPayload } = await test.get("/api/blacklist.json");
    expect(await verifyBlacklist(rawPayload, { keys: [old.publicKey], now: test.clock.now() })).toMatchObject({
      ok: false,
      code: "LIST_THRESHOLD",
    });
  });

  it("does not happen by the new keys alone, nor by the old ones alone", async () => {
    const { digest } = await propose();
    await approve(digest);
    expect(await bring(digest, await signByHand(test, digest, next.secretKey))).toMatchObject({ published: false, signatures: 1 });
    expect((await test.get("/api/blacklist-keys/2.json")).statusCode).toBe(404);
    expect(await bring(digest, await signByHand(test, digest, old.secretKey))).toMatchObject({ published: true, version: 2 });
  });

  it("does not happen by one person: both signatures wait for two members of the board", async () => {
    const { digest } = await propose();
    expect(await bring(digest, await signByHand(test, digest, old.secretKey, next.secretKey))).toMatchObject({
      published: false,
      needs_approval: true,
    });
    expect((await test.get("/.well-known/omla")).json()).toMatchObject({ keyset_version: 1 });
  });

  it("refuses signatures of an earlier rotation that was proposed and replaced", async () => {
    const first = await propose();
    const replayed = await signByHand(test, first.digest, old.secretKey, next.secretKey);
    test.clock.advance({ minutes: 1 });
    const second = await propose({ threshold: 1, min_sequence: 9 });
    expect(await refusal(bring(second.digest, replayed))).toMatchObject({ code: "PROPOSAL_SIGNATURE" });
    expect(await refusal(bring(first.digest, replayed))).toMatchObject({ code: "PROPOSAL_CLOSED" });
  });

  it("leaves the server without a list while its key file is still the old one, and says so", async () => {
    const { digest } = await propose();
    await bring(digest, await signByHand(test, digest, old.secretKey, next.secretKey));
    await approve(digest);
    expect(await refusal(publishWhenDue(test.ctx))).toMatchObject({ code: "SIGNING_KEY_UNKNOWN", hint: expect.stringContaining("keyset") });
    expect(await servedList(test)).toMatchObject({ sequence: 1 });
  });

  it("refuses keys that are none, and a threshold that cannot be met", async () => {
    expect(await refusal(propose({ keys: [{ public_key: "AAAA", role: "list" }] }))).toMatchObject({ path: "keys[0].public_key" });
    expect(await refusal(propose({ threshold: 2 }))).toMatchObject({ code: "KEYSET_SCHEMA", path: "threshold" });
  });
});

describe("the first keyset", () => {
  it("can be made offline, for a server that never holds a list key", async () => {
    const bare = await createTestApp({ signed: false, config: { listSelfCheck: false } });
    const keys = [{ public_key: next.publicKey, role: "list" as const }];
    const { digest, needs_approval } = await bare.ctx.db.service((tx) => proposeKeyset(bare.ctx, tx, { keys, threshold: 1 }, "operator"));
    expect(needs_approval).toBe(false); // readers pin it by hand
    const signatures = await signByHand(bare, digest, next.secretKey);
    expect(await bare.ctx.db.service((tx) => importSignatures(bare.ctx, tx, digest, signatures))).toMatchObject({
      published: true,
      version: 1,
    });
    const waiting = await publishWhenDue(bare.ctx);
    expect(waiting).toMatchObject({ published: false, number: 1 });
    if (!("digest" in waiting)) throw new Error("a proposal");
    const listSignatures = await signByHand(bare, waiting.digest, next.secretKey);
    await bare.ctx.db.service((tx) => importSignatures(bare.ctx, tx, waiting.digest, listSignatures));
    await expectVerified(bare, [next.publicKey]);
    await bare.close();
  });
});

it("refuses to sign where the key file is gone, and keeps the list", async () => {
  await rm(keyFile);
  await expect(test.ctx.keys.refresh?.()).rejects.toThrow("OMLA_SIGNING_KEY_FILE");
  await expect(publishWhenDue(test.ctx)).resolves.toEqual({ published: false });
  test.clock.advance({ days: 7 });
  await expect(publishWhenDue(test.ctx)).rejects.toThrow("OMLA_SIGNING_KEY_FILE");
  expect(await servedList(test)).toMatchObject({ sequence: 1 });
});
