import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { buttonOf, showBadge, SIDECAR_ATTRIBUTES } from "./badge-page.ts";
import { openPanel, panelOf, until } from "./panel-page.ts";
import { createStorage, createWorld, REGISTRY, type World } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
  world.routes.set(`${REGISTRY}/rest/v1/rpc/resolve_splits`, () => Response.json(SPLITS));
  world.routes.set(`${REGISTRY}/rest/v1/rpc/lineage_graph`, () => Response.json(lineageOf(world)));
  world.routes.set(`${REGISTRY}/.well-known/omla`, () => Response.json({ registry: REGISTRY, rates: { model: "0.25" } }));
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const SPLITS = [
  {
    wallet_address: "omla1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk",
    wallet_rail: "stripe",
    percentage: "12.500000",
    share: "125000000000000000",
  },
  { wallet_address: "omla1zyg3zyg3zyg3zyg3zyg3zyg3vcs8a8", wallet_rail: null, percentage: "87.500000", share: "875000000000000000" },
];

function lineageOf({ record }: World): object {
  const own = record["model_id"];
  return {
    nodes: [
      { model_id: own, wallet: record["address"], registered: true, depth: 0, name: "Aster 7B" },
      { model_id: "a", wallet: "omla1a", registered: true, depth: 1, name: "Basis 7B" },
      { model_id: "b", wallet: null, registered: false, depth: 1, name: "Outside 3B" },
      { model_id: "c", wallet: "omla1c", registered: true, depth: 2, name: "Grandparent" },
    ],
    edges: [
      { child_id: own, parent_id: "a", relationship: "fine-tune", contribution_weight: "0.125", position: 0, registered: true },
      { child_id: own, parent_id: "b", relationship: "merge", contribution_weight: "0.2", position: 1, registered: false },
      { child_id: "a", parent_id: "c", relationship: "distill", contribution_weight: "0.5", position: 0, registered: true },
    ],
  };
}

/** The text of the panel, row by row. */
function rows(panel: Element, selector: string): string[] {
  return [...panel.querySelectorAll(selector)].map(({ textContent }) => textContent.replace(/\s+/g, " ").trim());
}

/** The rows of the nth list as pairs of what stands at its two ends. */
function pairs(panel: Element, nth: number): string[][] {
  const list = panel.querySelectorAll("ul")[nth]!;
  return [...list.children].map(({ children }) => [...children].map(({ textContent }) => textContent.replace(/\s+/g, " ").trim()));
}

describe("the details of a verified model", () => {
  it("name wallet, license, both lanes, the state's date and the date of the answer", async () => {
    const panel = await openPanel(await showBadge());
    expect(rows(panel, "dl > *")).toEqual([
      "Wallet",
      `${world.address} Copy`,
      "Kind",
      "Model",
      "License",
      "v8-10-2025Personal and research use: freeCommercial use: 25% of revenue or run cost",
      "State since",
      "Oct 5, 2026",
      "As of",
      "Nov 20, 2026, 11:59 AM UTC",
    ]);
  });

  it.each([
    ["dataset", "Data set"],
    ["likeness", "A person's likeness or voice"],
    ["artwork", "Artwork"],
    // A registry may have kinds of its own; whatever it writes there is text.
    ["adapter", "adapter"],
    ["constructor", "constructor"],
    ["<img src=x onerror=alert(1)>\u202e", "<img src=x onerror=alert(1)>"],
  ])("name the kind %s", async (kind, shown) => {
    world.record["asset_kind"] = kind;
    const panel = await openPanel(await showBadge());
    expect(rows(panel, "dl > *").slice(2, 4)).toEqual(["Kind", shown]);
    expect(panel.querySelector("img")).toBeNull();
  });

  it.each([undefined, 7, "", {}])("name no kind where the registry says %s", async (kind) => {
    world.record["asset_kind"] = kind;
    const panel = await openPanel(await showBadge());
    expect(rows(panel, "dt")).toEqual(["Wallet", "License", "State since", "As of"]);
  });

  it("list what was checked and what was not", async () => {
    const panel = await openPanel(await showBadge());
    expect(pairs(panel, 0)).toEqual([
      ["Signature of omla.json", "holds"],
      ["Key and wallet", "holds"],
      ["This page", "holds"],
      ["Weights", "not checked"],
    ]);
  });

  it("say that nothing on the page was checked where the badge asks by address", async () => {
    const panel = await openPanel(await showBadge({ model: world.address, registry: REGISTRY }));
    expect(pairs(panel, 0)).toEqual([
      ["Signature of omla.json", "not checked"],
      ["Key and wallet", "holds"],
      ["This page", "not checked"],
      ["Weights", "not checked"],
    ]);
  });

  it("show who is paid, the largest first, in a bar as wide as the shares", async () => {
    const panel = await openPanel(await showBadge());
    expect(pairs(panel, 1)).toEqual([
      ["omla1zyg3zyg…g3vcs8a8", "87.5%"],
      ["omla1qqqqsyq…9ccrydpk", "12.5%"],
    ]);
    const bars = [...panel.querySelectorAll(".chart rect:not(.part-rest)")].map((bar) => [
      bar.getAttribute("x"),
      bar.getAttribute("width"),
    ]);
    expect(bars).toEqual([
      ["0", "87.5"],
      ["87.5", "12.5"],
    ]);
  });

  it("show the models that it is built on, with relation and weight; outside models carry none", async () => {
    const panel = await openPanel(await showBadge());
    expect(pairs(panel, 2)).toEqual([
      ["Basis 7B fine-tune", "12.5%"],
      ["Outside 3B merge", "–"],
    ]);
  });

  it("link to the model's page at the registry, in a window of its own that knows nothing of this one", async () => {
    const link = (await openPanel(await showBadge())).querySelector("a")!;
    expect([link.href, link.target, link.rel]).toEqual([`${REGISTRY}/models/${world.address}`, "_blank", "noopener noreferrer"]);
  });

  it("cut long lists and say how much is left out", async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ wallet_address: `omla1${"q".repeat(31)}${index}`, percentage: "2.5" }));
    world.routes.set(`${REGISTRY}/rest/v1/rpc/resolve_splits`, () => Response.json(many));
    const panel = await openPanel(await showBadge());
    expect(pairs(panel, 1).at(-1)).toEqual(["and 35 more"]);
    expect(panel.querySelectorAll(".chart rect").length).toBe(6);
  });

  it("say so where splits and lineage cannot be loaded, and stay useful", async () => {
    world.routes.delete(`${REGISTRY}/rest/v1/rpc/resolve_splits`);
    world.routes.set(`${REGISTRY}/rest/v1/rpc/lineage_graph`, () => new Response("<html>", { status: 502 }));
    world.routes.delete(`${REGISTRY}/.well-known/omla`);
    const panel = await openPanel(await showBadge());
    expect(panel.textContent.match(/Could not be loaded/g)?.length).toBe(2);
    expect(panel.textContent).toContain("Commercial use: 30% of revenue or run cost");
    expect(panel.querySelector("code")!.textContent).toBe(world.address);
  });

  it("refuse splits that are no percentages", async () => {
    world.routes.set(`${REGISTRY}/rest/v1/rpc/resolve_splits`, () => Response.json([{ wallet_address: "omla1q", percentage: "900" }]));
    const panel = await openPanel(await showBadge());
    expect(panel.querySelector(".chart")).toBeNull();
    expect(panel.textContent).toContain("Could not be loaded");
  });
});

describe("the panel", () => {
  it("is not loaded, and asks nothing, before it is opened", async () => {
    const badge = await showBadge();
    expect(panelOf(badge)).toBeNull();
    expect(world.calls.map(({ url }) => url)).toEqual([SIDECAR_ATTRIBUTES.src, `${REGISTRY}/rest/v1/rpc/verify_many`]);
  });

  it("opens by keyboard, takes the focus, and gives it back on Escape", async () => {
    const badge = await showBadge();
    await userEvent.keyboard("{Tab}");
    expect(badge.shadowRoot!.activeElement).toBe(buttonOf(badge));
    await userEvent.keyboard("{Enter}");
    await until(() => panelOf(badge)?.matches(":popover-open"));
    expect(badge.shadowRoot!.activeElement).toBe(panelOf(badge));
    expect(buttonOf(badge).getAttribute("aria-expanded")).toBe("true");
    await userEvent.keyboard("{Escape}");
    await until(() => !panelOf(badge).matches(":popover-open"));
    expect(badge.shadowRoot!.activeElement).toBe(buttonOf(badge));
    await badge.updateComplete;
    expect(buttonOf(badge).getAttribute("aria-expanded")).toBe("false");
  });

  it("opens and closes by the same button, also the second time", async () => {
    const badge = await showBadge();
    for (const _ of [1, 2]) {
      await userEvent.click(buttonOf(badge));
      await until(() => panelOf(badge)?.matches(":popover-open"));
      await userEvent.click(buttonOf(badge));
      await until(() => !panelOf(badge).matches(":popover-open"));
    }
    expect(panelOf(badge).matches(":popover-open")).toBe(false);
  });

  it("closes by its own button and when another badge is opened", async () => {
    const [first, second] = [await showBadge(), await showBadge()];
    await openPanel(first);
    await userEvent.click(panelOf(first).querySelector(".close")!);
    await until(() => !panelOf(first).matches(":popover-open"));
    await openPanel(first);
    buttonOf(second).click(); // by script: the open panel covers it
    await until(() => panelOf(second)?.matches(":popover-open"));
    expect(panelOf(first).matches(":popover-open")).toBe(false);
  });

  it("copies the wallet and tells screen readers", async () => {
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const badge = await showBadge();
    const panel = await openPanel(badge);
    const status = panel.querySelector("[role=status]")!;
    expect(status.textContent).toBe("");
    await userEvent.click(panel.querySelector(".wallet button")!);
    await until(() => status.textContent !== "");
    expect(copied.mock.calls).toEqual([[world.address]]);
    expect(status.textContent).toBe("Copied");
  });

  it("selects the wallet where the browser forbids to copy", async () => {
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("denied", "NotAllowedError"));
    const panel = await openPanel(await showBadge());
    await userEvent.click(panel.querySelector(".wallet button")!);
    await until(() => getSelection()!.toString() !== "");
    expect(panel.querySelector("[role=status]")!.textContent).toBe("");
  });

  it("stays inside the viewport wherever its badge stands", async () => {
    for (const place of ["left: 0; top: 0", "right: 0; top: 0", "left: 0; bottom: 0", "right: 0; bottom: 0"]) {
      const box = document.createElement("div");
      box.style.cssText = `position: fixed; ${place}`;
      document.body.append(box);
      const panel = await openPanel(await showBadge(SIDECAR_ATTRIBUTES, box));
      const { left, right, top, bottom } = panel.getBoundingClientRect();
      expect([left >= 0, top >= 0, right <= innerWidth, bottom <= innerHeight], place).toEqual([true, true, true, true]);
      box.remove();
    }
  });

  it("says what a mismatch means, and warns of the sidecar's wallet", async () => {
    world.serveSidecar(await world.resign({ wallet: "omla1zyg3zyg3zyg3zyg3zyg3zyg3zyg3gamhd" }).catch(() => world.sidecar));
    world.record["address"] = "omla1qyqszqgpqyqszqgpqyqszqgpqygqkyhj";
    const panel = await openPanel(await showBadge());
    expect(panel.querySelector(".state")!.textContent).toContain("Do not pay the one in omla.json");
    expect(panel.querySelector("code")!.textContent).toBe("omla1qyqszqgpqyqszqgpqyqszqgpqygqkyhj");
  });
});

it("tells the last answer of a registry that cannot be reached, with its whole date", async () => {
  const storage = createStorage();
  await createWorld({ storage, state: "DELINQUENT" });
  await showBadge();
  const later = await createWorld({ storage });
  later.routes.delete(`${REGISTRY}/rest/v1/rpc/verify_many`);
  const panel = await openPanel(await showBadge());
  expect(rows(panel, ".state")).toEqual([
    "Registry unreachableThe registry cannot be reached, so nothing could be proven. Last answer: Payment overdue, Nov 20, 2026",
  ]);
});
