import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/splits.json" with { type: "json" };
import type { LineageModel, LineageModels } from "../../src/protocol/lineage-walk.ts";
import { type LineagePolicy, resolveSplits, sharePercentage } from "../../src/protocol/splits.ts";
import { faultOf } from "./fault-of.ts";
import { chainOf, ladderOf, type LineageCase, lineages } from "./lineage-samples.ts";
import { compare, fraction } from "./reference/fraction.ts";
import { distance, exactShares, slowSplits } from "./reference/splits.ts";

const POLICIES = ["sequential", "declared"] as const;
const WHOLE = 10n ** 18n;

function sharesOf(models: LineageModels, lineage_policy: LineagePolicy = "sequential", target_model_id = "m0"): Record<string, string> {
  return Object.fromEntries(resolveSplits({ models, target_model_id, lineage_policy }).map(({ wallet, share }) => [wallet, share]));
}

const parent = (parent_id: string, contribution_weight: string): { parent_id: string; contribution_weight: string } => ({
  parent_id,
  contribution_weight,
});

describe.each(POLICIES)("%s", (lineage_policy) => {
  it.each(vectors)("resolves: $name", ({ models, target_model_id, expected }) => {
    expect(resolveSplits({ models: models as never, target_model_id, lineage_policy })).toEqual(expected[lineage_policy]);
  });

  it("conserves: shares sum to exactly 10^18, ascending, none of them zero", () => {
    fc.assert(
      fc.property(lineages, (sample) => {
        const shares = resolveSplits({ ...sample, lineage_policy });
        expect(shares.reduce((sum, { share }) => sum + BigInt(share), 0n)).toBe(WHOLE);
        expect(shares.map(({ wallet }) => wallet)).toEqual(shares.map(({ wallet }) => wallet.toLowerCase()).sort());
        expect(new Set(shares.map(({ wallet }) => wallet)).size).toBe(shares.length);
        expect(shares.some(({ share }) => share === "0")).toBe(false);
      }),
    );
  });

  it("agrees with models that ask their children, in fractions", () => {
    fc.assert(
      fc.property(lineages, (sample) => {
        const expected = slowSplits(sample.models, sample.target_model_id, lineage_policy);
        expect(resolveSplits({ ...sample, lineage_policy })).toEqual(expected);
      }),
    );
  });

  it("stays within one unit per rounding of what every path together comes to", () => {
    fc.assert(
      fc.property(lineages, ({ models, target_model_id }) => {
        const roundings = Object.values(models).reduce(
          (sum, model) => sum + (model.lineage_edges?.length ?? 0) + (model.contribution_splits?.length ?? 0),
          1,
        );
        const shares = sharesOf(models, lineage_policy, target_model_id);
        for (const [wallet, exact] of exactShares(models, target_model_id, lineage_policy)) {
          expect(compare(distance(BigInt(shares[wallet] ?? "0"), exact), fraction(BigInt(roundings)))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it("does not depend on the order in which models are given, nor on what they are kept in", () => {
    const reordered = lineages.chain((sample) =>
      fc.tuple(fc.constant(sample), fc.shuffledSubarray(Object.entries(sample.models), { minLength: Object.keys(sample.models).length })),
    );
    fc.assert(
      fc.property(reordered, ([{ models, target_model_id }, entries]) => {
        const expected = sharesOf(models, lineage_policy, target_model_id);
        const map = new Map(entries);
        expect(sharesOf(Object.fromEntries(entries), lineage_policy, target_model_id)).toEqual(expected);
        expect(sharesOf(map, lineage_policy, target_model_id)).toEqual(expected);
        expect(sharesOf((id) => map.get(id), lineage_policy, target_model_id)).toEqual(expected);
      }),
    );
  });

  it("diamond_30_levels: is resolved within 50 ms, though 2^30 paths lead through it", () => {
    const { models } = ladderOf(30);
    const times = [1, 2, 3].map(() => {
      const begin = performance.now();
      sharesOf(models, lineage_policy, "r0");
      return performance.now() - begin;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it("resolves a ladder of 40 diamonds at once", () => {
    // Every rung passes on all it gets: half over each side, and 10^18 is even.
    expect(sharesOf(ladderOf(40).models, "declared", "r0")).toEqual({ bottom: String(WHOLE) });
    expect(Object.keys(sharesOf(ladderOf(40).models, lineage_policy, "r0"))).toContain("bottom");
  });

  it("resolves a chain of 100,000 models without recursion", () => {
    const { models, target_model_id } = chainOf(100_000);
    expect(sharesOf(models, lineage_policy, target_model_id)).toEqual({ wallet99999: String(WHOLE) });
  });

  it("gives an edge of weight 0 nothing and lets it count for nothing", () => {
    const zero = fc.tuple(lineages, fc.nat(4));
    fc.assert(
      fc.property(zero, ([{ models, target_model_id }, at]) => {
        const target = models[target_model_id] as LineageModel;
        const edges = [...(target.lineage_edges ?? [])];
        edges.splice(at, 0, parent("stray", "0"));
        const more = { ...models, stray: { wallet: "stray" }, [target_model_id]: { ...target, lineage_edges: edges } };
        expect(sharesOf(more, lineage_policy, target_model_id)).toEqual(sharesOf(models, lineage_policy, target_model_id));
      }),
    );
  });

  it("answers the same twice and leaves its input alone", () => {
    fc.assert(
      fc.property(lineages, (sample) => {
        const before = JSON.stringify(sample);
        expect(resolveSplits({ ...sample, lineage_policy })).toEqual(resolveSplits({ ...sample, lineage_policy }));
        expect(JSON.stringify(sample)).toBe(before);
      }),
    );
  });
});

describe("the order of edges", () => {
  const models = (...edges: string[]): LineageCase["models"] => ({
    m0: { wallet: "own", lineage_edges: edges.map((weight, at) => parent(`p${at}`, weight)) },
    p0: { wallet: "first" },
    p1: { wallet: "second" },
  });

  it("decides under `sequential` only", () => {
    // 0.40, then 0.30 × (1 - 0.40); the other way round 0.30, then 0.40 × (1 - 0.30)
    expect(sharesOf(models("0.4", "0.3"))).toEqual({
      first: "400000000000000000",
      second: "180000000000000000",
      own: "420000000000000000",
    });
    expect(sharesOf(models("0.3", "0.4"))).toEqual({
      first: "300000000000000000",
      second: "280000000000000000",
      own: "420000000000000000",
    });
    expect(sharesOf(models("0.4", "0.3"), "declared")).toEqual({
      first: "400000000000000000",
      second: "300000000000000000",
      own: "300000000000000000",
    });
  });

  it("takes the sum of the weights before, not the product of what they left", () => {
    // 0.2, 0.2 × 0.8, 0.2 × 0.6 (a product would make it 0.2 × 0.64), and 0.52 stays
    const three = {
      m0: { wallet: "own", lineage_edges: ["a", "b", "c"].map((id) => parent(id, "0.2")) },
      a: { wallet: "a" },
      b: { wallet: "b" },
      c: { wallet: "c" },
    };
    expect(sharesOf(three)).toEqual({
      a: "200000000000000000",
      b: "160000000000000000",
      c: "120000000000000000",
      own: "520000000000000000",
    });
  });

  it("never lets a parent outside the registry lessen the ones after it", () => {
    const outside = { m0: { wallet: "own", lineage_edges: [parent("elsewhere", "0.5"), parent("p0", "0.4")] }, p0: { wallet: "first" } };
    for (const policy of POLICIES) expect(sharesOf(outside, policy)).toEqual({ first: "400000000000000000", own: "600000000000000000" });
  });

  it("makes no difference where one parent is registered", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (units) => {
        const models = { m0: { wallet: "own", lineage_edges: [parent("p", (units / 1e6).toFixed(6))] }, p: { wallet: "p" } };
        expect(sharesOf(models, "sequential")).toEqual(sharesOf(models, "declared"));
      }),
    );
  });
});

describe("wallets", () => {
  it("are added up in lower case, the primary one and those of splits alike", () => {
    const models = {
      m0: {
        wallet: "WALLET",
        lineage_edges: [parent("p", "0.5")],
        contribution_splits: [
          { wallet: "Wallet", percentage: "60" },
          { wallet: "other", percentage: "40" },
        ],
      },
      p: { wallet: "wALLET" },
    };
    expect(sharesOf(models)).toEqual({ wallet: "800000000000000000", other: "200000000000000000" });
  });

  it("of equal splits leave what rounding loses to the first", () => {
    // 10^18 × 33.333333 % each; the first gets 10^18 - 2 × 333333330000000000
    const models = {
      m0: {
        wallet: "w",
        contribution_splits: [
          { wallet: "b", percentage: "33.333334" },
          { wallet: "a", percentage: "33.333333" },
          { wallet: "c", percentage: "33.333333" },
        ],
      },
    };
    expect(sharesOf(models)).toEqual({ a: "333333330000000000", b: "333333340000000000", c: "333333330000000000" });
  });

  it("get the doc's 70/30 and 40/35/25", () => {
    const of = (...percentages: string[]): LineageModels => ({
      m0: { wallet: "w", contribution_splits: percentages.map((percentage, at) => ({ wallet: `w${at}`, percentage })) },
    });
    expect(sharesOf(of("70", "30"))).toEqual({ w0: "700000000000000000", w1: "300000000000000000" });
    expect(sharesOf(of("40.00", "35.00", "25.00"))).toEqual({
      w0: "400000000000000000",
      w1: "350000000000000000",
      w2: "250000000000000000",
    });
  });
});

describe("bad input", () => {
  const split = (...percentages: string[]): LineageModel => ({
    wallet: "w",
    contribution_splits: percentages.map((percentage, at) => ({ wallet: `w${at}`, percentage })),
  });

  const cases: [string, LineageModels, string, string][] = [
    ["a target that is not there", { other: { wallet: "w" } }, "MODEL_NOT_FOUND", "target_model_id"],
    [
      "a cycle (cycle_rejected)",
      { m0: { wallet: "w", lineage_edges: [parent("a", "0.1")] }, a: { wallet: "a", lineage_edges: [parent("m0", "0.1")] } },
      "LINEAGE_CYCLE",
      "models.m0.lineage_edges[0].parent_id",
    ],
    [
      "itself as a parent",
      { m0: { wallet: "w", lineage_edges: [parent("m0", "0")] } },
      "LINEAGE_CYCLE",
      "models.m0.lineage_edges[0].parent_id",
    ],
    [
      "a weight with a sign",
      { m0: { wallet: "w", lineage_edges: [parent("a", "-0.1")] }, a: { wallet: "a" } },
      "WEIGHT_RANGE",
      "models.m0.lineage_edges[0].contribution_weight",
    ],
    [
      "weights above 1, those outside included (weights_sum_gt_1_rejected)",
      { m0: { wallet: "w", lineage_edges: [parent("a", "0.6"), parent("x", "0.400001")] }, a: { wallet: "a" } },
      "WEIGHT_SUM",
      "models.m0.lineage_edges",
    ],
    ["splits of 99.99", { m0: split("50", "49.99") }, "SPLIT_SUM", "models.m0.contribution_splits"],
    ["splits of 101", { m0: split("51", "50") }, "SPLIT_SUM", "models.m0.contribution_splits"],
    [
      "a percentage with seven places",
      { m0: split("50.0000001", "49.9999999") },
      "SPLIT_RANGE",
      "models.m0.contribution_splits[0].percentage",
    ],
  ];

  it.each(cases)("%s is refused at its path", (_, models, code, path) => {
    for (const policy of POLICIES) expect(faultOf(() => sharesOf(models, policy))).toMatchObject({ code, path });
  });

  it("a policy that is none is refused", () => {
    expect(faultOf(() => sharesOf({ m0: { wallet: "w" } }, "doubled" as never))).toMatchObject({
      code: "LINEAGE_POLICY",
      path: "lineage_policy",
    });
  });

  it("a lineage beyond limits that are given is refused; without limits there is no bound", () => {
    const input = { ...chainOf(200, "0.5"), lineage_policy: "sequential" } as const;
    expect(faultOf(() => resolveSplits({ ...input, limits: { models: 199 } })).code).toBe("LINEAGE_TOO_LARGE");
    expect(faultOf(() => resolveSplits({ ...input, limits: { depth: 198 } })).code).toBe("LINEAGE_TOO_DEEP");
    expect(resolveSplits({ ...input, limits: { models: 200, depth: 199 } })).toEqual(resolveSplits(input));
  });

  it("inherited members of an object are not models", () => {
    for (const id of ["constructor", "toString", "__proto__"]) {
      expect(faultOf(() => sharesOf({ other: { wallet: "w" } }, "declared", id)).code).toBe("MODEL_NOT_FOUND");
      expect(sharesOf({ m0: { wallet: "w", lineage_edges: [parent(id, "0.4")] } })).toEqual({ w: String(WHOLE) });
    }
  });
});

describe("a share as a percentage", () => {
  it.each([
    ["420000000000000000", "42"],
    ["1000000000000000000", "100"],
    ["333333333333333333", "33.333333"],
    ["666666666666666667", "66.666667"],
    ["5000000000", "0.000001"],
    ["4999999999", "0"],
    ["0", "0"],
  ])("of %s is %s", (share, percentage) => {
    expect(sharePercentage(share)).toBe(percentage);
  });

  it("has as many places as it is asked for, up to the exact sixteen", () => {
    expect([sharePercentage("333333333333333333", 2), sharePercentage("335000000000000000", 0), sharePercentage("1", 16)]).toEqual([
      "33.33",
      "34",
      "0.0000000000000001",
    ]);
  });
});
