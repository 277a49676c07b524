import { encodeAddress } from "@omla/sdk/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { isGreen, settled, showBadge, SIDECAR_ATTRIBUTES } from "./badge-page.ts";
import { until } from "./panel-page.ts";
import { createWorld, REGISTRY, type World } from "./world.ts";

const VERIFY = `${REGISTRY}/rest/v1/rpc/verify_many`;

afterEach(() => {
  document.body.replaceChildren();
  scrollTo(0, 0);
});

function addressOf(index: number): string {
  return encodeAddress(`00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`);
}

/** A registry that knows every address that is asked. */
function knowAll(world: World): void {
  world.routes.set(VERIFY, (_url, init) => {
    const { addresses = [] } = JSON.parse(String(init.body)) as { addresses?: string[] };
    return Response.json(addresses.map((address) => ({ ...world.record, address, query: address })));
  });
}

function addBadges(count: number, address: (index: number) => string): HTMLElementTagNameMap["omla-badge"][] {
  const badges = Array.from({ length: count }, (_, index) => {
    const badge = document.createElement("omla-badge");
    badge.setAttribute("model", address(index));
    badge.setAttribute("registry", REGISTRY);
    badge.style.display = "block";
    return badge;
  });
  document.body.append(...badges);
  return badges;
}

/** Brings every badge near the viewport, as a reader who scrolls through the page does. */
async function scrollThrough(badges: readonly HTMLElement[]): Promise<void> {
  for (let index = 0; index < badges.length; index += 20) {
    badges[index]!.scrollIntoView({ behavior: "instant" });
    for (const _ of ["laid out", "observed"]) await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

describe("1,000 badges on a page", () => {
  it("of one model are one question and one answer", async () => {
    const world = await createWorld();
    knowAll(world);
    const badges = addBadges(1000, () => addressOf(1));
    await scrollThrough(badges);
    await until(() => badges.every(({ state }) => state === "compliant"));
    expect(world.calls.length).toBe(1);
    expect(JSON.parse(String(world.calls[0]!.init.body))).toEqual({ addresses: [addressOf(1)] });
  });

  it("of 1,000 models ask for each once, in batches of at most 100", async () => {
    const world = await createWorld();
    knowAll(world);
    const badges = addBadges(1000, addressOf);
    await scrollThrough(badges);
    await until(() => badges.every(({ state }) => state === "compliant"));
    const asked = world.calls.map(({ init }) => (JSON.parse(String(init.body)) as { addresses: string[] }).addresses);
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(new Set(asked.flat()).size).toBe(1000);
    expect(asked.flat().length).toBe(1000);
    expect(badges.every(isGreen)).toBe(true);
  });

  it("ask nothing while they are far below the viewport", async () => {
    const world = await createWorld();
    knowAll(world);
    const badges = addBadges(1000, addressOf);
    await until(() => badges[0]!.state === "compliant");
    const shown = badges.filter(({ state }) => state !== "loading").length;
    expect(shown).toBeLessThan(100);
    expect(badges.at(-1)!.state).toBe("loading");
    expect(world.calls.length).toBeLessThanOrEqual(2);
  });
});

it("asks about 1,000 models of one moment in ten requests of 100", async () => {
  const world = await createWorld();
  knowAll(world);
  const asked = Array.from({ length: 1000 }, (_, index) => world.lookup.lookUp({ model: addressOf(index), registry: REGISTRY, page: "" }));
  expect((await Promise.all(asked)).every(({ state }) => state === "compliant")).toBe(true);
  const sizes = world.calls.map(({ init }) => (JSON.parse(String(init.body)) as { addresses: string[] }).addresses.length);
  expect(sizes).toEqual(Array.from({ length: 10 }, () => 100));
});

it("asks in one request for what several kinds of badges want at one moment", async () => {
  const world = await createWorld();
  const second = document.createElement("omla-badge");
  second.setAttribute("model", world.address);
  second.setAttribute("registry", REGISTRY);
  second.setAttribute("sha256", "5f".repeat(32));
  document.body.append(second);
  await settled(second);
  expect(JSON.parse(String(world.calls[0]!.init.body))).toEqual({ addresses: [world.address], hashes: ["5f".repeat(32)] });
  expect(world.calls.length).toBe(1);
  expect(second.verdict.checks).toEqual({ weights: true, registry: true });
});

it("fetches a sidecar that stands on a page twice only once, and revalidates it by its ETag", async () => {
  const world = await createWorld();
  await Promise.all([showBadge(), showBadge()]);
  const sidecars = world.calls.filter(({ url }) => url === SIDECAR_ATTRIBUTES.src);
  expect(sidecars.map(({ init }) => init.cache)).toEqual(["no-cache"]);
});

it("lets no badge with hostile attributes spoil the question of the others", async () => {
  const world = await createWorld();
  const hostile = ["omla1'; drop table models;--", "x".repeat(10_000), "omla1", " "].map((model) => ({
    model,
    registry: REGISTRY,
    sha256: "zz",
  }));
  const badges = await Promise.all([showBadge(), ...hostile.map((attributes) => showBadge(attributes))]);
  expect(badges.map(({ state }) => state)).toEqual(["compliant", "unregistered", "unregistered", "unregistered", "unregistered"]);
  expect(world.calls.filter(({ url }) => url === VERIFY).map(({ init }) => JSON.parse(String(init.body)))).toEqual([
    { ids: [world.sidecar.model_id] },
  ]);
});

it("asks again about a badge that comes back to the page, from the shared cache", async () => {
  const world = await createWorld();
  const badge = await showBadge();
  const before = world.calls.length;
  badge.remove();
  document.body.append(badge);
  await settled(badge);
  expect(badge.state).toBe("compliant");
  expect(world.calls.length).toBe(before);
});
