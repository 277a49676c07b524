import { generateKeyPair, signDocument } from "@omla/sdk/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isGreen, labelOf, seen, showBadge, SIDECAR_ATTRIBUTES } from "./badge-page.ts";
import { openPanel, panelOf } from "./panel-page.ts";
import { createLookup } from "../src/lookup.ts";
import { createMemory } from "../src/memory.ts";
import { answerMany, createStorage, createWorld, NOW, PAGE, REGISTRY, SIDECAR_URL } from "./world.ts";

const VERIFY = `${REGISTRY}/rest/v1/rpc/verify_many`;
const ROGUE = "https://rogue.example";

/** Names that have broken pages before; each would leave a trace in `window` if it ran. */
const XSS_CORPUS = [
  `<img src=x onerror="window.hacked=1">`,
  `<script>window.hacked=1</script>`,
  `"><svg onload=window.hacked=1>`,
  `javascript:window.hacked=1`,
  `</bdi></h2><iframe srcdoc="<script>parent.hacked=1</script>">`,
  `{{constructor.constructor('window.hacked=1')()}}`,
  "${window.hacked=1}",
  `<a href="javascript:window.hacked=1" autofocus onfocus=window.hacked=1>x</a>`,
  `<style>*{display:none}</style>`,
  `<!--><img src=x onerror=window.hacked=1>-->`,
];

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe("badge_xss_corpus", () => {
  it.each(XSS_CORPUS)("shows %s as text, runs nothing and makes no element of it", async (name) => {
    const world = await createWorld();
    Object.assign(world.record, { name, license_version: name, asset_kind: name, state_since: name, locations: [name] });
    world.serveSidecar(await world.resign({ name, license_version: name }));
    world.routes.set(`${REGISTRY}/rest/v1/rpc/resolve_splits`, () => Response.json([{ wallet_address: name, percentage: "100" }]));
    world.routes.set(`${REGISTRY}/rest/v1/rpc/lineage_graph`, () => Response.json(graphNamed(world.record["model_id"], name)));
    const before = document.documentElement.outerHTML.length;
    const badge = await showBadge();
    await openPanel(badge);
    const inside = [...badge.shadowRoot!.querySelectorAll("*")].map(({ localName }) => localName);
    expect(inside.filter((tag) => /^(img|script|iframe|style|form|input)$/.test(tag))).toEqual([]);
    expect([...badge.shadowRoot!.querySelectorAll("a")].map(({ protocol, origin }) => [protocol, origin])).toEqual([["https:", REGISTRY]]);
    expect(panelOf(badge).textContent).toContain(name.slice(0, 20).trim());
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(Reflect.get(window, "hacked")).toBeUndefined();
    badge.remove();
    expect(document.documentElement.outerHTML.length).toBeLessThanOrEqual(before);
  });

  it("badge_bidi_controls: takes invisible and direction-turning characters out of a name, and cuts it", async () => {
    const world = await createWorld();
    world.record["name"] = `A\u202eeslaf\u202c\u2066\u200b\u0000\ufeff B${"x".repeat(500)}`;
    const badge = await showBadge();
    await openPanel(badge);
    const title = panelOf(badge).querySelector("h2")!.textContent;
    expect(title).toBe(`Aeslaf B${"x".repeat(71)}…`);
    expect(panelOf(badge).querySelector("h2 > bdi")).not.toBeNull();
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//rogue.example", "http://rogue.example", "ftp://x.example"])(
    "badge_javascript_links: asks and links nothing at the registry %s",
    async (registry) => {
      const world = await createWorld();
      const badge = await showBadge({ model: world.address, registry });
      expect(isGreen(badge)).toBe(false);
      expect(badge.state).toBe("unreachable");
      await openPanel(badge);
      expect(panelOf(badge).querySelector("a")).toBeNull();
      expect(world.calls).toEqual([]);
    },
  );

  it.each(["javascript:alert(1)", "data:application/json,{}", "blob:https://hub.example/1", "file:///etc/passwd", "https://["])(
    "fetches no sidecar from %s",
    async (src) => {
      const world = await createWorld();
      expect(seen(await showBadge({ ...SIDECAR_ATTRIBUTES, src }))).toEqual({ state: "unreadable", isGreen: false });
      expect(world.calls).toEqual([]);
    },
  );
});

describe("badge_spoofed_sidecar", () => {
  it("is not green for a sidecar that another key signed for the same model", async () => {
    const world = await createWorld();
    const thief = await generateKeyPair();
    const { signature: _, ...body } = world.sidecar;
    world.serveSidecar(await signDocument("sidecar", { ...body, pubkey: thief.publicKey }, thief.secretKey));
    expect(seen(await showBadge())).toEqual({ state: "mismatch_key", isGreen: false });
  });

  it("is not green for a copied sidecar on another page", async () => {
    await createWorld();
    expect(seen(await showBadge({ ...SIDECAR_ATTRIBUTES, page: "https://hub.example/thief/model" }))).toEqual({
      state: "mismatch_location",
      isGreen: false,
    });
  });

  it.each([
    "https://hub.example/owner/model2",
    "https://hub.example.rogue.example/owner/model",
    "http://hub.example/owner/model",
    "https://hub.example/owner",
  ])("does not take %s for the signed location", async (page) => {
    await createWorld();
    expect(seen(await showBadge({ ...SIDECAR_ATTRIBUTES, page }))).toEqual({ state: "mismatch_location", isGreen: false });
  });

  it.each([PAGE, `${PAGE}/`, `${PAGE}/tree/main?x=1#readme`])("takes %s for the signed location", async (page) => {
    await createWorld();
    expect(isGreen(await showBadge({ ...SIDECAR_ATTRIBUTES, page }))).toBe(true);
  });

  it("is not green for a sidecar that names no location at all", async () => {
    const world = await createWorld();
    world.serveSidecar(await world.resign({ locations: [] }));
    expect(seen(await showBadge())).toEqual({ state: "mismatch_location", isGreen: false });
  });

  it("is neutral for a sidecar without a signature", async () => {
    const world = await createWorld();
    const { signature: _, ...body } = world.sidecar;
    world.serveSidecar(body);
    expect(seen(await showBadge())).toEqual({ state: "unsigned", isGreen: false });
  });

  it.each<[string, (text: string) => string]>([
    ["a member that stands twice", (text) => text.replace("{", `{"wallet":"omla1x",`)],
    ["a number with a point", (text) => text.replace("{", `{"x":1.5,`)],
    ["a byte order mark", (text) => `\ufeff${text}`],
    ["text after it", (text) => `${text}{}`],
    ["no JSON", () => "<!doctype html>"],
    ["a list", () => "[]"],
    ["null", () => "null"],
    ["another kind of document", (text) => text.replace("omla-sidecar/1", "omla-statement/1")],
    ["a model id that is none", (text) => text.replace(/"model_id":"[^"]*"/, `"model_id":"x\\" or 1=1"`)],
    ["locations that are no list", (text) => text.replace(/"locations":\[[^\]]*\]/, `"locations":"${PAGE}"`)],
  ])("is neutral for a sidecar with %s", async (_name, change) => {
    const world = await createWorld();
    world.serveSidecar(change(JSON.stringify(world.sidecar)));
    expect(seen(await showBadge())).toEqual({ state: "unreadable", isGreen: false });
  });

  it("takes a wallet in capitals for the same wallet, as addresses are read everywhere", async () => {
    const world = await createWorld();
    world.serveSidecar(await world.resign({ wallet: world.address.toUpperCase() }));
    expect(isGreen(await showBadge())).toBe(true);
  });

  it.each([1, null, true, ["omla1"], { a: "b" }])(
    "is not green, and breaks nothing, where wallet, registry or key is %j",
    async (value) => {
      for (const member of ["wallet", "registry", "pubkey"] as const) {
        const world = await createWorld();
        world.serveSidecar(await world.resign({ [member]: value }));
        expect(isGreen(await showBadge())).toBe(false);
      }
    },
  );

  it("badge_sidecar_1mb: reads no more than 16 KiB of a sidecar, and lets go of the rest", async () => {
    const world = await createWorld();
    let sent = 0;
    let isCancelled = false;
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => {
          sent += 4096;
          controller.enqueue(new Uint8Array(4096).fill(32));
          if (sent > 1_000_000) controller.close();
        },
        cancel: () => void (isCancelled = true),
      });
    world.routes.set(SIDECAR_URL, () => new Response(endless()));
    expect(seen(await showBadge())).toEqual({ state: "unreadable", isGreen: false });
    expect(sent).toBeLessThanOrEqual(16_384 + 3 * 4096);
    expect(isCancelled).toBe(true);
  });

  it("reads a sidecar of exactly 16 KiB, and not one byte more", async () => {
    const world = await createWorld();
    const text = JSON.stringify(world.sidecar);
    world.serveSidecar(text + " ".repeat(16_384 - text.length));
    expect(isGreen(await showBadge())).toBe(true);
    const other = await createWorld();
    other.serveSidecar(JSON.stringify(other.sidecar).padEnd(16_385));
    expect(seen(await showBadge())).toEqual({ state: "unreadable", isGreen: false });
  });
});

describe("badge_rogue_registry", () => {
  it("asks no registry that only the sidecar names, and says so in neutral colours", async () => {
    const world = await createWorld();
    world.serveSidecar(await world.resign({ registry: ROGUE }));
    world.routes.set(`${ROGUE}/rest/v1/rpc/verify_many`, (_url, init) => Response.json(answerMany(world.record, init)));
    const badge = await showBadge();
    expect(seen(badge)).toEqual({ state: "claimed", isGreen: false });
    expect(labelOf(badge)).toBe("Claimed at rogue.example");
    expect(world.calls.map(({ url }) => url)).toEqual([SIDECAR_URL]);
  });

  it("trusts the package's own list, not the sidecar, where the page names no registry", async () => {
    const world = await createWorld();
    const badge = await showBadge({ src: SIDECAR_URL, page: PAGE });
    expect(seen(badge)).toEqual({ state: "claimed", isGreen: false });
    expect(world.calls.map(({ url }) => url)).toEqual([SIDECAR_URL]);
  });

  it("accepts the one of several trusted registries that the sidecar is for", async () => {
    await createWorld();
    expect(isGreen(await showBadge({ ...SIDECAR_ATTRIBUTES, registry: `https://other.example ${REGISTRY}` }))).toBe(true);
  });

  it("sends no cookies and no address of the page to a registry, and follows no redirect", async () => {
    const world = await createWorld();
    await showBadge();
    const { init } = world.calls.find(({ url }) => url === VERIFY)!;
    expect(init).toMatchObject({ method: "POST", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
  });
});

describe("badge_lying_registry", () => {
  it.each<[string, Record<string, unknown>]>([
    ["about another model", { model_id: "11111111-1111-4111-8111-111111111111" }],
    ["with a state that does not exist", { state: "VERIFIED" }],
    ["with a state that reaches a prototype", { state: "CONSTRUCTOR" }],
    ["with a state in small letters", { state: "compliant" }],
    ["without a date", { as_of: null }],
    ["with a date that is none", { as_of: "soon" }],
    ["with an address that is none", { address: "javascript:alert(1)" }],
    ["that calls it registered in words", { registered: "yes" }],
  ])("takes a record %s for no answer", async (_name, change) => {
    const world = await createWorld();
    Object.assign(world.record, change);
    world.routes.set(VERIFY, () => Response.json([{ ...world.record, query: world.sidecar.model_id }]));
    expect(seen(await showBadge())).toEqual({ state: "unreachable", isGreen: false });
  });

  it.each<[string, () => Response]>([
    ["HTML", () => new Response("<!doctype html><title>503</title>")],
    ["nothing", () => new Response(null)],
    ["a list of nulls", () => Response.json([null])],
    ["an object", () => Response.json({ registered: true })],
    ["an empty list", () => Response.json([])],
    ["an error", () => Response.json({ code: "X" }, { status: 500 })],
    ["too many requests", () => new Response("[]", { status: 429 })],
    ["a megabyte", () => new Response(`[${" ".repeat(1_000_000)}]`)],
    ["bytes that are no text", () => new Response(new Uint8Array([0x5b, 0xff, 0x5d]))],
  ])("takes %s for no answer", async (_name, answer) => {
    const world = await createWorld();
    world.routes.set(VERIFY, answer);
    expect(seen(await showBadge())).toEqual({ state: "unreachable", isGreen: false });
  });

  it.each([
    ["two days old and a minute", NOW - 48 * 3_600_000 - 60_000, "stale"],
    ["of two days less a minute", NOW - 48 * 3_600_000 + 60_000, "compliant"],
    ["of a day ahead and a minute", NOW + 24 * 3_600_000 + 60_000, "stale"],
    ["of an hour ahead, since the visitor's clock may be behind", NOW + 3_600_000, "compliant"],
  ])("reads an answer %s by its date", async (_name, asOf, state) => {
    const world = await createWorld();
    world.record["as_of"] = new Date(asOf).toISOString();
    expect(seen(await showBadge())).toEqual({ state, isGreen: state === "compliant" });
  });

  it("believes another trusted registry no more about a model than the one that the sidecar is for", async () => {
    const world = await createWorld();
    world.routes.set(VERIFY, (_url, init) => Response.json(answerMany({ ...world.record, model_id: "none" }, init)));
    world.routes.set(`${ROGUE}/rest/v1/rpc/verify_many`, (_url, init) => Response.json(answerMany(world.record, init)));
    const badge = await showBadge({ ...SIDECAR_ATTRIBUTES, registry: `${ROGUE} ${REGISTRY}` });
    expect(seen(badge)).toEqual({ state: "unregistered", isGreen: false });
  });
});

describe("badge_slow_registry", () => {
  it("gives a registry 8 seconds for head and body, then says that it cannot be reached", async () => {
    const world = await createWorld();
    const deadlines: AbortController[] = [];
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      const deadline = new AbortController();
      deadlines.push(deadline);
      return deadline.signal;
    });
    world.routes.set(VERIFY, (_url, { signal }) => {
      const drip = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode("["));
          signal!.addEventListener("abort", () => controller.error(signal!.reason));
        },
      });
      setTimeout(() => deadlines.at(-1)!.abort(), 0);
      return new Response(drip);
    });
    expect(seen(await showBadge())).toEqual({ state: "unreachable", isGreen: false });
    expect(timeout.mock.calls).toEqual([[8000], [8000]]);
  });
});

describe("badge_dead_registry", () => {
  it("shows the last answer with its date, and never in green", async () => {
    const storage = createStorage();
    await createWorld({ storage });
    await showBadge();
    const later = await createWorld({ storage });
    later.routes.delete(VERIFY);
    const badge = await showBadge();
    expect(seen(badge)).toEqual({ state: "unreachable", isGreen: false });
    expect(labelOf(badge)).toBe("Nov 20: Compliant");
  });

  it("says that it cannot be reached where it was never seen", async () => {
    const world = await createWorld();
    world.routes.delete(VERIFY);
    const badge = await showBadge();
    expect(seen(badge)).toEqual({ state: "unreachable", isGreen: false });
    expect(labelOf(badge)).toBe("Registry unreachable");
  });

  it.each([
    '{"a":1}',
    "[[",
    "null",
    '[["https://registry.example ids 0b9a2f6c-4f1e-4d6a-9c3b-7a1f2e3d4c5b",{"state":"COMPLIANT","as_of":"soon"}]]',
    '[["https://registry.example ids 0b9a2f6c-4f1e-4d6a-9c3b-7a1f2e3d4c5b",{"state":"GREEN","as_of":"2026-11-20T12:00:00Z"}]]',
  ])("forgets a memory that somebody else filled: %s", async (text) => {
    const storage = createStorage();
    storage.setItem("omla-badge/1", text);
    const world = await createWorld({ storage });
    world.routes.delete(VERIFY);
    expect(labelOf(await showBadge())).toBe("Registry unreachable");
  });

  it("works where the page's storage is forbidden or full", async () => {
    const forbidden = (): Storage => {
      throw new DOMException("denied", "SecurityError");
    };
    const world = await createWorld();
    const { lookUp } = createLookup({ fetch: world.lookup.fetch, now: () => NOW, memory: createMemory(forbidden) });
    expect((await lookUp({ ...SIDECAR_ATTRIBUTES })).state).toBe("compliant");
  });

  it("is asked again after half a minute, not before", async () => {
    let now = NOW;
    const world = await createWorld({ now: () => now });
    const answer = world.routes.get(VERIFY)!;
    world.routes.delete(VERIFY);
    expect((await world.lookup.lookUp(SIDECAR_ATTRIBUTES)).state).toBe("unreachable");
    world.routes.set(VERIFY, answer);
    now += 29_000;
    expect((await world.lookup.lookUp(SIDECAR_ATTRIBUTES)).state).toBe("unreachable");
    now += 2_000;
    expect((await world.lookup.lookUp(SIDECAR_ATTRIBUTES)).state).toBe("compliant");
  });
});

function graphNamed(modelId: unknown, name: string): object {
  const parent = { model_id: "p", wallet: null, registered: true, depth: 1, name };
  return {
    nodes: [parent],
    edges: [{ child_id: modelId, parent_id: "p", relationship: name, contribution_weight: "0.4", position: 0, registered: true }],
  };
}
