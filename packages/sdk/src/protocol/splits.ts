import { LINEAGE_POLICY, SPLIT_RANGE, SPLIT_SUM } from "./codes/lineage.ts";
import { WEIGHT_RANGE, WEIGHT_SUM } from "./codes/values.ts";
import { protocolError, type OmlaError, type HintedCode } from "./errors.ts";
import type { LineageLimits } from "./limits.ts";
import { compareText } from "./compare-text.ts";
import { graphFault } from "./lineage.ts";
import { FULL_PERCENTAGE, FULL_WEIGHT } from "./lineage-sets.ts";
import { edgesOf, idsOf, topologicalOrder, walkLineage, type LineageModel, type LineageModels, type LineageWalk } from "./lineage-walk.ts";
import { formatDecimal, readDecimal, shown } from "./money.ts";
import { addUnits, subtractUnits, takePart, unitsAt, unitsText, wholeAtFirst, type UnitColumn, type Units } from "./share-units.ts";

/** How the weights of several parents combine: each of what the ones before it left, or each of the whole. */
export type LineagePolicy = "sequential" | "declared";

export interface SplitsInput {
  readonly models: LineageModels;
  readonly target_model_id: string;
  readonly lineage_policy: LineagePolicy;
  /** Bounds on size and depth; none by default, since the work grows only linearly with the lineage. */
  readonly limits?: Partial<LineageLimits> | undefined;
}

export interface WalletShare {
  /** Lower case. */
  readonly wallet: string;
  /** An integer of 10^18. */
  readonly share: string;
}

/** Told of each edge to a registered parent: its place in the walk, what it carries, and its flow in units of 10^-12. */
export type EdgeListener = (edge: number, units: Units, flow: number) => void;

/** Told of each wallet at a model: what it gets there, by which split; -1 for the primary wallet of a model without splits. */
export type WalletListener = (model: number, split: number, wallet: string, units: Units) => void;

/**
 * Who gets which share of a royalty that arrives at the target: integers of 10^18 that sum to exactly 10^18.
 *
 * Each model is visited once, after all models below it: edges pass units up in declared order, rounded down, and the rest is
 * split locally, what rounding leaves over going to the first split. Sets are taken as they are stored: it refuses what would not
 * conserve, {@link assertLineage} what may not be stored. A set that no unit reaches is not looked at.
 * @returns ascending by wallet, in lower case, equal wallets added up, zero shares left out
 * @throws MODEL_NOT_FOUND | LINEAGE_POLICY | LINEAGE_CYCLE | LINEAGE_TOO_LARGE | LINEAGE_TOO_DEEP | WEIGHT_RANGE | WEIGHT_SUM |
 * SPLIT_RANGE | SPLIT_SUM
 * @see docs/spec/4-splits.md clause 4.1, vectors/splits.json
 */
export function resolveSplits(input: SplitsInput): WalletShare[] {
  const { walk, order } = orderedLineage(input);
  const wallets: string[] = [];
  const parts: UnitColumn = { highs: [], lows: [] };
  shareLocally(walk, passUnits(walk, order, input.lineage_policy), (_model, _split, wallet, { high, low }) => {
    if (high === 0 && low === 0) return;
    wallets.push(wallet.toLowerCase());
    parts.highs.push(high);
    parts.lows.push(low);
  });
  return mergeByWallet(wallets, parts);
}

/** Sorting brings equal wallets together; for the few of a usual lineage that is quicker than a Map. */
function mergeByWallet(wallets: readonly string[], parts: UnitColumn): WalletShare[] {
  const sorted = wallets.map((_, part) => part).sort((a, b) => compareText(wallets[a] as string, wallets[b] as string));
  const shares: WalletShare[] = [];
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] as number;
    const wallet = wallets[first] as string;
    for (at += 1; at < sorted.length && wallets[sorted[at] as number] === wallet; at += 1) {
      addUnits(parts, first, unitsAt(parts, sorted[at] as number));
    }
    shares.push({ wallet, share: unitsText(unitsAt(parts, first)) });
  }
  return shares;
}

/** The lineage of a target, and an order in which each model comes after all that descend from it. */
export function orderedLineage(input: SplitsInput): { walk: LineageWalk; order: number[] } {
  if (input.lineage_policy !== "sequential" && input.lineage_policy !== "declared") {
    throw protocolError(LINEAGE_POLICY, `${shown(input.lineage_policy)} is not a lineage policy`, "lineage_policy");
  }
  const walk = walkLineage(input.models, input.target_model_id);
  const order = topologicalOrder(walk);
  const fault = graphFault(walk, order, input.limits ?? {});
  if (fault !== undefined) throw fault;
  return { walk, order };
}

/** Sends the whole from the target up its lineage. @returns what stays at each model */
export function passUnits(walk: LineageWalk, order: readonly number[], policy: LineagePolicy, onEdge?: EdgeListener): UnitColumn {
  const column = wholeAtFirst(walk.models.length);
  const flow: Units = { high: 0, low: 0 };
  for (const child of order) {
    if (column.highs[child] !== 0 || column.lows[child] !== 0) passFrom(walk, child, policy, column, flow, onEdge);
  }
  return column;
}

function passFrom(walk: LineageWalk, child: number, policy: LineagePolicy, column: UnitColumn, flow: Units, onEdge?: EdgeListener): void {
  const [high, low] = [column.highs[child] as number, column.lows[child] as number];
  const edges = edgesOf(walk.models[child] as LineageModel);
  const start = walk.starts[child] as number;
  let sum = 0;
  let applied = 0;
  for (let at = 0; at < edges.length; at += 1) {
    const weight = readPart(edges[at]?.contribution_weight, FULL_WEIGHT);
    if (weight < 0) throw setError(WEIGHT_RANGE, "a weight is out of range", walk, child, `lineage_edges[${at}].contribution_weight`);
    sum += weight;
    if (sum > FULL_WEIGHT) throw setError(WEIGHT_SUM, "the weights sum to more than 1", walk, child, "lineage_edges");
    const parent = walk.parents[start + at] as number;
    if (parent < 0) continue;
    const part = weight * (FULL_WEIGHT - applied);
    takePart(high, low, part, flow);
    if (policy === "sequential") applied += weight;
    subtractUnits(column, child, flow);
    addUnits(column, parent, flow);
    onEdge?.(start + at, flow, part);
  }
}

/** Gives what stays at each model to its wallets; uses the column up. */
export function shareLocally(walk: LineageWalk, local: UnitColumn, onWallet: WalletListener): void {
  const units: Units = { high: 0, low: 0 };
  for (let index = 0; index < walk.models.length; index += 1) {
    if (local.highs[index] === 0 && local.lows[index] === 0) continue;
    const { wallet, contribution_splits: splits } = walk.models[index] as LineageModel;
    if (splits !== undefined && splits.length > 0) shareBySplits(walk, index, local, units, onWallet);
    const first = splits?.[0];
    onWallet(index, first === undefined ? -1 : 0, first?.wallet ?? wallet, unitsAt(local, index));
  }
}

/** Gives the splits but the first their part, rounded down; the first gets what then stays, the rounding included. */
function shareBySplits(walk: LineageWalk, index: number, local: UnitColumn, units: Units, onWallet: WalletListener): void {
  const [high, low] = [local.highs[index] as number, local.lows[index] as number];
  const splits = walk.models[index]?.contribution_splits ?? [];
  let sum = 0;
  for (let at = 0; at < splits.length; at += 1) {
    const part = readPart(splits[at]?.percentage, FULL_PERCENTAGE);
    if (part < 0) throw setError(SPLIT_RANGE, "a percentage is out of range", walk, index, `contribution_splits[${at}].percentage`);
    sum += part;
    if (at === 0) continue;
    takePart(high, low, part * 10_000, units);
    subtractUnits(local, index, units);
    onWallet(index, at, splits[at]?.wallet ?? "", units);
  }
  if (sum !== FULL_PERCENTAGE) throw setError(SPLIT_SUM, "the splits do not sum to 100 percent", walk, index, "contribution_splits");
}

function readPart(value: unknown, full: number): number {
  const units = readDecimal(value, 6);
  return units <= full ? units : -1;
}

function setError(code: HintedCode, message: string, walk: LineageWalk, index: number, member: string): OmlaError {
  return protocolError(code, message, `models.${idsOf(walk)[index]}.${member}`);
}

/**
 * A share as a percentage to show to people, rounded half up.
 *
 * @returns shortest decimal form with at most `places` places
 * @see docs/spec/4-splits.md clause 4.14
 * @example sharePercentage("420000000000000000") // "42"
 */
export function sharePercentage(share: string, places = 6): string {
  const unit = 10n ** BigInt(16 - places);
  return formatDecimal((BigInt(share) + unit / 2n) / unit, places);
}
