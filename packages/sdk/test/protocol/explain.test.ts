import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainSplits } from "../../src/protocol/explain.ts";
import { type LineagePolicy, resolveSplits } from "../../src/protocol/splits.ts";
import { faultOf } from "./fault-of.ts";
import { ladderOf, lineages } from "./lineage-samples.ts";

const policies = fc.constantFrom<LineagePolicy>("sequential", "declared");
const sum = (texts: readonly string[]): bigint => texts.reduce((total, text) => total + BigInt(text), 0n);

const diamond = {
  models: {
    top: {
      wallet: "ann",
      contribution_splits: [
        { wallet: "bob", percentage: "33.333333" },
        { wallet: "ann", percentage: "66.666667" },
      ],
    },
    left: { wallet: "ann", lineage_edges: [{ parent_id: "top", contribution_weight: "0.5" }] },
    right: {
      wallet: "cyd",
      lineage_edges: [
        { parent_id: "elsewhere", contribution_weight: "0.5" },
        { parent_id: "top", contribution_weight: "0.50" },
      ],
    },
    m: {
      wallet: "cyd",
      lineage_edges: [
        { parent_id: "left", contribution_weight: "0.4" },
        { parent_id: "right", contribution_weight: "0.3" },
      ],
    },
  },
  target_model_id: "m",
  lineage_policy: "sequential",
} as const;

describe("an explanation", () => {
  it("shows the models at which a wallet is paid, and the edges over which its units come", () => {
    // 0.4 over the left, 0.3 × 0.6 = 0.18 over the right; half of each goes to the top: 0.2 + 0.09. Ann gets 0.2 at the left,
    // and of the top's 0.29 two thirds: 29e16 × 66.666667 % = 193333334300000000 with nothing lost.
    expect(explainSplits({ ...diamond, wallet: "ANN" })).toEqual({
      wallet: "ann",
      share: "393333334300000000",
      percentage: "39.333333",
      parts: [
        {
          model_id: "left",
          arrived: "400000000000000000",
          passed_up: "200000000000000000",
          local: "200000000000000000",
          split: null,
          percentage: "100",
          share: "200000000000000000",
          rounding: "0",
        },
        {
          model_id: "top",
          arrived: "290000000000000000",
          passed_up: "0",
          local: "290000000000000000",
          split: 1,
          percentage: "66.666667",
          share: "193333334300000000",
          rounding: "0",
        },
      ],
      edges: [
        { child_id: "m", parent_id: "left", position: 0, contribution_weight: "0.4", flow: "0.4", share: "400000000000000000" },
        { child_id: "m", parent_id: "right", position: 1, contribution_weight: "0.3", flow: "0.18", share: "180000000000000000" },
        { child_id: "left", parent_id: "top", position: 0, contribution_weight: "0.5", flow: "0.5", share: "200000000000000000" },
        { child_id: "right", parent_id: "top", position: 1, contribution_weight: "0.50", flow: "0.5", share: "90000000000000000" },
      ],
    });
  });

  it("leaves out edges that lead to nothing of the wallet's", () => {
    expect(explainSplits({ ...diamond, wallet: "cyd" }).edges.map(({ parent_id }) => parent_id)).toEqual(["right"]);
  });

  it("leaves out edges that carry nothing, also to a model at which the wallet is paid", () => {
    const edges = [
      { parent_id: "p", contribution_weight: "0.5" },
      { parent_id: "q", contribution_weight: "0.1" },
    ];
    const models = {
      m: { wallet: "w", lineage_edges: edges },
      q: { wallet: "w", lineage_edges: [{ parent_id: "p", contribution_weight: "0" }] },
      p: { wallet: "paid" },
    };
    const explained = explainSplits({ models, target_model_id: "m", lineage_policy: "sequential", wallet: "paid" });
    expect(explained.edges.map(({ child_id, parent_id }) => [child_id, parent_id])).toEqual([["m", "p"]]);
  });

  it("names the units that rounding left to a first split", () => {
    // One unit in three: 0.333333 of a unit each, so all of it is left over to the first.
    const tiny = {
      wallet: "w",
      contribution_splits: ["a", "b", "c"].map((wallet, at) => ({ wallet, percentage: at === 0 ? "33.333334" : "33.333333" })),
    };
    const edges = [{ parent_id: "p", contribution_weight: "0.000001" }];
    const models = {
      m: { wallet: "w", lineage_edges: edges },
      p: { wallet: "w", lineage_edges: [{ parent_id: "q", contribution_weight: "0.000001" }] },
      q: { wallet: "w", lineage_edges: [{ parent_id: "r", contribution_weight: "0.000001" }] },
      r: tiny,
    };
    expect(explainSplits({ models, target_model_id: "m", lineage_policy: "declared", wallet: "a" }).parts).toEqual([
      { model_id: "r", arrived: "1", passed_up: "0", local: "1", split: 0, percentage: "33.333334", share: "1", rounding: "1" },
    ]);
  });

  it("adds up: the parts make the share, what arrives is what comes over the edges, and nothing stays unexplained", () => {
    fc.assert(
      fc.property(lineages, policies, (sample, lineage_policy) => {
        for (const { wallet, share } of resolveSplits({ ...sample, lineage_policy })) {
          const explained = explainSplits({ ...sample, lineage_policy, wallet: wallet.toUpperCase() });
          expect(explained).toMatchObject({ wallet, share });
          expect(sum(explained.parts.map((part) => part.share))).toBe(BigInt(share));
          for (const part of explained.parts) {
            expect(BigInt(part.passed_up) + BigInt(part.local)).toBe(BigInt(part.arrived));
            const over = explained.edges.filter(({ parent_id }) => parent_id === part.model_id).map((edge) => edge.share);
            expect(sum(over)).toBe(part.model_id === sample.target_model_id ? 0n : BigInt(part.arrived));
            expect(BigInt(part.rounding) >= 0n && (part.rounding === "0" || part.split === 0)).toBe(true);
          }
        }
      }),
    );
  });

  it("of a ladder of 40 diamonds has an edge per edge, not a line per path", () => {
    const { edges, parts } = explainSplits({ ...ladderOf(40), lineage_policy: "declared", wallet: "bottom" });
    expect([edges.length, parts.length]).toEqual([160, 1]);
  });

  it("of a wallet that gets nothing is empty", () => {
    expect(explainSplits({ ...diamond, wallet: "stranger" })).toEqual({
      wallet: "stranger",
      share: "0",
      percentage: "0",
      parts: [],
      edges: [],
    });
  });

  it("refuses what split resolution refuses", () => {
    expect(faultOf(() => explainSplits({ ...diamond, target_model_id: "none", wallet: "w" })).code).toBe("MODEL_NOT_FOUND");
  });
});
