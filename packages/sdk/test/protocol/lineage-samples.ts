import fc from "fast-check";
import type { LineageModel } from "../../src/protocol/lineage-walk.ts";

export interface LineageCase {
  readonly models: Record<string, LineageModel>;
  readonly target_model_id: string;
}

const MAX_MODELS = 10;

/** Six decimal places, with superfluous trailing zeros taken off now and then. */
function decimal(units: number, short: boolean): string {
  const text = `${Math.floor(units / 1e6)}.${String(units % 1e6).padStart(6, "0")}`;
  return short ? text.replace(/\.?0+$/, "") : text;
}

/** Integers that sum to at most the whole: the gaps between sorted cuts. */
function gaps(cuts: readonly number[]): number[] {
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.map((cut, at) => cut - (sorted[at - 1] ?? 0));
}

const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 4 }).map(gaps);

/** Percentages of 1 to 4 distinct wallets that sum to exactly 100; the cuts are distinct, so none is 0. */
const splits = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 99_999_999 }), { maxLength: 3 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([cuts, wallets, short]) =>
    gaps([...cuts, 100_000_000]).map((units, at) => ({ wallet: `Wallet${wallets[at]}`, percentage: decimal(units, short) })),
  );

interface Drawn {
  readonly weights: number[];
  readonly parents: number[];
  readonly splits: { wallet: string; percentage: string }[] | undefined;
  readonly short: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  weights,
  parents: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }),
  splits: fc.option(splits, { nil: undefined }),
  short: fc.boolean(),
});

/** A random lineage that may be stored: edges lead to models of a higher number, or outside; wallets repeat in two cases of letters. */
export const lineages: fc.Arbitrary<LineageCase> = fc.array(drawn, { minLength: 1, maxLength: MAX_MODELS }).map((rows) => {
  const models = rows.map((row, at): [string, LineageModel] => {
    const parents = row.parents.map((parent) => at + 1 + parent);
    const lineage_edges = row.weights.map((units, position) => ({
      parent_id: `m${parents[position]}`,
      contribution_weight: decimal(units, row.short),
    }));
    return [`m${at}`, { wallet: `wallet${at % 6}`, lineage_edges, contribution_splits: row.splits ?? [] }];
  });
  return { models: Object.fromEntries(models.reverse()), target_model_id: "m0" };
});

/** Rungs of diamonds: `r0` splits over two sides, which meet in `r1`, and so on; paths double with every rung. */
export function ladderOf(rungs: number): LineageCase {
  const models: Record<string, LineageModel> = { [`r${rungs}`]: { wallet: "bottom" } };
  for (let rung = 0; rung < rungs; rung += 1) {
    const sides = [`r${rung}a`, `r${rung}b`];
    models[`r${rung}`] = { wallet: "rung", lineage_edges: sides.map((parent_id) => ({ parent_id, contribution_weight: "0.5" })) };
    for (const side of sides) models[side] = { wallet: "side", lineage_edges: [{ parent_id: `r${rung + 1}`, contribution_weight: "1" }] };
  }
  return { models, target_model_id: "r0" };
}

/** `c0` descends from `c1`, and so on. */
export function chainOf(length: number, weight = "1"): LineageCase {
  const models: Record<string, LineageModel> = {};
  for (let at = 0; at < length; at += 1) {
    models[`c${at}`] = {
      wallet: `wallet${at}`,
      lineage_edges: at + 1 < length ? [{ parent_id: `c${at + 1}`, contribution_weight: weight }] : [],
    };
  }
  return { models, target_model_id: "c0" };
}
