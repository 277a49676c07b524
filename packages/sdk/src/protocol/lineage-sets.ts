import { protocolError, type OmlaError } from "./errors.ts";
import type { LineageLimits } from "./limits.ts";
import type { ContributionSplit, LineageEdge } from "./lineage-walk.ts";
import { formatDecimal, readDecimal, shown } from "./money.ts";

/** 1 in units of 10^-6. */
export const FULL_WEIGHT = 1_000_000;
/** 100 percent in units of 10^-6 percent. */
export const FULL_PERCENTAGE = 100_000_000;

/**
 * Faults of one model's edges, in the order of the protocol's list of codes; members past the limit are not looked at.
 *
 * @see docs/spec/4-splits.md clause 4.9
 */
export function edgeFaults(id: string, edges: readonly LineageEdge[], limits: LineageLimits, path: string): OmlaError[] {
  const within = edges.slice(0, limits.parents);
  const tooMany = edges.length > limits.parents;
  const range = within.flatMap(({ contribution_weight: weight }, at) =>
    isPart(weight, FULL_WEIGHT)
      ? []
      : [protocolError("WEIGHT_RANGE", `${shown(weight)} is not a weight`, `${path}[${at}].contribution_weight`)],
  );
  const sum = within.reduce((total, edge) => total + readDecimal(edge.contribution_weight, 6), 0);
  return [
    ...repeated(within.map((edge) => edge.parent_id)).map((at) =>
      protocolError("PARENT_DUPLICATE", `a second edge to ${shown(within[at]?.parent_id)}`, `${path}[${at}].parent_id`),
    ),
    ...within.flatMap((edge, at) =>
      sameId(edge.parent_id, id) ? [protocolError("PARENT_SELF", "the model is its own parent", `${path}[${at}].parent_id`)] : [],
    ),
    ...(tooMany ? [protocolError("PARENTS_TOO_MANY", `${edges.length} parents, ${limits.parents} are allowed`, path)] : []),
    ...range,
    ...(!tooMany && range.length === 0 && sum > FULL_WEIGHT
      ? [protocolError("WEIGHT_SUM", `the weights sum to ${formatDecimal(BigInt(sum), 6)}, above 1`, path)]
      : []),
  ];
}

/** Faults of one model's splits, likewise. @see docs/spec/4-splits.md clause 4.10 */
export function splitFaults(splits: readonly ContributionSplit[], limits: LineageLimits, path: string): OmlaError[] {
  const within = splits.slice(0, limits.splits);
  const tooMany = splits.length > limits.splits;
  const range = within.flatMap(({ percentage }, at) =>
    isPart(percentage, FULL_PERCENTAGE) && readDecimal(percentage, 6) > 0
      ? []
      : [protocolError("SPLIT_RANGE", `${shown(percentage)} is not a percentage of a split`, `${path}[${at}].percentage`)],
  );
  const sum = within.reduce((total, split) => total + readDecimal(split.percentage, 6), 0);
  return [
    ...(tooMany ? [protocolError("SPLITS_TOO_MANY", `${splits.length} splits, ${limits.splits} are allowed`, path)] : []),
    ...range,
    ...(!tooMany && range.length === 0 && splits.length > 0 && sum !== FULL_PERCENTAGE
      ? [protocolError("SPLIT_SUM", `the splits sum to ${formatDecimal(BigInt(sum), 6)} percent`, path)]
      : []),
    ...repeated(within.map((split) => split.wallet)).map((at) =>
      protocolError("SPLIT_DUPLICATE", `${shown(within[at]?.wallet)} is named twice`, `${path}[${at}].wallet`),
    ),
  ];
}

function isPart(value: unknown, full: number): boolean {
  const units = readDecimal(value, 6);
  return units >= 0 && units <= full;
}

/** Positions whose text stood before, in any case of letters. */
function repeated(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, at) => {
    const key = text.toLowerCase();
    if (seen.has(key)) return [at];
    seen.add(key);
    return [];
  });
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
