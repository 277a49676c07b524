import { LINEAGE_CYCLE, LINEAGE_TOO_DEEP, LINEAGE_TOO_LARGE } from "./codes/lineage.ts";
import { protocolError, type OmlaError } from "./errors.ts";
import { DEFAULT_LIMITS, type LineageLimits } from "./limits.ts";
import { edgeFaults, splitFaults } from "./lineage-sets.ts";
import { findCycle, idsOf, topologicalOrder, walkLineage, type LineageModels, type LineageWalk } from "./lineage-walk.ts";

export interface LineageInput {
  readonly models: LineageModels;
  readonly target_model_id: string;
  /** {@link DEFAULT_LIMITS} where left out, member by member. */
  readonly limits?: Partial<LineageLimits> | undefined;
}

/** More faults than this help nobody. */
const MAX_FAULTS = 100;

/**
 * Whether a lineage may be stored: every fault of its sets, then the first fault of its graph.
 *
 * Looks at the target and what it reaches. Sets are taken by distance from the target; within one set, codes stand in the
 * protocol's order. Paths are `models.<id>.lineage_edges[1].contribution_weight` and the like. At most 100 faults.
 * @returns the faults; none means it may be stored
 * @throws MODEL_NOT_FOUND where the target is not among the models
 * @see docs/spec/4-splits.md clause 4.7, vectors/lineage-refusals.json
 */
export function checkLineage(input: LineageInput): OmlaError[] {
  const limits = withDefaults(input.limits ?? {});
  const walk = walkLineage(input.models, input.target_model_id);
  const faults: OmlaError[] = [];
  for (const fault of setFaults(walk, limits)) if (faults.push(fault) >= MAX_FAULTS) return faults;
  const fault = graphFault(walk, topologicalOrder(walk), limits);
  return fault === undefined ? faults : [...faults, fault];
}

/** Members that are absent, or null as a file writes it, say nothing. */
function withDefaults(limits: Partial<LineageLimits>): LineageLimits {
  const { models, depth, parents, splits } = DEFAULT_LIMITS;
  return {
    models: limits.models ?? models,
    depth: limits.depth ?? depth,
    parents: limits.parents ?? parents,
    splits: limits.splits ?? splits,
  };
}

function* setFaults(walk: LineageWalk, limits: LineageLimits): Generator<OmlaError> {
  for (const [id, index] of walk.indexes) {
    const model = walk.models[index];
    yield* edgeFaults(id, model?.lineage_edges ?? [], limits, `models.${id}.lineage_edges`);
    yield* splitFaults(model?.contribution_splits ?? [], limits, `models.${id}.contribution_splits`);
  }
}

/**
 * Refuses a lineage that may not be stored, by its first fault.
 *
 * @throws the first of LINEAGE_CYCLE LINEAGE_TOO_LARGE LINEAGE_TOO_DEEP PARENT_DUPLICATE PARENT_SELF PARENTS_TOO_MANY WEIGHT_RANGE
 * WEIGHT_SUM SPLITS_TOO_MANY SPLIT_RANGE SPLIT_SUM SPLIT_DUPLICATE, faults of sets before those of the graph | MODEL_NOT_FOUND
 * @see docs/spec/4-splits.md clause 4.7
 */
export function assertLineage(input: LineageInput): void {
  const [first] = checkLineage(input);
  if (first !== undefined) throw first;
}

/** Cycle, then size, then depth; a member of `limits` that is left out does not bound. */
export function graphFault(walk: LineageWalk, order: readonly number[], limits: Partial<LineageLimits>): OmlaError | undefined {
  const size = walk.models.length;
  if (order.length < size) return cycleFault(walk, findCycle(walk, order));
  const { models = Infinity, depth = Infinity } = limits;
  if (size > models) return protocolError(LINEAGE_TOO_LARGE, `${size} models, ${models} are allowed`, "models", { size, limit: models });
  const deepest = depth === Infinity ? 0 : (lineageDepths(walk, order)[order.at(-1) ?? 0] ?? 0);
  return deepest > depth
    ? protocolError(LINEAGE_TOO_DEEP, `${deepest} edges on the longest path, ${depth} are allowed`, "models", {
        depth: deepest,
        limit: depth,
      })
    : undefined;
}

/** How many members of a cycle a message spells out. */
const SHOWN_MEMBERS = 10;

function cycleFault(walk: LineageWalk, members: readonly number[]): OmlaError {
  const ids = idsOf(walk);
  const cycle = [...members, members[0] as number].map((index) => ids[index] as string);
  const [first = 0, second = first] = members;
  const edge = walk.parents.indexOf(second, walk.starts[first]) - (walk.starts[first] as number);
  const text = cycle.length > SHOWN_MEMBERS ? [...cycle.slice(0, SHOWN_MEMBERS), `… ${cycle.length - SHOWN_MEMBERS} more`] : cycle;
  const path = `models.${cycle[0]}.lineage_edges[${edge}].parent_id`;
  return protocolError(LINEAGE_CYCLE, `the lineage returns to where it began: ${text.join(" → ")}`, path, { cycle });
}

/** Edges on the longest path from the target to each model: the order comes by that depth, so the last child is the deepest. */
export function lineageDepths(walk: LineageWalk, order: readonly number[]): number[] {
  const depths = new Array<number>(walk.models.length).fill(0);
  for (const child of order) {
    for (let edge = walk.starts[child] as number; edge < (walk.starts[child + 1] as number); edge += 1) {
      const parent = walk.parents[edge] as number;
      if (parent >= 0) depths[parent] = (depths[child] as number) + 1;
    }
  }
  return depths;
}
