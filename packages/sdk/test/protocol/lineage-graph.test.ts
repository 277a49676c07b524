import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineageGraph } from "../../src/protocol/lineage-graph.ts";
import { faultOf } from "./fault-of.ts";
import { chainOf, ladderOf, lineages } from "./lineage-samples.ts";

describe("a lineage graph", () => {
  it("has every model once, by the longest way to it, and parents outside the registry as well", () => {
    const models = {
      b: { wallet: "B" },
      a: {
        wallet: "A",
        lineage_edges: [
          { parent_id: "b", relationship: "merge", contribution_weight: "0.10" },
          { parent_id: "x", contribution_weight: 0.2 },
        ],
      },
      t: {
        wallet: "T",
        lineage_edges: [
          { parent_id: "b", relationship: "distill", contribution_weight: "0.5" },
          { parent_id: "a", relationship: "fine-tune", contribution_weight: "0" },
        ],
      },
    };
    expect(lineageGraph({ models, target_model_id: "t" })).toEqual({
      nodes: [
        { model_id: "t", wallet: "t", registered: true, depth: 0 },
        { model_id: "a", wallet: "a", registered: true, depth: 1 },
        { model_id: "b", wallet: "b", registered: true, depth: 2 },
        { model_id: "x", wallet: null, registered: false, depth: 2 },
      ],
      edges: [
        { child_id: "t", parent_id: "b", relationship: "distill", contribution_weight: "0.5", position: 0, registered: true },
        { child_id: "t", parent_id: "a", relationship: "fine-tune", contribution_weight: "0", position: 1, registered: true },
        { child_id: "a", parent_id: "b", relationship: "merge", contribution_weight: "0.10", position: 0, registered: true },
        { child_id: "a", parent_id: "x", relationship: null, contribution_weight: "0.2", position: 1, registered: false },
      ],
    });
  });

  it("leads every edge from a shallower node to a deeper one that is there", () => {
    fc.assert(
      fc.property(lineages, (sample) => {
        const { nodes, edges } = lineageGraph(sample);
        const depths = new Map(nodes.map(({ model_id, depth }) => [model_id, depth]));
        expect(depths.size).toBe(nodes.length);
        for (const { child_id, parent_id } of edges) expect(depths.get(parent_id)).toBeGreaterThan(depths.get(child_id) as number);
        for (const { model_id, depth } of nodes) {
          const before = edges.filter(({ parent_id }) => parent_id === model_id).map(({ child_id }) => depths.get(child_id) as number);
          expect(depth).toBe(before.length === 0 ? 0 : Math.max(...before) + 1);
        }
      }),
    );
  });

  it("of a ladder of 40 diamonds is there at once", () => {
    const { nodes, edges } = lineageGraph(ladderOf(40));
    expect([nodes.length, edges.length, nodes.at(-1)?.depth]).toEqual([121, 160, 80]);
  });

  it("is bounded only by limits that are given, and refuses a cycle", () => {
    expect(lineageGraph(chainOf(2000)).nodes).toHaveLength(2000);
    expect(faultOf(() => lineageGraph({ ...chainOf(20), limits: { models: 19 } })).code).toBe("LINEAGE_TOO_LARGE");
    const cycle = { t: { wallet: "t", lineage_edges: [{ parent_id: "t", contribution_weight: "0" }] } };
    expect(faultOf(() => lineageGraph({ models: cycle, target_model_id: "t" })).code).toBe("LINEAGE_CYCLE");
  });
});
