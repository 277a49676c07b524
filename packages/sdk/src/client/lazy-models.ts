import type { Model, Models } from "./models.ts";
import type { Registry } from "./registry.ts";

/** The models of a registry, loaded with the first call: a company that only reports does without. */
export function lazyModels(registry: Registry): Models {
  let loading: Promise<Models> | undefined;
  const load = (): Promise<Models> => (loading ??= import("./models.ts").then(({ createModels }) => createModels(registry)));
  return {
    register: async (document, options) => (await load()).register(document, options),
    get: async (reference, options) => (await load()).get(reference, options),
    byHash: async (sha256, options) => (await load()).byHash(sha256, options),
    search: (text, options) => searchWhenLoaded(load, text, options),
    splits: async (reference, options) => (await load()).splits(reference, options),
    lineage: async (reference, options) => (await load()).lineage(reference, options),
    terms: async (modelIds, options) => (await load()).terms(modelIds, options),
    verify: async (references, options) => (await load()).verify(references, options),
  };
}

async function* searchWhenLoaded(
  load: () => Promise<Models>,
  ...search: Parameters<Models["search"]>
): AsyncGenerator<Model, void, undefined> {
  yield* (await load()).search(...search);
}
