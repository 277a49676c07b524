import { MODEL_NOT_FOUND } from "./codes/lineage.ts";
import { protocolError } from "./errors.ts";
import type { DecimalInput } from "./money.ts";

export interface LineageEdge {
  readonly parent_id: string;
  readonly relationship?: string | undefined;
  /** 0 to 1, up to six places. */
  readonly contribution_weight: DecimalInput;
}

export interface ContributionSplit {
  readonly wallet: string;
  /** Above 0, up to 100, up to six places. */
  readonly percentage: DecimalInput;
}

/** A registered model as split resolution sees it. */
export interface LineageModel {
  /** Its primary wallet. */
  readonly wallet: string;
  /** In declared order. A parent that is not among the models is outside the registry. */
  readonly lineage_edges?: readonly LineageEdge[] | undefined;
  /** In declared order. */
  readonly contribution_splits?: readonly ContributionSplit[] | undefined;
}

/** Finds a model by its id; undefined where it is not registered here. */
export type FindModel = (id: string) => LineageModel | undefined;

/** Model id → model, as a plain object, a Map or a function. */
export type LineageModels = Readonly<Record<string, LineageModel>> | ReadonlyMap<string, LineageModel> | FindModel;

/** The lineage of a target: itself at index 0, then its registered ancestors by distance. */
export interface LineageWalk {
  readonly models: readonly LineageModel[];
  /** Model id → index, in the order of the indexes. */
  readonly indexes: ReadonlyMap<string, number>;
  /** The edges of model i are `parents[starts[i]]` up to `parents[starts[i + 1] - 1]`, in declared order. */
  readonly starts: readonly number[];
  /** Index of each edge's parent, -1 where it is outside the registry. */
  readonly parents: readonly number[];
  /** How many edges of the lineage point to each model. */
  readonly inDegrees: readonly number[];
}

const NO_EDGES: readonly LineageEdge[] = [];

/** Every edge of a model, also of one whose member is absent. */
export function edgesOf(model: LineageModel): readonly LineageEdge[] {
  return model.lineage_edges ?? NO_EDGES;
}

/**
 * Numbers the target and every registered ancestor once, breadth first, without recursion.
 *
 * @throws MODEL_NOT_FOUND where the target is not among the models
 */
export function walkLineage(models: LineageModels, targetId: string): LineageWalk {
  const find = modelFinder(models);
  const target = find(targetId);
  if (target === undefined) throw protocolError(MODEL_NOT_FOUND, `the target ${targetId} is not among the models`, "target_model_id");
  const found = [target];
  const indexes = new Map([[targetId, 0]]);
  const starts: number[] = [];
  const parents: number[] = [];
  const inDegrees = [0];
  for (let child = 0; child < found.length; child += 1) {
    starts.push(parents.length);
    for (const { parent_id: id } of edgesOf(found[child] as LineageModel)) {
      let parent = indexes.get(id) ?? -1;
      if (parent < 0) {
        const model = find(id);
        if (model !== undefined) {
          parent = found.length;
          indexes.set(id, parent);
          found.push(model);
          inDegrees.push(0);
        }
      }
      if (parent >= 0) inDegrees[parent] = (inDegrees[parent] as number) + 1;
      parents.push(parent);
    }
  }
  starts.push(parents.length);
  return { models: found, indexes, starts, parents, inDegrees };
}

/** The model ids by index: for answers and errors, so that a walk need not carry a second list. */
export function idsOf(walk: LineageWalk): string[] {
  return [...walk.indexes.keys()];
}

/** Looks a model up in whatever the caller keeps its models in; inherited members of an object are no models. */
export function modelFinder(models: LineageModels): FindModel {
  if (typeof models === "function") return models;
  if (models instanceof Map) return (id) => models.get(id) as LineageModel | undefined;
  const table = models as Readonly<Record<string, LineageModel>>;
  return (id) => (Object.hasOwn(table, id) ? table[id] : undefined);
}

/**
 * The models' indexes by depth, the longest path from the target, so that each comes after every model that descends from it;
 * shorter than the lineage where there is a cycle.
 */
export function topologicalOrder(walk: LineageWalk): number[] {
  const { starts, parents } = walk;
  const waiting = walk.inDegrees.slice();
  const order = waiting[0] === 0 ? [0] : [];
  for (let at = 0; at < order.length; at += 1) {
    const child = order[at] as number;
    for (let edge = starts[child] as number; edge < (starts[child + 1] as number); edge += 1) {
      const parent = parents[edge] as number;
      if (parent < 0) continue;
      const left = (waiting[parent] as number) - 1;
      waiting[parent] = left;
      if (left === 0) order.push(parent);
    }
  }
  return order;
}

/** The indexes of one cycle from child to parent, beginning with the member nearest to the target; empty where there is none. */
export function findCycle(walk: LineageWalk, order: readonly number[]): number[] {
  const size = walk.models.length;
  if (order.length === size) return [];
  const childOf = childrenOutside(walk, order);
  // Every model left over has a child that is left over, so walking down must come round.
  let at = childOf.findIndex((child) => child >= 0);
  for (let step = 0; step < size; step += 1) at = childOf[at] as number;
  const down = [at];
  for (let next = childOf[at] as number; next !== at; next = childOf[next] as number) down.push(next);
  const up = down.reverse();
  const first = up.indexOf(up.reduce((a, b) => Math.min(a, b)));
  return [...up.slice(first), ...up.slice(0, first)];
}

/** For each model that the order leaves out, some child of it that is left out too; -1 elsewhere. */
function childrenOutside(walk: LineageWalk, order: readonly number[]): number[] {
  const ordered = new Uint8Array(walk.models.length);
  for (const index of order) ordered[index] = 1;
  const childOf = new Array<number>(walk.models.length).fill(-1);
  for (let child = 0; child < walk.models.length; child += 1) {
    if (ordered[child] === 1) continue;
    for (let edge = walk.starts[child] as number; edge < (walk.starts[child + 1] as number); edge += 1) {
      const parent = walk.parents[edge] as number;
      if (parent >= 0 && ordered[parent] === 0) childOf[parent] = child;
    }
  }
  return childOf;
}
