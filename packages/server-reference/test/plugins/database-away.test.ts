import { beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";

describe("while the database is away", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ rates: true });
    await test.ctx.db.close();
  });

  it.each(["/stats", "/rest/v1/models?limit=1", "/api/blacklist.json"])(
    "%s says so with 503, and no fault of ours is claimed",
    async (url) => {
      const answer = await test.get(url);
      expect([answer.statusCode, answer.json().code]).toEqual([503, "DATABASE_UNREACHABLE"]);
      expect(answer.json().hint).toContain("Idempotency-Key");
      expect(answer.headers["retry-after"]).toBe("1");
    },
  );

  it("/healthz stays green, /readyz does not", async () => {
    expect((await test.get("/healthz")).statusCode).toBe(200);
    const ready = await test.get("/readyz");
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: "unavailable", database: "unreachable" }]);
  });

  it("/metrics still answers, and tells", async () => {
    const answer = await test.get("/metrics");
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("omla_database_up 0");
    expect(answer.body).toContain("http_request_duration_seconds");
  });
});

describe("with a database that answers", () => {
  it("/metrics says that too", async () => {
    const test = await createTestApp();
    expect((await test.get("/metrics")).body).toContain("omla_database_up 1");
    await test.close();
  });
});
