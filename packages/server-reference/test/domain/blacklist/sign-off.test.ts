import { fromHex, generateKeyPair, sha256Hex, utf8Decode, utf8Encode, verify } from "@omla/sdk/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approveProposal, importSignatures, type SignOff } from "../../../src/domain/blacklist/proposal-service.ts";
import { proposeKeyset } from "../../../src/domain/blacklist/rotation-service.ts";
import { publishBlacklist } from "../../../src/domain/blacklist/service.ts";
import { listProposals, proposalBody, proposeList, type Waiting } from "../../../src/domain/blacklist/sign-off-service.ts";
import { publishWhenDue } from "../../../src/jobs/publish-when-due.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { expectVerified, listCompanies, newKey, refusal, servedList, signByHand } from "./list-registry.ts";

const PUBLISH = "/functions/v1/publish-blacklist";

let test: TestApp;
let listKey: { publicKey: string; secretKey: string };
beforeEach(async () => {
  test = await createTestApp({ config: { listSelfCheck: false } });
  const { list } = test.ctx.keys;
  if (list === undefined) throw new Error("the tests' registry has a list key");
  listKey = list;
  await test.post(PUBLISH, {}, test.operator);
});
afterEach(() => test.close());

const propose = (): Promise<Waiting> => test.ctx.db.service((tx) => proposeList(test.ctx, tx, "operator"));
const bring = (digest: string, signatures: Awaited<ReturnType<typeof signByHand>>): Promise<SignOff> =>
  test.ctx.db.service((tx) => importSignatures(test.ctx, tx, digest, signatures));

describe("signing a list on another machine", () => {
  it("carries the exact canonical body, and a message of 50 bytes that can be read as hex", async () => {
    const { digest, message_hex } = await propose();
    const body = await test.ctx.db.service((tx) => proposalBody(tx, digest));
    expect(await sha256Hex(utf8Encode(body))).toBe(digest);
    const message = fromHex(message_hex) ?? new Uint8Array();
    expect(message).toHaveLength(50); // 17 letters, a zero byte, 32 bytes of SHA-256
    expect(utf8Decode(message.subarray(0, 18))).toBe("omla.blacklist.v1\0");
    expect(message_hex.slice(36)).toBe(digest);
  });

  it("publishes once the signature is brought back, and every reader accepts it", async () => {
    Object.assign(test.ctx.keys, { list: undefined });
    const { digest, needs_approval } = await propose();
    expect(needs_approval).toBe(false);
    const signatures = await signByHand(test, digest, listKey.secretKey);
    expect(await bring(digest, signatures)).toMatchObject({ published: true, sequence: 2, signed: true, digest });
    await expectVerified(test, [listKey.publicKey]);
    expect((await test.rows("select actor, action from omla.audit_log order by seq desc limit 1"))[0]).toEqual({
      actor: signatures[0]?.key_id,
      action: "blacklist.publish",
    });
  });

  it("refuses the signatures of an earlier proposal, replayed for a later one", async () => {
    Object.assign(test.ctx.keys, { list: undefined });
    const first = await propose();
    const replayed = await signByHand(test, first.digest, listKey.secretKey);
    test.clock.advance({ days: 4 });
    const second = await propose();
    expect(second.digest).not.toBe(first.digest);
    expect(await refusal(bring(second.digest, replayed))).toMatchObject({ code: "PROPOSAL_SIGNATURE", path: "signatures[0].sig" });
    expect(await refusal(bring(first.digest, replayed))).toMatchObject({ code: "PROPOSAL_CLOSED" });
    expect(await servedList(test)).toMatchObject({ sequence: 1 });
  });

  it("refuses a published proposal that is brought in a second time", async () => {
    const { digest } = await propose();
    const signatures = await signByHand(test, digest, listKey.secretKey);
    await bring(digest, signatures);
    expect(await refusal(bring(digest, signatures))).toMatchObject({ code: "PROPOSAL_CLOSED" });
  });

  it("refuses a stranger's signature, and one that a known key did not make", async () => {
    const { digest } = await propose();
    const stranger = await newKey();
    expect(await refusal(bring(digest, await signByHand(test, digest, stranger.secretKey)))).toMatchObject({ code: "SIGNER_UNKNOWN" });
    const [genuine] = await signByHand(test, digest, listKey.secretKey);
    const [forged] = await signByHand(test, digest, stranger.secretKey);
    if (genuine === undefined || forged === undefined) throw new Error("two signatures");
    expect(await refusal(bring(digest, [{ ...forged, key_id: genuine.key_id }]))).toMatchObject({ code: "PROPOSAL_SIGNATURE" });
    expect(await refusal(bring("f".repeat(64), [genuine]))).toMatchObject({ code: "PROPOSAL_UNKNOWN" });
  });

  it("refuses a proposal that another list, other keys, its date or the board overtook", async () => {
    const [company = ""] = await listCompanies(test, 1);
    test.clock.advance({ days: 8 });
    const listed = await propose();
    const signatures = await signByHand(test, listed.digest, listKey.secretKey);
    await test.ctx.db.transaction("reviewer", { role: "reviewer" }, (tx) =>
      tx.query("select omla.clear_subject($1, 'b1', 'paid')", [company]),
    );
    expect(await refusal(bring(listed.digest, signatures))).toMatchObject({
      code: "PROPOSAL_STALE",
      message: expect.stringContaining("board"),
    });
    const fresh = await propose();
    const good = await signByHand(test, fresh.digest, listKey.secretKey);
    await test.post(PUBLISH, {}, test.operator);
    expect(await refusal(bring(fresh.digest, good))).toMatchObject({ code: "PROPOSAL_STALE", message: expect.stringContaining("List 2") });
    const late = await propose();
    const tooLate = await signByHand(test, late.digest, listKey.secretKey);
    test.clock.advance({ days: 8 });
    expect(await refusal(bring(late.digest, tooLate))).toMatchObject({ code: "PROPOSAL_STALE", message: expect.stringContaining("due") });
  });

  it("keeps what waits while nothing changes, so that signers are not overtaken by the hourly job", async () => {
    Object.assign(test.ctx.keys, { list: undefined });
    test.clock.advance({ days: 7 });
    const first = await publishWhenDue(test.ctx);
    expect(first).toMatchObject({ published: false, kind: "blacklist", number: 2, signatures: 0, threshold: 1 });
    test.clock.advance({ hours: 5 });
    expect(await publishWhenDue(test.ctx)).toEqual(first);
    const proposals = await test.ctx.db.service(listProposals);
    expect(proposals.map(({ status }) => status)).toEqual(["open"]);
  });
});

describe("the safety stop", () => {
  it("lets one server key publish a small change, and stops a large one until two members agree", async () => {
    await listCompanies(test, 5);
    test.clock.advance({ days: 7 });
    expect((await test.post(PUBLISH, {}, test.operator)).json()).toMatchObject({ published: true, entry_count: 5 });
    await listCompanies(test, 6);
    test.clock.advance({ days: 7 });
    const answer = await test.post(PUBLISH, {}, test.operator);
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      expect.objectContaining({ published: false, changed: 6, needs_approval: true }),
    ]);
    expect(await servedList(test)).toMatchObject({ sequence: 2, entry_count: 5 });
    // The second press of one and the same person changes nothing.
    expect((await test.post(PUBLISH, {}, test.operator)).json()).toEqual(answer.json());
    const { digest } = answer.json() as Waiting;
    const outcome = await test.ctx.db.service((tx) => approveProposal(test.ctx, tx, digest));
    expect(outcome).toMatchObject({ published: true, sequence: 3, entry_count: 11, digest });
    await expectVerified(test, [listKey.publicKey]);
  });

  it("is not passed by one signature by hand", async () => {
    await listCompanies(test, 6);
    test.clock.advance({ days: 7 });
    const { digest } = await propose();
    expect(await bring(digest, await signByHand(test, digest, listKey.secretKey))).toMatchObject({
      published: false,
      needs_approval: true,
      signatures: 1,
    });
    expect(await servedList(test)).toMatchObject({ sequence: 1 });
  });

  it("lets go at once whom the board clears, while a large change waits", async () => {
    const [first = ""] = await listCompanies(test, 1);
    test.clock.advance({ days: 7 });
    await test.post(PUBLISH, {}, test.operator);
    await listCompanies(test, 60);
    test.clock.advance({ days: 7 });
    expect((await test.post(PUBLISH, {}, test.operator)).statusCode).toBe(202);
    await test.ctx.db.transaction("reviewer", { role: "reviewer" }, (tx) =>
      tx.query("select omla.clear_subject($1, 'b1', 'paid')", [first]),
    );
    const dropped = await test.ctx.db.service((tx) => publishBlacklist(test.ctx, tx, { edition: "drops" }));
    expect(dropped).toMatchObject({ published: true, sequence: 3, entry_count: 0, weekly: false });
    test.clock.advance({ hours: 1 });
    expect(await publishWhenDue(test.ctx)).toMatchObject({ published: false, changed: 60, needs_approval: true });
  });
});

describe("the safety stop of clears one by one", () => {
  const clear = async (id: string): Promise<unknown> => {
    await test.ctx.db.transaction("reviewer", { role: "reviewer" }, (tx) => tx.query("select omla.clear_subject($1, 'b1', 'paid')", [id]));
    return test.ctx.db.service((tx) => publishBlacklist(test.ctx, tx, { edition: "drops" }));
  };
  const listSlowly = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let week = 0; week < 4; week += 1) {
      ids.push(...(await listCompanies(test, 5)));
      test.clock.advance({ days: 7 });
      expect((await test.post(PUBLISH, {}, test.operator)).json()).toMatchObject({ published: true });
    }
    return ids;
  };

  it("lets five of twenty go at once within a week, and holds the sixth until two members agree", async () => {
    const ids = await listSlowly();
    for (const id of ids.slice(0, 5)) expect(await clear(id)).toMatchObject({ published: true });
    const sixth = (await clear(ids[5] ?? "")) as Waiting;
    expect(sixth).toMatchObject({ published: false, changed: 1, needs_approval: true });
    expect(await servedList(test)).toMatchObject({ entry_count: 15 });
    expect(await test.ctx.db.service((tx) => approveProposal(test.ctx, tx, sixth.digest))).toMatchObject({
      published: true,
      entry_count: 14,
    });
    // Two stood behind it: from there the count begins again.
    expect(await clear(ids[6] ?? "")).toMatchObject({ published: true, entry_count: 13 });
  });

  it("begins the count again with each weekly edition", async () => {
    const ids = await listSlowly();
    for (const id of ids.slice(0, 5)) expect(await clear(id)).toMatchObject({ published: true });
    test.clock.advance({ days: 7 });
    expect((await test.post(PUBLISH, {}, test.operator)).json()).toMatchObject({ published: true, entry_count: 15 });
    for (const id of ids.slice(5, 8)) expect(await clear(id)).toMatchObject({ published: true });
  });
});

describe("a keyset with a threshold of two", () => {
  it("takes two different signers, and never the same one twice", async () => {
    const other = await newKey();
    await test.ctx.db.service(async (tx) => {
      const keys = [listKey.publicKey, other.publicKey].map((public_key) => ({ public_key, role: "list" as const }));
      const { digest } = await proposeKeyset(test.ctx, tx, { keys, threshold: 2 }, "operator");
      await approveProposal(test.ctx, tx, digest);
    });
    const open = (await test.ctx.db.service(listProposals)).find(({ kind }) => kind === "keyset");
    const both = await signByHand(test, open?.digest ?? "", listKey.secretKey, other.secretKey);
    expect(await bring(open?.digest ?? "", both)).toMatchObject({ published: true, version: 2, threshold: 2 });
    Object.assign(test.ctx.keys, { list: undefined });
    const { digest } = await propose();
    const [one] = await signByHand(test, digest, listKey.secretKey);
    if (one === undefined) throw new Error("a signature");
    expect(await bring(digest, [one, one])).toMatchObject({ published: false, signatures: 1, threshold: 2 });
    expect(await bring(digest, await signByHand(test, digest, other.secretKey))).toMatchObject({ published: true, sequence: 2 });
    await expectVerified(test, [listKey.publicKey, other.publicKey], 2);
  });
});

it("signs nothing but the message of its own type", async () => {
  const { publicKey, secretKey } = await generateKeyPair();
  const { digest, message_hex } = await propose();
  const [signature] = await signByHand(test, digest, secretKey);
  const asKeyset = utf8Encode("omla.keyset.v1\0");
  expect(await verify(signature?.sig ?? "", fromHex(message_hex) ?? new Uint8Array(), publicKey)).toBe(true);
  expect(await verify(signature?.sig ?? "", new Uint8Array([...asKeyset, ...(fromHex(digest) ?? [])]), publicKey)).toBe(false);
});
