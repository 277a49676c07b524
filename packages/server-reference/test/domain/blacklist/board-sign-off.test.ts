import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { decideTogether, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { registerCompany } from "../../helpers/factories.ts";
import { expectVerified, listCompanies, newKey, servedList, signByHand } from "./list-registry.ts";

const PROPOSALS = "/admin/v1/lists/proposals";

let test: TestApp;
let ada: TestMember;
let bo: TestMember;
beforeAll(async () => {
  test = await createTestApp({ config: { listSelfCheck: false } });
  await test.post("/functions/v1/publish-blacklist", {}, test.operator);
  [ada, bo] = [await signedInMember(test), await signedInMember(test)];
});
afterAll(() => test.close());

const get = (url: string, token: string): ReturnType<TestApp["get"]> => test.get(url, { authorization: `Bearer ${token}` });

describe("the board's list", () => {
  it("is for the board only, and for a code that was given just now", async () => {
    const { api_key } = await registerCompany(test);
    for (const credential of [undefined, api_key, test.operator]) {
      expect((await test.post(PROPOSALS, {}, credential)).statusCode).toBeGreaterThanOrEqual(401);
      expect((await get(PROPOSALS, credential ?? "anon")).statusCode).toBeGreaterThanOrEqual(401);
    }
    test.clock.advance({ minutes: 6 });
    expect((await test.post(PROPOSALS, {}, ada.token)).json()).toMatchObject({ code: "PROOF_NEEDED" });
    await signIn(test, ada);
    await signIn(test, bo);
  });

  it("single_admin_cannot_publish: is never published by one member alone, in whatever session", async () => {
    const proposed = await test.post(PROPOSALS, {}, ada.token);
    expect(proposed.statusCode).toBe(202);
    const { id, content_sha256, subject } = proposed.json() as { id: string; content_sha256: string; subject: string };
    const alone = await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, ada.token);
    expect([alone.statusCode, alone.json()]).toEqual([403, expect.objectContaining({ code: "APPROVAL_SELF" })]);
    await signIn(test, ada);
    const again = await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, ada.token);
    expect([again.statusCode, again.json()]).toEqual([403, expect.objectContaining({ code: "APPROVAL_SELF" })]);
    const twice = await test.post(PROPOSALS, {}, ada.token);
    expect(twice.statusCode).toBeGreaterThanOrEqual(400);
    expect(await servedList(test)).toMatchObject({ sequence: 1 });
    expect((await get(PROPOSALS, ada.token)).json()).toMatchObject({ proposals: [{ digest: subject, status: "open", signatures: [] }] });
    const together = await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, bo.token);
    expect(together.json()).toMatchObject({ result: { published: true, sequence: 2, digest: subject } });
  });

  it("goes out by two members where the safety stop held it", async () => {
    await listCompanies(test, 51);
    test.clock.advance({ days: 7 });
    await signIn(test, ada);
    await signIn(test, bo);
    expect((await test.post("/functions/v1/publish-blacklist", {}, test.operator)).json()).toMatchObject({
      needs_approval: true,
      changed: 51,
    });
    const outcome = await decideTogether(test, [ada, bo], PROPOSALS, {});
    expect(outcome.json()).toMatchObject({ approval: { status: "executed" }, result: { published: true, entry_count: 51 } });
  });

  it("gives its exact bytes to a signer elsewhere, and takes the signature back", async () => {
    const key = test.ctx.keys.list;
    if (key === undefined) throw new Error("a list key");
    const { subject: digest } = (await test.post(PROPOSALS, {}, ada.token)).json() as { subject: string };
    const body = await get(`${PROPOSALS}/${digest}/body`, bo.token);
    expect(JSON.parse(body.body)).toMatchObject({ spec: "omla-blacklist/1", entry_count: 51 });
    const signatures = await signByHand(test, digest, key.secretKey);
    const forged = [{ key_id: key.keyId, sig: (await signByHand(test, digest, (await newKey()).secretKey))[0]?.sig }];
    expect((await test.post(`${PROPOSALS}/${digest}/signatures`, { signatures: forged }, bo.token)).json()).toMatchObject({
      code: "PROPOSAL_SIGNATURE",
      details: { path: "signatures[0].sig" },
    });
    expect((await test.post(`${PROPOSALS}/${digest}/signatures`, { signatures }, bo.token)).json()).toMatchObject({ published: true });
    await expectVerified(test, [key.publicKey]);
  });

  it("gets other keys by two members, and both keys' signatures", async () => {
    const [old, next] = [test.ctx.keys.list, await newKey()];
    const body = { keys: [{ role: "list", public_key: next.publicKey }], threshold: 1 };
    const waiting = await decideTogether(test, [ada, bo], "/admin/v1/lists/keysets", body);
    expect(waiting.json()).toMatchObject({ result: { published: false, kind: "keyset", needs_approval: false } });
    const { digest } = (waiting.json() as { result: { digest: string } }).result;
    const signatures = await signByHand(test, digest, old?.secretKey ?? "", next.secretKey);
    const published = await test.post(`${PROPOSALS}/${digest}/signatures`, { signatures }, ada.token);
    expect([published.statusCode, published.json()]).toEqual([201, expect.objectContaining({ version: 2 })]);
    expect((await test.get("/.well-known/omla")).json()).toMatchObject({ keyset_version: 2 });
  });
});
