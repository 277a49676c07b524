import { createHash } from "node:crypto";
import type { AppContext } from "../context.ts";
import { sendNotice } from "../domain/notices/sender.ts";
import type { Notice } from "../domain/notices/service.ts";
import { isJobName, type JobName, SCHEDULE, type ScheduledJob, slotOf } from "./schedule.ts";

/** What came of a run, for metrics. */
export interface JobRun {
  readonly job: string;
  readonly outcome: "done" | "failed";
  readonly durationSeconds: number;
}

export interface JobRunner {
  /** Ends the rhythm and waits for what is under way. */
  stop(): Promise<void>;
}

const LOOK_MS = 1_000;

/**
 * Runs the schedule: each moment of a job's rhythm is put into the queue once, whatever number of processes look at the clock.
 *
 * @param observe - hears of every run
 */
export async function startJobs(ctx: AppContext, observe: (run: JobRun) => void = () => {}): Promise<JobRunner> {
  await ctx.queue.ready();
  await ctx.queue.work("schedule", async (data) => {
    await runJob(ctx, (data as { job: string }).job, observe);
  });
  await ctx.queue.work("notice", async (data) => observed("notice", observe, () => sendNotice(ctx, data as Notice)));
  const asked = new Map<JobName, number>();
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => enqueueDue(ctx, asked)).catch((error: unknown) => ctx.log.error({ error }, "schedule"));
  }, LOOK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await ctx.queue.stop();
    },
  };
}

/** Runs one job now; an unknown name is a job of an older version, and nothing to do. */
export async function runJob(ctx: AppContext, name: string, observe: (run: JobRun) => void = () => {}): Promise<unknown> {
  if (!isJobName(name)) return undefined;
  const job: ScheduledJob = SCHEDULE[name];
  const answer = await observed(name, observe, () => job.run(ctx));
  ctx.log.info({ job: name, answer }, "job done");
  return answer;
}

async function observed<T>(job: string, observe: (run: JobRun) => void, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1_000;
  try {
    const answer = await work();
    observe({ job, outcome: "done", durationSeconds: seconds() });
    return answer;
  } catch (error) {
    observe({ job, outcome: "failed", durationSeconds: seconds() });
    throw error;
  }
}

/** The queue holds each (job, moment) once by its id; what this process has asked for already, it does not ask again. */
async function enqueueDue(ctx: AppContext, asked: Map<JobName, number>): Promise<void> {
  const now = ctx.clock.now();
  for (const name of Object.keys(SCHEDULE) as JobName[]) {
    const slot = slotOf(SCHEDULE[name], now);
    if (asked.get(name) === slot.getTime()) continue;
    await ctx.db.service((tx) => ctx.queue.enqueue(tx, "schedule", { job: name, slot: slot.toISOString() }, slotId(name, slot)));
    asked.set(name, slot.getTime());
  }
}

function slotId(name: JobName, slot: Date): string {
  const hex = createHash("sha256").update(`${name}\0${slot.toISOString()}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
