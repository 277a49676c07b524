import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openAdmin } from "../../src/db/admin.ts";
import { backup } from "../../src/db/backup.ts";
import { createDatabase } from "../../src/db/database.ts";
import { restore } from "../../src/db/restore.ts";
import { createQueue } from "../../src/jobs/queue.ts";
import { type JobRun, startJobs } from "../../src/jobs/runner.ts";
import { SCHEDULE } from "../../src/jobs/schedule.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { layDataFolder } from "../helpers/embedded-template.ts";
import { registerCompany } from "../helpers/factories.ts";

const WAIT = { timeout: 60_000, interval: 200 };
let folder: string;
let test: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-restored-"));
  await layDataFolder(folder);
  test = await createTestApp({ realQueue: true });
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

async function* read(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

it("the queue is not in a backup: a restored registry puts every job in by itself, and repeats no old mail", async () => {
  await test.ctx.queue.ready();
  // Its mail waits in the queue while the backup is taken.
  await registerCompany(test, "Waiting & Co");
  const lines: string[] = [];
  const source = { kind: test.ctx.db.kind, run: test.database.owner, close: async () => undefined };
  await backup(source, test.clock.now(), (line) => void lines.push(line));
  expect(lines.join("\n")).not.toContain("confirm-email");

  const admin = await openAdmin({ dataDir: folder });
  await restore(admin, read(lines));
  await admin.close();
  const db = await createDatabase({ dataDir: folder, now: () => test.clock.now() });
  const runs: JobRun[] = [];
  const runner = await startJobs({ ...test.ctx, db, queue: createQueue(db, test.ctx.log) }, (run) => runs.push(run));
  try {
    const ran = (): string[] => [...new Set(runs.map(({ job }) => job))].sort();
    await vi.waitFor(() => expect(ran()).toEqual(Object.keys(SCHEDULE).sort()), WAIT);
    expect(test.mails.map(({ subject }) => subject)).toEqual([]);
  } finally {
    await runner.stop();
    await db.close();
  }
});
