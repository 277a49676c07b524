import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { findLatestList } from "../blacklist/repository.ts";

const tags = ["probes"];

export function healthRoutes(app: App, ctx: AppContext): void {
  app.get("/healthz", { schema: { tags, summary: "The process answers" } }, async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "ok" }),
  );
  app.get("/readyz", { schema: { tags, summary: "The database answers, and how old the list is" } }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    const list = await ctx.db.service(findLatestList).catch((error: unknown) => {
      ctx.log.warn({ error }, "not ready");
      return "unreachable" as const;
    });
    if (list === "unreachable") return reply.code(503).send({ status: "unavailable", database: "unreachable" });
    const age = list === undefined ? null : Math.round((ctx.clock.now().getTime() - list.generated_at.getTime()) / 1_000);
    return reply.send({ status: "ok", database: "ok", blacklist: { sequence: list?.sequence ?? null, age_seconds: age } });
  });
}
