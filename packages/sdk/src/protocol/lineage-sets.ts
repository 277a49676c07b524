import {
  PARENTS_TOO_MANY,
  PARENT_DUPLICATE,
  PARENT_SELF,
  SPLITS_TOO_MANY,
  SPLIT_DUPLICATE,
  SPLIT_RANGE,
  SPLIT_SUM,
} from "./codes/lineage.ts";
import { WEIGHT_RANGE, WEIGHT_SUM } from "./codes/values.ts";
import { protocolError, type OmlaError } from "./errors.ts";
import type { LineageLimits } from "./limits.ts";
import type { ContributionSplit, LineageEdge } from "./lineage-walk.ts";
import { formatDecimal, readDecimal, shown } from "./money.ts";

/** 1 in units of 10^-6. */
export const FULL_WEIGHT = 1_000_000;
/** 100 percent in units of 10^-6 percent. */
export const FULL_PERCENTAGE = 100_000_000;

/**
 * Faults of one model's edges, one by one in the order of the protocol's list of codes; members past the limit are not looked at.
 *
 * @see docs/spec/4-splits.md clause 4.9
 */
export function* edgeFaults(id: string, edges: readonly LineageEdge[], limits: LineageLimits, path: string): Generator<OmlaError> {
  const within = edges.slice(0, limits.parents);
  const at = (position: number, member: keyof LineageEdge): string => `${path}[${position}].${member}`;
  for (const [position, edge] of repeated(within, ({ parent_id }) => parent_id)) {
    yield protocolError(PARENT_DUPLICATE, `a second edge to ${shown(edge.parent_id)}`, at(position, "parent_id"));
  }
  for (const [position, edge] of within.entries()) {
    if (edge.parent_id.toLowerCase() !== id.toLowerCase()) continue;
    yield protocolError(PARENT_SELF, "the model is its own parent", at(position, "parent_id"));
  }
  if (edges.length > limits.parents) {
    yield protocolError(PARENTS_TOO_MANY, `${edges.length} parents, ${limits.parents} are allowed`, path);
  }
  const weights = within.map(({ contribution_weight }) => contribution_weight);
  for (const [position, weight] of outOfRange(weights, 0, FULL_WEIGHT)) {
    yield protocolError(WEIGHT_RANGE, `${shown(weight)} is not a weight`, at(position, "contribution_weight"));
  }
  const sum = soundSum(weights, 0, FULL_WEIGHT);
  if (sum > FULL_WEIGHT) yield protocolError(WEIGHT_SUM, `the weights sum to ${formatDecimal(BigInt(sum), 6)}, above 1`, path);
}

/** Faults of one model's splits, likewise. @see docs/spec/4-splits.md clause 4.10 */
export function* splitFaults(splits: readonly ContributionSplit[], limits: LineageLimits, path: string): Generator<OmlaError> {
  const within = splits.slice(0, limits.splits);
  if (splits.length > limits.splits) {
    yield protocolError(SPLITS_TOO_MANY, `${splits.length} splits, ${limits.splits} are allowed`, path);
  }
  const percentages = within.map(({ percentage }) => percentage);
  for (const [position, percentage] of outOfRange(percentages, 1, FULL_PERCENTAGE)) {
    yield protocolError(SPLIT_RANGE, `${shown(percentage)} is not a percentage of a split`, `${path}[${position}].percentage`);
  }
  const sum = splits.length > limits.splits ? NaN : soundSum(percentages, 1, FULL_PERCENTAGE);
  if (splits.length > 0 && sum !== FULL_PERCENTAGE && !Number.isNaN(sum)) {
    yield protocolError(SPLIT_SUM, `the splits sum to ${formatDecimal(BigInt(sum), 6)} percent`, path);
  }
  for (const [position, { wallet }] of repeated(within, (split) => split.wallet)) {
    yield protocolError(SPLIT_DUPLICATE, `${shown(wallet)} is named twice`, `${path}[${position}].wallet`);
  }
}

function* outOfRange(values: readonly unknown[], from: number, to: number): Generator<[number, unknown]> {
  for (const [position, value] of values.entries()) {
    const units = readDecimal(value, 6);
    if (units < from || units > to) yield [position, value];
  }
}

/** The sum in units of 10^-6; NaN, which no comparison meets, where a value is out of range and the sum means nothing. */
function soundSum(values: readonly unknown[], from: number, to: number): number {
  if (!outOfRange(values, from, to).next().done) return NaN;
  return values.reduce<number>((sum, value) => sum + readDecimal(value, 6), 0);
}

/** Members whose text stood before, in any case of letters. */
function* repeated<T>(members: readonly T[], textOf: (member: T) => string): Generator<[number, T]> {
  const seen = new Set<string>();
  for (const [position, member] of members.entries()) {
    const key = textOf(member).toLowerCase();
    if (seen.has(key)) yield [position, member];
    seen.add(key);
  }
}
