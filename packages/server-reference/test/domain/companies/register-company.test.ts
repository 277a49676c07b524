import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseApiKey } from "../../../src/credentials/api-key.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";

const URL = "/functions/v1/register-company";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const company = { company_name: "Aperture", contact_email: "office@aperture.example", domains: ["aperture.example", "aperture.example"] };

describe("register-company", () => {
  it("shows the API key once, and stores no more than its id, four characters and a bcrypt hash", async () => {
    const answer = await test.post(URL, company);
    expect(answer.statusCode).toBe(201);
    const { company_id, api_key, domains } = answer.json();
    const key = parseApiKey(api_key);
    expect(key).toMatchObject({ live: true });
    expect(domains).toEqual(["aperture.example"]);
    const [stored] = await test.rows("select * from omla.api_keys where company_id = $1", [company_id]);
    expect(stored).toMatchObject({ kid: key?.keyId, last4: api_key.slice(-4), live: true, api_key_hash: expect.stringMatching(/^\$2/) });
    const everything =
      JSON.stringify(await test.rows("select * from omla.api_keys")) + JSON.stringify(await test.rows("select * from omla.audit_details"));
    expect(everything).not.toContain(api_key);
    expect(everything).not.toContain("office@aperture.example");
  });

  it("does not show the key again to a repetition, nor keep it", async () => {
    const headers = { "idempotency-key": "company-1" };
    const first = await test.post(URL, company, undefined, headers);
    const second = await test.post(URL, company, undefined, headers);
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual({ ...first.json(), api_key: null });
    expect(JSON.stringify(await test.rows("select * from omla.idempotency_keys"))).not.toContain(first.json().api_key);
  });

  it.each([
    [{ ...company, company_name: " " }, "company_name"],
    [{ ...company, company_name: "x".repeat(201) }, "company_name"],
    [{ ...company, contact_email: "office" }, "contact_email"],
    [{ ...company, domains: ["https://aperture.example"] }, "domains[0]"],
    [{ ...company, domains: ["aperture.example", "UPPER.example"] }, "domains[1]"],
    [{ ...company, is_active: true }, undefined],
    [{ company_name: "Aperture" }, "contact_email"],
  ])("refuses %j", async (body, path) => {
    const answer = await test.post(URL, body);
    expect([answer.statusCode, answer.json().code, answer.json().details?.path]).toEqual([400, "INPUT_INVALID", path]);
  });
});
