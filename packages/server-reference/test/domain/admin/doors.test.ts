import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signToken } from "../../../src/credentials/jwt.ts";
import { createTestApp, JWT_SECRET, type TestApp } from "../../helpers/app.ts";
import { signedInMember, type TestMember } from "../../helpers/board.ts";
import { registerCompany } from "../../helpers/factories.ts";

interface Route {
  readonly method: string;
  readonly url: string;
  readonly role: string | undefined;
  readonly fresh: boolean;
}

/** Routes of the board, as the server itself knows them: a new one is in this test without being named. */
const routes: Route[] = [];
let test: TestApp;
let reviewer: TestMember;
let payout: TestMember;
let strangers: Readonly<Record<string, string | undefined>>;
beforeAll(async () => {
  test = await createTestApp({ extras: { onRoute: remember } });
  reviewer = await signedInMember(test);
  payout = await signedInMember(test, "payout");
  const token = (role: string): string => signToken({ role, sub: "somebody", iat: 0 }, JWT_SECRET);
  strangers = {
    anonymous: undefined,
    company: (await registerCompany(test)).api_key,
    "signed-in creator": token("authenticated"),
    "token of the role reviewer": token("reviewer"),
    "token of the role payout": token("payout"),
    operator: test.operator,
  };
});
afterAll(() => test.close());

function remember({ method, url, config }: RouteOptions): void {
  if (!url.startsWith("/admin")) return;
  const { role, fresh = false } = (config ?? {}) as { role?: string; fresh?: boolean };
  for (const verb of [method].flat()) if (verb !== "HEAD") routes.push({ method: verb, url, role, fresh });
}

const SOME_ID = "00000000-0000-4000-8000-000000000000";
const OPEN_TO_ALL = ["POST /admin/v1/sign-in"];

const call = (route: Route, credential: string | undefined): ReturnType<TestApp["post"]> => {
  const url = route.url.replace(/:(\w+)/g, SOME_ID);
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  return route.method === "GET" ? test.get(url, headers) : test.post(url, {}, undefined, headers);
};
const guarded = (): Route[] => routes.filter(({ method, url }) => !OPEN_TO_ALL.includes(`${method} ${url}`));

describe("the doors of the board", () => {
  it("are many, and each stands in the API's description", async () => {
    expect(guarded().length).toBeGreaterThan(20);
    const { paths } = (await test.get("/openapi.json")).json() as { paths: Record<string, Record<string, { security?: unknown }>> };
    for (const { method, url } of guarded()) {
      const described = paths[url.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
      expect([method, url, described?.security]).toEqual([method, url, [{ board: [] }]]);
    }
  });

  it("bola_matrix: open to no stranger, whatever credential it holds", async () => {
    for (const route of guarded()) {
      for (const [who, credential] of Object.entries(strangers)) {
        const answer = await call(route, credential);
        const expected = who === "anonymous" ? [401, "CREDENTIAL_MISSING"] : [403, "CREDENTIAL_KIND"];
        expect([route.method, route.url, who, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([
          route.method,
          route.url,
          who,
          ...expected,
        ]);
      }
    }
  });

  it("single_admin_cannot_payout: what moves money is closed to a reviewer", async () => {
    const money = guarded().filter(({ role }) => role === "payout");
    for (const route of money) {
      const answer = await call(route, reviewer.token);
      expect([route.url, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([route.url, 403, "ROLE_NEEDED"]);
    }
    for (const route of guarded().filter(({ url }) => /payout|payment|refund|fx|tax/.test(url)))
      expect([route.method, route.url, route.method === "GET" || route.role]).toEqual([
        route.method,
        route.url,
        route.method === "GET" ? true : "payout",
      ]);
  });

  it("ask for a fresh code where they say so, and change nothing by being read", async () => {
    test.clock.advance({ minutes: 6 });
    for (const route of guarded().filter(({ fresh }) => fresh)) {
      const answer = await call(route, payout.token);
      expect([route.url, answer.statusCode, (answer.json() as { code: string }).code]).toEqual([route.url, 403, "PROOF_NEEDED"]);
    }
    const before = await test.rows("select max(seq) as seq from omla.audit_log");
    for (const route of guarded().filter(({ method }) => method === "GET")) {
      const answer = await call(route, payout.token);
      expect([route.url, [200, 404, 400].includes(answer.statusCode)]).toEqual([route.url, true]);
    }
    expect(await test.rows("select max(seq) as seq from omla.audit_log")).toEqual(before);
  });

  it("let no credential of the server out", async () => {
    const secrets = [
      JWT_SECRET,
      Buffer.from(reviewer.secret).toString("base64url"),
      ...(await test.rows("select sealed_secret as s from omla.board_credentials")).map(({ s }) => String(s)),
      ...(await test.rows("select token_sha256 as s from omla.board_sessions")).map(({ s }) => String(s)),
      ...(await test.rows("select api_key_hash as s from omla.api_keys")).map(({ s }) => String(s)),
      test.operator,
      test.ctx.keys.list?.secretKey ?? "",
      "service_role",
    ].filter((secret) => secret !== "");
    expect(secrets.length).toBeGreaterThan(6);
    for (const route of guarded()) {
      const { body } = await call(route, payout.token);
      for (const secret of secrets) expect([route.url, body.includes(secret)]).toEqual([route.url, false]);
    }
  });
});
