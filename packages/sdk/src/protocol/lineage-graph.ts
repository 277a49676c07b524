import { compareText } from "./compare-text.ts";
import { graphFault, lineageDepths, type LineageInput } from "./lineage.ts";
import { edgesOf, idsOf, topologicalOrder, walkLineage, type LineageModel, type LineageWalk } from "./lineage-walk.ts";

export interface LineageGraph {
  /** Ascending by depth, then id. */
  readonly nodes: readonly {
    readonly model_id: string;
    /** Primary wallet in lower case; null for a parent outside the registry. */
    readonly wallet: string | null;
    readonly registered: boolean;
    /** Edges on the longest path from the target. */
    readonly depth: number;
  }[];
  /** By child in the order of the nodes, then in declared order. */
  readonly edges: readonly {
    readonly child_id: string;
    readonly parent_id: string;
    readonly relationship: string | null;
    readonly contribution_weight: string;
    /** From 0. */
    readonly position: number;
    readonly registered: boolean;
  }[];
}

/**
 * The lineage of a model as nodes and edges, parents outside the registry included.
 *
 * @throws MODEL_NOT_FOUND | LINEAGE_CYCLE | LINEAGE_TOO_LARGE | LINEAGE_TOO_DEEP; no limit holds where none is given
 * @see docs/spec/4-splits.md clause 4.7
 */
export function lineageGraph(input: LineageInput): LineageGraph {
  const walk = walkLineage(input.models, input.target_model_id);
  const order = topologicalOrder(walk);
  const fault = graphFault(walk, order, input.limits ?? {});
  if (fault !== undefined) throw fault;
  const depths = lineageDepths(walk, order);
  const ids = idsOf(walk);
  const rank = ids
    .map((_, index) => index)
    .sort((a, b) => (depths[a] as number) - (depths[b] as number) || compareText(ids[a] as string, ids[b] as string));
  const edges = rank.flatMap((index) => graphEdges(walk, index, ids[index] as string));
  return { nodes: graphNodes(walk, depths, edges), edges };
}

function graphEdges(walk: LineageWalk, index: number, childId: string): LineageGraph["edges"] {
  return edgesOf(walk.models[index] as LineageModel).map((edge, position) => ({
    child_id: childId,
    parent_id: edge.parent_id,
    relationship: edge.relationship ?? null,
    contribution_weight: String(edge.contribution_weight),
    position,
    registered: (walk.parents[(walk.starts[index] as number) + position] as number) >= 0,
  }));
}

function graphNodes(walk: LineageWalk, depths: readonly number[], edges: LineageGraph["edges"]): LineageGraph["nodes"] {
  const nodes: LineageGraph["nodes"][number][] = [...walk.indexes].map(([model_id, index]) => ({
    model_id,
    wallet: (walk.models[index] as LineageModel).wallet.toLowerCase(),
    registered: true,
    depth: depths[index] as number,
  }));
  const outside = new Map<string, number>();
  // Edges come by the depth of their child, so the last one decides.
  for (const { child_id, parent_id, registered } of edges) {
    if (!registered) outside.set(parent_id, (depths[walk.indexes.get(child_id) as number] as number) + 1);
  }
  for (const [model_id, depth] of outside) nodes.push({ model_id, wallet: null, registered: false, depth });
  return nodes.sort((a, b) => a.depth - b.depth || compareText(a.model_id, b.model_id));
}
