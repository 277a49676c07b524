import { encodeAddress } from "@omla/sdk/protocol";
import type { Fetch } from "../src/fetch-text.ts";
import { createLookup, type Lookup } from "../src/lookup.ts";
import type { LastKnown } from "../src/memory.ts";
import type { BadgeState } from "../src/state.ts";
import {
  type Attributes,
  createSubject,
  DEAD_REGISTRY,
  HUB,
  REGISTRY,
  type Row,
  type Scenario,
  SCENARIOS,
  STATES,
  type Subject,
} from "./scenarios.ts";

/** A hub and a registry that exist on this page only, and the look-up that sees them. */
export interface Stage {
  readonly lookup: Lookup;
  /** The attributes of a badge that shows the state. */
  readonly attributes: Readonly<Record<BadgeState, Attributes>>;
  readonly subjects: Readonly<Record<BadgeState, Subject>>;
  /** Sends what the badge asks of the stage to it, and everything else to the network. */
  readonly fetch: Fetch;
}

/**
 * Sets every scenario up, with real keys and signatures.
 *
 * @param now - milliseconds since 1970
 */
export async function createStage(now: () => number): Promise<Stage> {
  const made = await Promise.all(STATES.map(async (state, index) => [state, await createSubject(index + 1, state, now())] as const));
  const subjects = Object.fromEntries(made) as Record<BadgeState, Subject>;
  const cast = await Promise.all(STATES.map(async (state) => [state, await SCENARIOS[state](subjects[state])] as const));
  const scenarios = Object.fromEntries(cast) as Record<BadgeState, Scenario>;
  const fetch = stageFetch(subjects, scenarios);
  const lookup = createLookup({ fetch, now, memory: { recall: recallOne(subjects.unreachable), remember: () => undefined } });
  const attributes = Object.fromEntries(STATES.map((state) => [state, scenarios[state].attributes])) as Record<BadgeState, Attributes>;
  return { lookup, attributes, subjects, fetch };
}

/** What was seen of the dead registry before it died. */
function recallOne({ record }: Subject): (key: string) => LastKnown | undefined {
  const id = String(record()["model_id"]);
  return (key) => (key === `${DEAD_REGISTRY} ids ${id}` ? { state: "COMPLIANT", as_of: "2026-11-12T08:00:00Z" } : undefined);
}

function stageFetch(subjects: Readonly<Record<BadgeState, Subject>>, scenarios: Readonly<Record<BadgeState, Scenario>>): Fetch {
  const sidecars = new Map(STATES.map((state) => [`${subjects[state].page}/omla.json`, scenarios[state].sidecar]));
  const records = STATES.map((state) => scenarios[state].record).filter((record) => record !== undefined);
  return async (url, init) => {
    if (url.startsWith(HUB)) return serveSidecar(sidecars.get(url));
    if (url.startsWith(DEAD_REGISTRY)) throw new TypeError("no such host");
    if (url.startsWith(REGISTRY)) return Response.json(answer(url.slice(REGISTRY.length), records, init));
    return globalThis.fetch(url, init);
  };
}

async function serveSidecar(text: string | null | undefined): Promise<Response> {
  if (text === null) return new Promise(() => undefined);
  return text === undefined ? new Response(null, { status: 404 }) : new Response(text);
}

function answer(path: string, records: readonly Row[], { body }: RequestInit): unknown {
  const asked = typeof body === "string" ? (JSON.parse(body) as Record<string, unknown>) : {};
  if (path.endsWith("/resolve_splits")) return SPLITS;
  if (path.endsWith("/lineage_graph")) return lineageOf(asked["target_model_id"]);
  if (path.endsWith("/omla")) return { registry: REGISTRY, rates: { model: "0.30" } };
  const queries = Object.values(asked as Record<string, string[]>).flat();
  return queries.map((query) => {
    const known = records.find(({ model_id, address }) => query === model_id || query === address);
    return known ? { ...known, query } : { registered: false, query };
  });
}

const SPLITS: readonly Row[] = [
  ["a1", "52.800000"],
  ["b2", "28.000000"],
  ["c3", "12.000000"],
  ["d4", "7.200000"],
].map(([id = "", percentage]) => ({
  wallet_address: encodeAddress(`${id.repeat(4)}-${id.repeat(2)}-4${id}0-8${id}0-${id.repeat(6)}`),
  percentage,
}));

function lineageOf(own: unknown): unknown {
  return {
    nodes: [
      { model_id: "a", wallet: null, registered: true, depth: 1, name: "Meadow Base 7B" },
      { model_id: "b", wallet: null, registered: false, depth: 1, name: "an MIT-licensed model" },
    ],
    edges: [
      { child_id: own, parent_id: "a", relationship: "fine-tune", contribution_weight: "0.40", position: 0, registered: true },
      { child_id: own, parent_id: "b", relationship: "merge", contribution_weight: "0.20", position: 1, registered: false },
    ],
  };
}
