import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { createQueue } from "../../src/jobs/queue.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

it("a queue whose database was away at first use is there once the database is", async () => {
  const { db } = test.database;
  let isAway = true;
  const query = ((...args: Parameters<Database["query"]>) =>
    isAway ? Promise.reject(new Error("away")) : db.query(...args)) as Database["query"];
  const queue = createQueue({ ...db, query }, test.ctx.log);
  await expect(queue.ready()).rejects.toThrow();
  isAway = false;
  await queue.ready();
  await queue.stop();
});
