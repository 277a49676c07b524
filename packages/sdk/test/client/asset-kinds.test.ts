import { createClient } from "@omla/sdk";
import { createTestRegistry } from "@omla/sdk/testing";
import { expect, it } from "vitest";

it("searches the models of one asset kind", async () => {
  const registry = await createTestRegistry();
  await registry.addModel({ name: "Voices", asset_kind: "dataset" });
  await registry.addModel({ name: "Voices too" });
  const omla = createClient({ url: registry.url, fetch: (request) => registry.fetch(request) });
  const names = async (asset_kind?: "model" | "dataset"): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of omla.models.search("voices", { asset_kind })) found.push(name);
    return found.sort();
  };
  expect(await names()).toEqual(["Voices", "Voices too"]);
  expect(await names("dataset")).toEqual(["Voices"]);
  expect(await names("model")).toEqual(["Voices too"]);
});
