import metrics from "fastify-metrics";
import type { App } from "../http.ts";

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
