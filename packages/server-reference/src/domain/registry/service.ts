import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { packageVersion } from "../../version.ts";
import { currentKeys } from "../blacklist/keyset-service.ts";
import { countRegistry, findModelsInStates, findNewestModels, findRates } from "./repository.ts";

/** The license that new registrations name. */
const LICENSE_VERSION = "v8-10-2025";

/** What a client must know of this registry before it computes anything: policy, keys, rates, limits. */
export async function registryFacts(ctx: AppContext) {
  const { keyset, rates } = await ctx.db.service(async (tx) => ({ keyset: await currentKeys(tx), rates: await findRates(tx) }));
  const { publicUrl, lineagePolicy, limits } = ctx.config;
  return {
    registry: publicUrl,
    lineage_policy: lineagePolicy,
    keys: keyset.keys,
    threshold: keyset.threshold,
    keyset_version: keyset.version,
    license_version: LICENSE_VERSION,
    version: packageVersion(),
    rates,
    rails: [...ctx.rails.values()].filter(({ off }) => off === undefined).map(({ name }) => name),
    limits: { models: limits.models, depth: limits.depth, parents: limits.parents, splits: limits.splits },
    as_of: formatTimestamp(ctx.clock.now()),
  };
}

/** Figures without personal data. */
export async function registryCounts(ctx: AppContext) {
  return { ...(await ctx.db.service(countRegistry)), as_of: formatTimestamp(ctx.clock.now()) };
}

/** The models that the start page shows. */
export async function newestModels(ctx: AppContext, count: number) {
  return ctx.db.service((tx) => findNewestModels(tx, count));
}

/** One model of each state. */
export async function modelsInStates(ctx: AppContext, states: readonly string[]) {
  return ctx.db.service((tx) => findModelsInStates(tx, states));
}
