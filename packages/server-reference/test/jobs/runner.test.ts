import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createQueue } from "../../src/jobs/queue.ts";
import { type JobRun, type JobRunner, startJobs } from "../../src/jobs/runner.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { registerCompany } from "../helpers/factories.ts";

const WAIT = { timeout: 60_000, interval: 100 };
let test: TestApp;
let runner: JobRunner;
const runs: JobRun[] = [];
const ran = (job: string): number => runs.filter((run) => run.job === job && run.outcome === "done").length;

beforeAll(async () => {
  test = await createTestApp({ realQueue: true });
  runner = await startJobs(test.ctx, (run) => runs.push(run));
});
afterAll(async () => {
  await runner.stop();
  await test.close();
});

describe("the job runner", () => {
  it("runs every job of the schedule for the moment it finds, and each again when its time comes", async () => {
    await vi.waitFor(
      () =>
        expect(
          ["compliance-tick", "tell-listed", "publish-blacklist", "complete-key-rotations", "lapse-complaints", "clean-up"].map(ran),
        ).toEqual([1, 1, 1, 1, 1, 1]),
      WAIT,
    );
    expect((await test.get("/api/blacklist.json")).json()).toMatchObject({ sequence: 1 });
    test.clock.advance({ hours: 1 });
    await vi.waitFor(() => expect(["tell-listed", "publish-blacklist", "complete-key-rotations"].map(ran)).toEqual([2, 2, 2]), WAIT);
    // The list is not due yet, and nothing daily or weekly is.
    expect(["compliance-tick", "lapse-complaints", "clean-up"].map(ran)).toEqual([1, 1, 1]);
    expect((await test.get("/api/blacklist.json")).json()).toMatchObject({ sequence: 1 });
    test.clock.advance({ days: 7 });
    await vi.waitFor(() => expect(["compliance-tick", "lapse-complaints", "clean-up"].map(ran)).toEqual([2, 2, 2]), WAIT);
    await vi.waitFor(async () => expect((await test.get("/api/blacklist.json")).json()).toMatchObject({ sequence: 2 }), WAIT);
  });

  it("sends what was put into the queue with a registration", async () => {
    await registerCompany(test, "Mailed & Co");
    await vi.waitFor(() => expect(test.mails.map(({ subject }) => subject)).toContain("OMLA: confirm the address of Mailed & Co"), WAIT);
    expect(test.mails.at(-1)?.text).toContain("/functions/v1/confirm-email");
  });

  it("puts each moment into the queue once, whatever number of processes look at the clock", async () => {
    const before = ran("tell-listed");
    const second = { ...test.ctx, queue: createQueue(test.ctx.db, test.ctx.log) };
    const other = await startJobs(second, (run) => runs.push(run));
    test.clock.advance({ hours: 1 });
    await vi.waitFor(() => expect(ran("tell-listed")).toBe(before + 1), WAIT);
    await vi.waitFor(() => expect(ran("complete-key-rotations")).toBeGreaterThan(2), WAIT);
    await other.stop();
    expect(ran("tell-listed")).toBe(before + 1);
  });

  it("enqueues nothing for a transaction that does not commit", async () => {
    const jobs = async (): Promise<unknown> => test.rows("select count(*)::int as n from boss.job where name = 'notice'");
    const before = await jobs();
    const broken = test.ctx.db.service(async (tx) => {
      await test.ctx.queue.enqueue(tx, "notice", { kind: "confirm-email" });
      throw new Error("changed my mind");
    });
    await expect(broken).rejects.toThrow("changed my mind");
    expect(await jobs()).toEqual(before);
  });
});
