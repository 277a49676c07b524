import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { confirmationText } from "../../../src/domain/companies/confirmation.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany } from "../../helpers/factories.ts";

const QUOTE = "/functions/v1/quote";
const nil = { quarter: "2026-Q2", entries: [] };
let test: TestApp;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
});
beforeEach(async () => {
  company = await registerCompany(test);
});
afterAll(() => test.close());

const create = async (
  live: boolean,
  key = company.api_key,
): Promise<{ status: number; body: { kid: string; api_key: string; code: string } }> => {
  const answer = await test.post("/functions/v1/create-api-key", { live }, key);
  return { status: answer.statusCode, body: answer.json() };
};

describe("API keys", () => {
  it("are replaced without a gap: two of a kind, then the old one is revoked and counts no more at once", async () => {
    test.clock.advance({ minutes: 1 });
    const { status, body } = await create(true);
    expect(status).toBe(201);
    expect((await test.post(QUOTE, nil, body.api_key)).statusCode).toBe(200);
    expect(await create(true)).toMatchObject({ status: 409, body: { code: "API_KEYS_TOO_MANY" } });
    const [, , old] = company.api_key.split("_");
    expect((await test.post("/functions/v1/revoke-api-key", { kid: old }, company.api_key)).json()).toMatchObject({
      code: "API_KEY_IN_USE",
    });
    expect((await test.post("/functions/v1/revoke-api-key", { kid: old }, body.api_key)).json()).toEqual({ kid: old, revoked: true });
    expect((await test.post(QUOTE, nil, company.api_key)).statusCode).toBe(401);
    const { keys } = (await test.post("/functions/v1/list-api-keys", {}, body.api_key)).json();
    expect(keys).toMatchObject([
      { kid: old, revoked_at: "2026-05-15T12:01:00Z" },
      { kid: body.kid, revoked_at: null, live: true },
    ]);
    expect(JSON.stringify(keys)).not.toContain("$2");
  });

  it("of the test ledger manage nothing", async () => {
    const { body } = await create(false);
    expect((await test.post(QUOTE, nil, body.api_key)).json()).toMatchObject({ live: false });
    expect((await create(true, body.api_key)).body.code).toBe("CREDENTIAL_KIND");
    expect((await test.post("/functions/v1/declare-currencies", { currencies: ["USD"] }, body.api_key)).statusCode).toBe(403);
  });

  it("of another company cannot be revoked, and their existence is not told (bola)", async () => {
    const other = await registerCompany(test);
    const [, , kid] = other.api_key.split("_");
    expect((await test.post("/functions/v1/revoke-api-key", { kid }, company.api_key)).json()).toMatchObject({ code: "API_KEY_NOT_FOUND" });
    expect((await test.post(QUOTE, nil, other.api_key)).statusCode).toBe(200);
  });
});

describe("a company's address", () => {
  const tokenOf = (text: string): string => /"token":"([^"]+)"/.exec(text)?.[1] ?? "";

  it("is confirmed by the token of the mail that was put into the queue with the registration", async () => {
    const { company_id, api_key } = await registerCompany(test);
    expect(test.queued.at(-1)).toEqual({ name: "notice", data: { kind: "confirm-email", company_id } });
    const token = tokenOf(confirmationText(test.ctx, company_id, "office@example.com"));
    expect((await test.post("/functions/v1/due", {}, api_key)).json()).toMatchObject({ email_confirmed: false });
    const confirm = (): Promise<unknown> => test.post("/functions/v1/confirm-email", { token }).then((answer) => answer.json());
    expect(await confirm()).toEqual({ company_id, confirmed: true });
    expect(await confirm()).toEqual({ company_id, confirmed: true });
    expect((await test.post("/functions/v1/due", {}, api_key)).json()).toMatchObject({ email_confirmed: true });
  });

  it("is not confirmed by a token for another address, an old one, or any other token", async () => {
    const { company_id } = await registerCompany(test);
    const old = tokenOf(confirmationText(test.ctx, company_id, "office@example.com"));
    test.clock.advance({ days: 7 });
    for (const token of [old, tokenOf(confirmationText(test.ctx, company_id, "other@example.com")), test.operator, "x"]) {
      const answer = await test.post("/functions/v1/confirm-email", { token });
      expect([answer.statusCode, answer.json().code]).toEqual([422, "CONFIRMATION_INVALID"]);
    }
    expect((await test.post(QUOTE, nil, old)).statusCode).toBe(401);
  });
});
