import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it.each(["/rest/v1/models?limit=1", "/rest/v1/rpc/resolve_splits?target_model_id=6f1d2c1e-8a53-4b8e-9d0c-3b1f6a7e2c40"])(
  "%s that waits for somebody's lock is told to come again, not to ask for less",
  async (url) => {
    await test.get(url);
    await test.database.owner(async (client) => {
      await client.query("begin");
      await client.query("lock table omla.models in access exclusive mode");
      const answer = await test.get(url);
      expect([answer.statusCode, answer.json().code, answer.headers["retry-after"]]).toEqual([503, "55P03", "1"]);
      await client.query("rollback");
    });
    expect((await test.get(url)).statusCode).toBeLessThan(500);
  },
);
