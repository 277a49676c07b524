import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogFields } from "../../src/log.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";

const lines: { level: string; fields: LogFields; message: string }[] = [];
const logAt = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({
    overrides: { log: { error: logAt("error"), warn: logAt("warn"), info: logAt("info"), debug: logAt("debug") } },
    extras: {
      routes: (app) => {
        app.get("/test/bug", async () => {
          throw new TypeError("select secret from omla.api_keys");
        });
        app.get("/test/sql", async () => test.ctx.db.service((tx) => tx.query("select no_such_column from omla.models")));
      },
    },
  });
});
afterAll(() => test.close());

describe("an error", () => {
  it.each(["/test/bug", "/test/sql"])("of ours (%s) says nothing of what happened, and is logged with the request's id", async (url) => {
    const answer = await test.get(url);
    expect(answer.statusCode).toBe(500);
    const body = answer.json();
    expect(body).toMatchObject({ code: "INTERNAL", details: null, hint: expect.stringContaining("request id") });
    expect(answer.body).not.toMatch(/select|column|omla\./);
    expect(answer.headers["x-request-id"]).toBe(body.request_id);
    expect(lines.find(({ level, fields }) => level === "error" && fields["request_id"] === body.request_id)?.fields).toMatchObject({
      route: url,
    });
  });

  it("of an unknown path names it and points to the documentation", async () => {
    const answer = await test.get("/functions/v1/nothing?token=secret");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("/functions/v1/nothing"),
      hint: expect.stringContaining("/docs"),
    });
    expect(answer.body).not.toContain("secret");
  });

  it("never logs a query, a body or a credential", async () => {
    lines.length = 0;
    await test.post("/functions/v1/register-company?token=query-secret", { company_name: "body-secret" }, "omla_live_credential-secret");
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/query-secret|body-secret|credential-secret/);
  });

  it("of a credential that is missing or not accepted names the scheme that is asked for", async () => {
    for (const credential of [undefined, "omla_live_nobody"]) {
      const answer = await test.post("/functions/v1/quote", {}, credential);
      expect([answer.statusCode, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    }
  });

  it("of a broken URL is a refusal", async () => {
    const answer = await test.get("/badge/%E0%A4%A.svg");
    expect([answer.statusCode, answer.json().code]).toEqual([400, "URL_INVALID"]);
  });
});
