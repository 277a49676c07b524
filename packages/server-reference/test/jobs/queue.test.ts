import { afterAll, beforeAll, expect, it, vi } from "vitest";
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

it("takes what waits without a pause between", async () => {
  const queue = createQueue(test.database.db, test.ctx.log);
  await queue.ready();
  const pieces = Array.from({ length: 40 }, (_, piece) => piece);
  await test.database.db.service(async (tx) => {
    for (const piece of pieces) await queue.enqueue(tx, "notice", { piece });
  });
  const taken: unknown[] = [];
  await queue.work("notice", async (data) => void taken.push((data as { piece: number }).piece));
  // The pauses alone, of half a second each, would be twenty seconds.
  await vi.waitFor(() => expect(taken.sort((a, b) => Number(a) - Number(b))).toEqual(pieces), { timeout: 15_000, interval: 100 });
  await queue.stop();
});
