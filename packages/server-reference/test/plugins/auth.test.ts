import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApiKey } from "../../src/credentials/api-key.ts";
import { signToken } from "../../src/credentials/jwt.ts";
import { anonymousToken } from "../../src/credentials/operator-token.ts";
import { createTestApp, JWT_SECRET, type TestApp } from "../helpers/app.ts";
import { type Company, registerCompany } from "../helpers/factories.ts";

const QUOTE = "/functions/v1/quote";
const nil = { quarter: "2026-Q2", entries: [] };
let test: TestApp;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
  company = await registerCompany(test);
});
afterAll(() => test.close());

const another = (live = true): string => createApiKey(live, (length) => crypto.getRandomValues(new Uint8Array(length))).text;

describe("a credential", () => {
  it("is taken as bearer and as apikey, as Supabase clients send it", async () => {
    expect((await test.post(QUOTE, nil, company.api_key)).statusCode).toBe(200);
    expect((await test.post(QUOTE, nil, undefined, { apikey: company.api_key })).statusCode).toBe(200);
    expect((await test.post(QUOTE, nil, company.api_key, { apikey: "anon" })).statusCode).toBe(200);
  });

  it("gets the same 401 when it is unknown, wrong, mistyped, revoked, expired or of an inactive company", async () => {
    const kid = company.api_key.split("_")[2] ?? "";
    const wrongSecret = await withKeyId(kid);
    const bodies: unknown[] = [];
    const refuse = async (key: string): Promise<void> => {
      const answer = await test.post(QUOTE, nil, key);
      expect(answer.statusCode).toBe(401);
      bodies.push({ ...(answer.json() as object), request_id: null });
    };
    await refuse(another());
    await refuse(wrongSecret);
    await refuse(company.api_key.replace("_live_", "_test_"));
    await refuse(`${company.api_key.slice(0, -1)}!`);
    await refuse("omla_live_short");
    const expired = await registerCompany(test);
    await test.rows("update omla.api_keys set expires_at = '2026-05-15T12:00:00Z' where company_id = $1", [expired.company_id]);
    await refuse(expired.api_key);
    const inactive = await registerCompany(test);
    await test.rows("update omla.commercial_users set is_active = false where id = $1", [inactive.company_id]);
    await refuse(inactive.api_key);
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it("is refused at once after its revocation, although it was remembered a moment ago (apikey_revoked_1s)", async () => {
    const { company_id, api_key } = await registerCompany(test);
    expect((await test.post(QUOTE, nil, api_key)).statusCode).toBe(200);
    await test.rows("update omla.api_keys set revoked_at = now() where company_id = $1", [company_id]);
    expect((await test.post(QUOTE, nil, api_key)).statusCode).toBe(401);
  });

  it("is longer than bcrypt reads, and differs in its last byte all the same (apikey_73_bytes)", async () => {
    const long = `omla_live_${"a".repeat(63)}`;
    const stored = await test.ctx.hasher.hash(`${long}b`);
    expect(await test.ctx.hasher.matches(`${long}b`, stored)).toBe(true);
    expect(await test.ctx.hasher.matches(`${long}c`, stored)).toBe(false);
  });

  it.each([
    ["no bearer", "Basic b21sYTpvbWxh"],
    ["a token of another secret", `Bearer ${signToken({ role: "service_role", iat: 0 }, "another secret of thirty-two characters")}`],
    ["a role that is none", `Bearer ${signToken({ role: "postgres", iat: 0 }, JWT_SECRET)}`],
    ["an inherited role", `Bearer ${signToken({ role: "toString", iat: 0 }, JWT_SECRET)}`],
    ["an expired token", `Bearer ${signToken({ role: "service_role", iat: 0, exp: 1 }, JWT_SECRET)}`],
    ["no claims at all", `Bearer ${signToken(null as never, JWT_SECRET)}`],
    ["noise", "Bearer not-a-token"],
  ])("is refused: %s", async (_name, authorization) => {
    const answer = await test.post(QUOTE, nil, undefined, { authorization });
    expect([answer.statusCode, answer.json().code]).toEqual([401, "CREDENTIAL_INVALID"]);
  });

  it("of an anonymous client gives no more than none", async () => {
    for (const credential of ["anon", anonymousToken(JWT_SECRET, new Date(0))]) {
      const answer = await test.post(QUOTE, nil, credential);
      expect([answer.statusCode, answer.json().code]).toEqual([401, "CREDENTIAL_MISSING"]);
      expect((await test.post("/rest/v1/rpc/verify_many", { ids: [] }, credential)).statusCode).toBe(200);
    }
  });

  it("of a company does not reach what is the operator's, and the operator's not what is a company's", async () => {
    expect((await test.post("/functions/v1/compliance-tick", {}, company.api_key)).json()).toMatchObject({ code: "CREDENTIAL_KIND" });
    expect((await test.post(QUOTE, nil, test.operator)).json()).toMatchObject({ code: "CREDENTIAL_KIND" });
  });
});

/** A well-formed key with the public part of another one. */
async function withKeyId(kid: string): Promise<string> {
  const { crc32 } = await import("node:zlib");
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const body = `omla_live_${kid}_${"Z".repeat(32)}`;
  let rest = crc32(body);
  let checksum = "";
  for (let place = 0; place < 6; place += 1) {
    checksum = (alphabet[rest % 62] ?? "") + checksum;
    rest = Math.floor(rest / 62);
  }
  return body + checksum;
}
