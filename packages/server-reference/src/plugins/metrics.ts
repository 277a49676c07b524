import metrics from "fastify-metrics";
import type { App } from "../http.ts";
import type { JobRun } from "../jobs/runner.ts";

/** Prometheus figures at `/metrics`: durations per route, and the process's own. */
export async function registerMetrics(app: App): Promise<void> {
  await app.register(metrics.default, {
    endpoint: null,
    clearRegisterOnInit: true,
    routeMetrics: { enabled: { histogram: true, summary: false } },
  });
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    const { register } = app.metrics.client;
    return reply.type(register.contentType).send(await register.metrics());
  });
}

/** Counts the runs of jobs beside the requests. */
export function jobObserver(app: App): (run: JobRun) => void {
  const { Counter, Gauge } = app.metrics.client;
  const runs = new Counter({ name: "omla_job_runs_total", help: "Runs of scheduled jobs and notices", labelNames: ["job", "outcome"] });
  const seconds = new Counter({ name: "omla_job_seconds_total", help: "Time that jobs took", labelNames: ["job"] });
  const last = new Gauge({ name: "omla_job_last_success_timestamp_seconds", help: "When a job last succeeded", labelNames: ["job"] });
  return ({ job, outcome, durationSeconds }) => {
    runs.inc({ job, outcome });
    seconds.inc({ job }, durationSeconds);
    if (outcome === "done") last.set({ job }, Date.now() / 1_000);
  };
}
