import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { listAge } from "../blacklist/published-service.ts";
import { ANSWER_MS, withinTime } from "./within-time.ts";

const tags = ["probes"];

export function healthRoutes(app: App, ctx: AppContext): void {
  app.get("/healthz", { schema: { tags, summary: "The process answers" } }, async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "ok" }),
  );
  app.get("/readyz", { schema: { tags, summary: "The database answers, and how old the list is" } }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    const list = await withinTime(ANSWER_MS, () => listAge(ctx)).catch((error: unknown) => {
      ctx.log.warn({ error }, "not ready");
      return "unreachable" as const;
    });
    if (list === "unreachable") return reply.code(503).send({ status: "unavailable", database: "unreachable" });
    return reply.send({ status: "ok", database: "ok", blacklist: list });
  });
}
