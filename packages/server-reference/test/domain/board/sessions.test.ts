import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeBoardRole, deactivateBoardMember, resetBoardMember } from "../../../src/domain/board/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { addMember, nextCode, OWN_PAGE, secretOf, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";

const SIGN_IN = "/admin/v1/sign-in";
const ME = "/admin/v1/me";
let test: TestApp;
let member: TestMember;
beforeAll(async () => {
  test = await createTestApp();
});
beforeEach(async () => {
  member = await addMember(test);
});
afterAll(() => test.close());

const enter = (code: string, headers: Record<string, string> = OWN_PAGE, email = member.email) =>
  test.post(SIGN_IN, { email, code }, undefined, headers);

/** The cookie of a browser that signed in just now. */
async function browser(): Promise<string> {
  const answer = await enter(nextCode(test, member));
  const [cookie] = answer.cookies;
  if (cookie === undefined) throw new Error(`no cookie: ${answer.body}`);
  return `${cookie.name}=${cookie.value}`;
}

const me = (headers: Record<string, string>): Promise<number> => test.get(ME, headers).then(({ statusCode }) => statusCode);

describe("signing in to the board", () => {
  it("gives a browser a cookie that scripts, other hosts and other sites cannot read or send", async () => {
    const answer = await enter(nextCode(test, member));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      member_id: member.id,
      role: "reviewer",
      proved_until: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(answer.cookies).toMatchObject([
      { name: "__Host-omla_board", path: "/", httpOnly: true, secure: true, sameSite: "Strict", maxAge: 28_800 },
    ]);
    expect(answer.cookies[0]).not.toHaveProperty("domain");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.body).not.toContain(answer.cookies[0]?.value);
  });

  it("takes a code once, not even a second time in its own half minute", async () => {
    const code = nextCode(test, member);
    expect((await enter(code)).statusCode).toBe(200);
    expect([(await enter(code)).statusCode, (await enter(code)).json().code]).toEqual([401, "SIGN_IN_REFUSED"]);
    expect((await enter(nextCode(test, member))).statusCode).toBe(200);
  });

  it("says the same of an unknown address, a wrong code and a member who has left", async () => {
    await test.ctx.db.service((tx) => deactivateBoardMember(tx, member.email));
    const left = await enter(nextCode(test, member));
    const other = await addMember(test);
    const wrong = await enter("000000", OWN_PAGE, other.email);
    const unknown = await enter("000000", OWN_PAGE, "nobody@board.test");
    const said = [left, wrong, unknown].map((answer) => ({ ...answer.json(), request_id: "" }));
    expect(new Set(said.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(said[0]).toMatchObject({ code: "SIGN_IN_REFUSED" });
  });

  it("makes whoever guesses wait, longer each time, and the member with them until a reset", async () => {
    for (let guess = 0; guess < 5; guess += 1) expect((await enter("000000")).statusCode).toBe(401);
    expect((await enter(nextCode(test, member))).statusCode).toBe(401);
    test.clock.advance({ minutes: 15 });
    // The lock is over: the next wrong code makes it half an hour.
    expect((await enter("000000")).statusCode).toBe(401);
    test.clock.advance({ minutes: 29 });
    expect((await enter(nextCode(test, member))).statusCode).toBe(401);
    test.clock.advance({ minutes: 1 });
    expect((await enter(nextCode(test, member))).statusCode).toBe(200);
    for (let guess = 0; guess < 5; guess += 1) await enter("000000");
    const { otpauth } = await test.ctx.db.service((tx) => resetBoardMember(test.ctx, tx, member.email));
    expect((await enter(nextCode(test, { secret: secretOf(otpauth) }))).statusCode).toBe(200);
    const locks = await test.rows("select count(*)::int as locks from omla.audit_log where action = 'board.lock' and entity_id = $1", [
      member.id,
    ]);
    expect(locks).toEqual([{ locks: 3 }]);
  });

  it("stores neither token nor secret in a form that opens anything", async () => {
    const cookie = await browser();
    const stored = JSON.stringify([
      ...(await test.rows("select * from omla.board_sessions")),
      ...(await test.rows("select * from omla.board_credentials")),
      ...(await test.rows("select detail from omla.audit_details")),
    ]);
    expect(stored).not.toContain(cookie.split("=")[1]);
    expect(stored).not.toContain(Buffer.from(member.secret).toString("base64url"));
    expect(stored).not.toContain(Buffer.from(member.secret).toString("hex"));
    expect(stored).not.toContain(member.email);
  });
});

describe("a session of the board", () => {
  it("session_fixation: a token that was there before sign-in is worth nothing after it", async () => {
    const planted = "__Host-omla_board=planted-by-somebody-else-0123456789012345678";
    const answer = await test.post(SIGN_IN, { email: member.email, code: nextCode(test, member) }, undefined, {
      ...OWN_PAGE,
      cookie: planted,
    });
    expect(answer.cookies[0]?.value).not.toContain("planted");
    expect(await me({ cookie: planted })).toBe(401);
    const first = `__Host-omla_board=${answer.cookies[0]?.value}`;
    const again = await test.post(SIGN_IN, { email: member.email, code: nextCode(test, member) }, undefined, {
      ...OWN_PAGE,
      cookie: first,
    });
    expect([await me({ cookie: first }), await me({ cookie: `__Host-omla_board=${again.cookies[0]?.value}` })]).toEqual([401, 200]);
  });

  it("ends after fifteen idle minutes, and after eight hours whatever is done", async () => {
    const idle = await browser();
    test.clock.advance({ minutes: 15 });
    expect(await me({ cookie: idle })).toBe(401);
    const busy = await browser();
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      test.clock.advance({ minutes: 10 });
      expect(await me({ cookie: busy })).toBe(200);
    }
    test.clock.advance({ minutes: 10 });
    expect(await me({ cookie: busy })).toBe(401);
  });

  it("session theft: a stolen token is void once its member signs out, is reset or leaves", async () => {
    const stolen = await browser();
    expect((await test.post("/admin/v1/sign-out", {}, undefined, { ...OWN_PAGE, cookie: stolen })).statusCode).toBe(204);
    expect(await me({ cookie: stolen })).toBe(401);
    const second = await browser();
    const { otpauth } = await test.ctx.db.service((tx) => resetBoardMember(test.ctx, tx, member.email));
    expect(await me({ cookie: second })).toBe(401);
    Object.assign(member, { secret: secretOf(otpauth) });
    await signIn(test, member);
    await test.ctx.db.service((tx) => deactivateBoardMember(tx, member.email));
    expect(await me({ authorization: `Bearer ${member.token}` })).toBe(401);
  });

  it("is a cookie or a bearer token, never one for the other", async () => {
    const cookie = await browser();
    const value = cookie.split("=")[1] ?? "";
    expect(await me({ authorization: `Bearer ${value}` })).toBe(401);
    expect(await me({ authorization: `Bearer omla_board_${value}` })).toBe(401);
    await signIn(test, member);
    expect(await me({ cookie: `__Host-omla_board=${member.token}` })).toBe(401);
    expect(await me({ authorization: `Bearer ${member.token}` })).toBe(200);
  });

  it("opens nothing outside the board's own routes", async () => {
    const cookie = await browser();
    await signIn(test, member);
    const table = await test.get("/rest/v1/complaints?select=id,description", { cookie, authorization: `Bearer ${member.token}` });
    expect(table.json().every(({ description }: { description: string | null }) => description === null)).toBe(true);
    expect((await test.post("/functions/v1/compliance-tick", {}, member.token)).statusCode).toBe(403);
    expect((await test.post("/functions/v1/due", {}, member.token)).statusCode).toBe(403);
    expect((await test.post("/functions/v1/due", {}, undefined, { cookie })).statusCode).toBe(401);
  });

  it("asks for a fresh code after five minutes where it matters, and changes its token with it", async () => {
    const cookie = await browser();
    const approve = (header: string): Promise<string> =>
      test
        .post("/admin/v1/approvals/00000000-0000-4000-8000-000000000000/approve", { content_sha256: "0".repeat(64) }, undefined, {
          ...OWN_PAGE,
          cookie: header,
        })
        .then((answer) => (answer.json() as { code: string }).code);
    expect(await approve(cookie)).toBe("APPROVAL_NOT_FOUND");
    test.clock.advance({ minutes: 5 });
    expect(await approve(cookie)).toBe("PROOF_NEEDED");
    const wrong = await test.post("/admin/v1/prove", { code: "000000" }, undefined, { ...OWN_PAGE, cookie });
    expect(wrong.statusCode).toBe(401);
    const proved = await test.post("/admin/v1/prove", { code: nextCode(test, member) }, undefined, { ...OWN_PAGE, cookie });
    expect(await approve(`__Host-omla_board=${proved.cookies[0]?.value}`)).toBe("APPROVAL_NOT_FOUND");
    expect(await me({ cookie })).toBe(401);
  });

  it("follows a change of role at once", async () => {
    const signed = await signedInMember(test);
    const role = async (): Promise<string> => (await test.get(ME, { authorization: `Bearer ${signed.token}` })).json().role;
    expect(await role()).toBe("reviewer");
    await test.ctx.db.service((tx) => changeBoardRole(tx, signed.email, "payout"));
    expect(await role()).toBe("payout");
  });
});

describe("csrf_cross_site_post_fail", () => {
  const signOut = async (headers: Record<string, string>): Promise<[number, string | undefined]> => {
    const cookie = await browser();
    const answer = await test.post("/admin/v1/sign-out", {}, undefined, { ...headers, cookie });
    return [answer.statusCode, answer.body === "" ? undefined : (answer.json() as { code: string }).code];
  };

  it.each([
    ["a form of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["another site that sends our header", { ...OWN_PAGE, origin: "https://evil.example" }],
    ["a sibling host", { ...OWN_PAGE, "sec-fetch-site": "same-site" }],
    ["a page without an origin", { "x-omla-board": "1", origin: "null" }],
    ["our own page without the header", { origin: OWN_PAGE.origin, "sec-fetch-site": "same-origin" }],
    ["nothing at all", {}],
  ])("refuses %s", async (_name, headers) => {
    expect(await signOut(headers)).toEqual([403, "CROSS_SITE"]);
  });

  it("refuses signing a browser in from another site, and lets our own page through", async () => {
    const answer = await enter(nextCode(test, member), { ...OWN_PAGE, origin: "https://evil.example" });
    expect([answer.statusCode, answer.cookies]).toEqual([403, []]);
    expect(await signOut(OWN_PAGE)).toEqual([204, undefined]);
    expect(await me({ cookie: await browser(), "sec-fetch-site": "cross-site" })).toBe(403);
  });
});
