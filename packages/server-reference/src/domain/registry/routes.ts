import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { registryFacts } from "./service.ts";

const tags = ["registry"];
const CACHING = "public, max-age=300";

export function registryRoutes(app: App, ctx: AppContext): void {
  app.get("/.well-known/omla", { schema: { tags, summary: "What this registry is: policy, keys, rates" } }, async (_request, reply) =>
    reply.header("cache-control", CACHING).send(await registryFacts(ctx)),
  );
}
