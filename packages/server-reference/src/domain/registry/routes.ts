import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { packageVersion } from "../../version.ts";
import { currentKeys } from "../blacklist/keyset-service.ts";
import { countRegistry, findRates } from "./repository.ts";

const tags = ["registry"];
/** The license that new registrations name. */
const LICENSE_VERSION = "v8-10-2025";

export function registryRoutes(app: App, ctx: AppContext): void {
  app.get("/.well-known/omla", { schema: { tags, summary: "What this registry is: policy, keys, rates" } }, async (_request, reply) => {
    const facts = await ctx.db.service(async (tx) => ({ keyset: await currentKeys(tx), rates: await findRates(tx) }));
    const { publicUrl, lineagePolicy, limits } = ctx.config;
    return reply.header("cache-control", "public, max-age=300").send({
      registry: publicUrl,
      lineage_policy: lineagePolicy,
      keys: facts.keyset.keys,
      threshold: facts.keyset.threshold,
      keyset_version: facts.keyset.version,
      license_version: LICENSE_VERSION,
      version: packageVersion(),
      rates: facts.rates,
      limits: { models: limits.models, depth: limits.depth, parents: limits.parents, splits: limits.splits },
      as_of: formatTimestamp(ctx.clock.now()),
    });
  });
  app.get("/stats", { schema: { tags, summary: "Figures without personal data" } }, async (_request, reply) => {
    const counts = await ctx.db.service(countRegistry);
    return reply.header("cache-control", "public, max-age=300").send({ ...counts, as_of: formatTimestamp(ctx.clock.now()) });
  });
}
