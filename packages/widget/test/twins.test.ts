import { afterEach, describe, expect, it } from "vitest";
import { isGreen, seen, showBadge, SIDECAR_ATTRIBUTES } from "./badge-page.ts";
import { createWorld, REGISTRY, type World } from "./world.ts";

const GREEN = ["REGISTERED", "REPORTING", "COMPLIANT"] as const;

/** One byte of a base64 text or an address, turned into another one of the same alphabet. */
function flip(text: string, at = 20): string {
  const other = text[at] === "q" ? "p" : "q";
  return text.slice(0, at) + other + text.slice(at + 1);
}

afterEach(() => document.body.replaceChildren());

describe.each(GREEN)("the green badge of a %s model", (state) => {
  it("is green when everything holds, so that its twins below differ in one byte only", async () => {
    await createWorld({ state });
    expect(seen(await showBadge())).toEqual({ state: state.toLowerCase(), isGreen: true });
  });

  const TWINS: [name: string, expected: string, flipOne: (world: World) => void | Promise<void>, attributes?: Record<string, string>][] = [
    ["the signature", "mismatch_signature", (world) => world.serveSidecar({ ...world.sidecar, signature: flip(world.sidecar.signature) })],
    ["the signed name", "mismatch_signature", (world) => world.serveSidecar({ ...world.sidecar, name: "Bster 7B" })],
    ["the sidecar's key", "mismatch_signature", (world) => world.serveSidecar({ ...world.sidecar, pubkey: flip(world.sidecar.pubkey) })],
    ["the sidecar's wallet", "mismatch_signature", (world) => world.serveSidecar({ ...world.sidecar, wallet: flip(world.address) })],
    [
      "the sidecar's location",
      "mismatch_signature",
      (world) => world.serveSidecar({ ...world.sidecar, locations: ["https://hub.example/owner/nodel"] }),
    ],
    [
      "the sidecar's registry",
      "mismatch_signature",
      (world) => world.serveSidecar({ ...world.sidecar, registry: "https://registrz.example" }),
    ],
    [
      "the wallet, signed anew",
      "mismatch_wallet",
      async (world) => world.serveSidecar(await world.resign({ wallet: flip(world.address) })),
    ],
    [
      "the location, signed anew",
      "mismatch_location",
      async (world) => world.serveSidecar(await world.resign({ locations: ["https://hub.example/owner/nodel"] })),
    ],
    [
      "the registry's origin, signed anew",
      "claimed",
      async (world) => world.serveSidecar(await world.resign({ registry: "https://registrz.example" })),
    ],
    ["the registry's key", "mismatch_key", (world) => void (world.record["ed25519_pubkey"] = flip(world.keys.publicKey))],
    ["the registry's wallet", "mismatch_wallet", (world) => void (world.record["address"] = flip(world.address))],
    ["the page", "mismatch_location", () => undefined, { ...SIDECAR_ATTRIBUTES, page: "https://hub.example/owner/nodel" }],
    ["the trusted registry's origin", "claimed", () => undefined, { ...SIDECAR_ATTRIBUTES, registry: "https://registrz.example" }],
    ["the hash of the weights", "mismatch_weights", () => undefined, { ...SIDECAR_ATTRIBUTES, sha256: `4f${"5f".repeat(31)}` }],
  ];

  it.each(TWINS)("is not green with one byte of %s flipped: %s", async (_name, expected, flipOne, attributes) => {
    const world = await createWorld({ state });
    await flipOne(world);
    expect(seen(await showBadge(attributes))).toEqual({ state: expected, isGreen: false });
  });
});

it("is green for the weights that were signed, in either case", async () => {
  await createWorld();
  const badge = await showBadge({ ...SIDECAR_ATTRIBUTES, sha256: "5F".repeat(32) });
  expect(badge.verdict.checks.weights).toBe(true);
  expect(isGreen(badge)).toBe(true);
});

it.each(["UNDER_REVIEW", "DELINQUENT", "BLACKLISTED"] as const)("shows nothing green for a verified model that is %s", async (state) => {
  await createWorld({ state });
  expect(seen(await showBadge())).toEqual({ state: state.toLowerCase(), isGreen: false });
});

it("is green no longer as soon as it is asked about something else", async () => {
  await createWorld();
  const badge = await showBadge();
  expect(isGreen(badge)).toBe(true);
  badge.page = "https://hub.example/owner/nodel";
  await badge.updateComplete;
  expect(seen(badge)).toEqual({ state: "loading", isGreen: false });
});

it("takes no green from a state that the page writes onto the tag", async () => {
  const world = await createWorld();
  world.serveSidecar({ ...world.sidecar, name: "Other" });
  const badge = await showBadge({ ...SIDECAR_ATTRIBUTES, state: "compliant", class: "good", verdict: "compliant" });
  expect(seen(badge)).toEqual({ state: "mismatch_signature", isGreen: false });
  expect(badge.getAttribute("state")).toBe("mismatch_signature");
  expect(REGISTRY).toBe(badge.getAttribute("registry"));
});
