import type { LineageModel } from "@omla/sdk/protocol";

export interface LineageSample {
  readonly models: Record<string, LineageModel>;
  readonly target: string;
}

export function chainOf(length: number): LineageSample {
  const models: LineageSample["models"] = {};
  for (let at = 0; at < length; at += 1) {
    models[idOf(at)] = {
      wallet: walletOf(at),
      lineage_edges: at + 1 < length ? [{ parent_id: idOf(at + 1), contribution_weight: "0.40" }] : [],
      contribution_splits: [
        { wallet: walletOf(at), percentage: "70" },
        { wallet: walletOf(at + length), percentage: "30" },
      ],
    };
  }
  return { models, target: idOf(0) };
}

/** Each rung leads to the next over two models, so that paths double with every rung. */
export function ladderOf(diamonds: number): LineageSample {
  const models: LineageSample["models"] = {};
  for (let rung = 0; rung < diamonds; rung += 1) {
    const sides = [idOf(rung * 3 + 1), idOf(rung * 3 + 2)];
    models[idOf(rung * 3)] = {
      wallet: walletOf(rung),
      lineage_edges: sides.map((parent_id) => ({ parent_id, contribution_weight: "0.5" })),
    };
    for (const side of sides) {
      models[side] = { wallet: walletOf(rung + diamonds), lineage_edges: [{ parent_id: idOf(rung * 3 + 3), contribution_weight: "0.9" }] };
    }
  }
  models[idOf(diamonds * 3)] = { wallet: walletOf(0) };
  return { models, target: idOf(0) };
}

/** Every model has three parents among the next thousand, so that all are reached; each id is one string, as a reader of rows keeps it. */
export function randomLineage(size: number): LineageSample {
  const random = seededRandom(size);
  const ids = Array.from({ length: size }, (_, at) => idOf(at));
  const models: LineageSample["models"] = {};
  ids.forEach((id, at) => {
    const parents = [at + 1, at + 2 + Math.floor(random() * 500), at + 502 + Math.floor(random() * 500)].filter((parent) => parent < size);
    const edges = parents.map((parent) => ({ parent_id: ids[parent] as string, contribution_weight: (0.05 + random() / 4).toFixed(6) }));
    models[id] = { wallet: walletOf(at), lineage_edges: edges };
  });
  return { models, target: idOf(0) };
}

function idOf(index: number): string {
  const digits = index.toString(16).padStart(12, "0");
  return flat(`${digits.slice(4)}-0000-4000-8000-${digits}`);
}

function walletOf(index: number): string {
  return flat(`omla1${String(index).padStart(32, "q")}`);
}

/** Text read from a database is one piece; what a template builds is a tree of pieces until it is looked up. */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** Mulberry32, seeded, so that every run measures the same graph. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
