import { buildSidecar, encodeAddress, generateKeyPair, type KeyPair, type Sidecar, signDocument } from "@omla/sdk/protocol";
import { createLookup, type Lookup } from "../src/lookup.ts";
import { createMemory } from "../src/memory.ts";
import { OmlaBadge } from "../src/omla-badge.ts";
import type { ComplianceState } from "../src/state.ts";

export const REGISTRY = "https://registry.example";
export const PAGE = "https://hub.example/owner/model";
export const SIDECAR_URL = "https://hub.example/owner/model/omla.json";
export const NOW = Date.parse("2026-11-20T12:00:00Z");
export const WEIGHTS = "5f".repeat(32);
const MODEL_ID = "0b9a2f6c-4f1e-4d6a-9c3b-7a1f2e3d4c5b";

export type Row = Record<string, unknown>;
type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

/** A model, its signed sidecar, a registry that knows it, and the network between them. */
export interface World {
  readonly keys: KeyPair;
  readonly address: string;
  readonly sidecar: Sidecar & { readonly signature: string };
  /** What the registry says of the model; tests change it. */
  readonly record: Row;
  /** What is served, by URL without query; tests add and replace. */
  readonly routes: Map<string, Answer>;
  readonly calls: { readonly url: string; readonly init: RequestInit }[];
  readonly lookup: Lookup;
  resign(change: Partial<Record<keyof Sidecar, unknown>>): Promise<object>;
  serveSidecar(document: object | string): void;
}

export interface WorldOptions {
  readonly state?: ComplianceState;
  readonly now?: () => number;
  readonly storage?: Storage;
}

/** A fresh world; every badge of the page looks up in it from now on. */
export async function createWorld({ state = "COMPLIANT", now = () => NOW, storage = createStorage() }: WorldOptions = {}): Promise<World> {
  const keys = await generateKeyPair();
  const address = encodeAddress(MODEL_ID);
  const unsigned = buildSidecar({
    model_id: MODEL_ID,
    name: "Aster 7B",
    pubkey: keys.publicKey,
    wallet: address,
    license_version: "v8-10-2025",
    sha256: [WEIGHTS],
    registry: REGISTRY,
    locations: [PAGE],
    issued_at: "2026-10-01T00:00:00Z",
  });
  const sidecar = await signDocument("sidecar", unsigned, keys.secretKey);
  const record: Row = {
    registered: true,
    model_id: MODEL_ID,
    name: "Aster 7B",
    address,
    ed25519_pubkey: keys.publicKey,
    license_version: "v8-10-2025",
    asset_kind: "model",
    state,
    state_since: "2026-10-05T00:00:00Z",
    registered_at: "2026-09-01T00:00:00Z",
    locations: [PAGE],
    as_of: "2026-11-20T11:59:30Z",
  };
  const calls: World["calls"] = [];
  const routes = new Map<string, Answer>();
  const lookup = createLookup({ fetch: (url, init) => respond(routes, calls, url, init), now, memory: createMemory(() => storage) });
  OmlaBadge.lookup = lookup;
  const world: World = {
    keys,
    address,
    sidecar,
    record,
    routes,
    calls,
    lookup,
    resign: (change) => signDocument("sidecar", { ...unsigned, ...change }, keys.secretKey),
    serveSidecar: (document) =>
      routes.set(SIDECAR_URL, () => new Response(typeof document === "string" ? document : JSON.stringify(document))),
  };
  world.serveSidecar(sidecar);
  routes.set(`${REGISTRY}/rest/v1/rpc/verify_many`, (_url, init) => Response.json(answerMany(record, init)));
  return world;
}

/** Rows as the registry answers them: for each thing asked, the model or "not registered". */
export function answerMany(record: Row, { body }: RequestInit): Row[] {
  const asked = JSON.parse(String(body)) as Record<string, string[]>;
  const own = [record["model_id"], record["address"], WEIGHTS];
  return Object.values(asked).flatMap((queries) =>
    queries.map((query) => (own.includes(query) ? { ...record, query } : { registered: false, query, as_of: record["as_of"] })),
  );
}

async function respond(routes: World["routes"], calls: World["calls"], url: string, init: RequestInit): Promise<Response> {
  calls.push({ url, init });
  const answer = routes.get(url.split("?")[0] ?? "");
  if (!answer) throw new TypeError("no such host");
  return answer(url, init);
}

/** A storage that lives as long as the test. */
export function createStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
    clear: () => items.clear(),
    key: (index: number) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}
