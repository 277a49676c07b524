import { expect, it } from "vitest";
import { createLookup } from "../src/lookup.ts";
import { createSmallRegistry, PAGE } from "./small-registry.ts";

const REGISTRY = "https://registry.example";
const NOW = new Date("2026-11-20T12:00:00Z");

it("looks up in Node too, where there is no storage and no element", async () => {
  const registry = await createSmallRegistry(REGISTRY, NOW);
  const asked: string[] = [];
  const { lookUp } = createLookup({
    now: () => NOW.getTime(),
    fetch: async (url) => {
      asked.push(url);
      const served = registry.answer(new URL(url).pathname);
      return new Response(served ? String(served.body) : null, { status: served ? 200 : 404 });
    },
  });
  const verdict = await lookUp({ src: "omla.json", base: `${REGISTRY}/`, registry: REGISTRY, page: PAGE });
  expect(verdict).toMatchObject({ state: "compliant", registry: REGISTRY, checks: { signature: true, registry: true, page: true } });
  expect(verdict.record?.address).toBe(registry.address);
  expect(asked).toEqual([`${REGISTRY}/omla.json`, `${REGISTRY}/rest/v1/rpc/verify_many`]);
});

it("never rejects, whatever its fetch does", async () => {
  const { lookUp } = createLookup({
    fetch: () => {
      throw new Error("broken");
    },
  });
  expect((await lookUp({ src: "omla.json", base: REGISTRY, page: PAGE })).state).toBe("unreadable");
  expect((await lookUp({ model: "omla12n2ggut7gj7et6cuu6ztg3hhvgcnhlz8", registry: REGISTRY, page: PAGE })).state).toBe("unreachable");
});
