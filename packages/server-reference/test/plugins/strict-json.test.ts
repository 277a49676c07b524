import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";

const URL = "/functions/v1/register-company";
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("the body of a request", () => {
  it.each([
    ["a member that stands twice", '{"company_name":"a","company_name":"b","contact_email":"a@b"}', 400, "CANONICAL_JSON"],
    ["a float", '{"company_name":1.5}', 400, "CANONICAL_JSON"],
    ["an exponent", '{"company_name":1e3}', 400, "CANONICAL_JSON"],
    ["minus zero", '{"company_name":-0}', 400, "CANONICAL_JSON"],
    ["a number that loses digits", '{"company_name":9007199254740993}', 400, "CANONICAL_JSON"],
    ["the prototype's name", '{"__proto__":{"is_active":true}}', 400, "CANONICAL_JSON"],
    ["a NUL", '{"company_name":"a\\u0000"}', 400, "CANONICAL_JSON"],
    ["a lone surrogate", '{"company_name":"\\ud800"}', 400, "CANONICAL_JSON"],
    ["3,000 levels", nested(3_000), 400, undefined],
    ["17 levels", nested(17), 400, undefined],
    ["5,001 values", `[${"1,".repeat(5_001)}1]`, undefined, undefined],
    ["no JSON", "company_name=a", 400, "CANONICAL_JSON"],
    ["half a document", '{"company_name":"a"', 400, "CANONICAL_JSON"],
    ["an empty text", "", 400, "INPUT_INVALID"],
  ])("is refused with %s", async (_name, body, status, code) => {
    const answer = await test.post(URL, body);
    if (status !== undefined) expect(answer.statusCode).toBe(status);
    if (code !== undefined) expect(answer.json().code).toBe(code);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.json()).toMatchObject({ code: expect.any(String), message: expect.any(String), hint: expect.any(String) });
  });

  it("is refused when it is not UTF-8", async () => {
    const payload = Buffer.concat([Buffer.from('{"company_name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const answer = await test.app.inject({ method: "POST", url: URL, payload, headers: { "content-type": "application/json" } });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "BODY_NOT_UTF8"]);
  });

  it("is refused with another content type", async () => {
    const answer = await test.post(URL, "a=b", undefined, { "content-type": "application/x-www-form-urlencoded" });
    expect([answer.statusCode, answer.json().code]).toEqual([415, "MEDIA_TYPE"]);
  });

  it("is refused above its limit, which is higher for reports", async () => {
    const text = JSON.stringify({ company_name: "x".repeat(70_000) });
    const answer = await test.post(URL, text);
    expect([answer.statusCode, answer.json().code]).toEqual([413, "BODY_TOO_LARGE"]);
    expect((await test.post("/functions/v1/register-model", text)).statusCode).toBe(400);
  });
});
