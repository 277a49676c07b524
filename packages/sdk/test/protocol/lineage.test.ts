import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/lineage-refusals.json" with { type: "json" };
import { assertLineage, checkLineage } from "../../src/protocol/lineage.ts";
import type { ContributionSplit, LineageEdge, LineageModel, LineageModels } from "../../src/protocol/lineage-walk.ts";
import { faultOf } from "./fault-of.ts";
import { chainOf, ladderOf, lineages } from "./lineage-samples.ts";

const edge = (parent_id: string, contribution_weight = "0.1"): LineageEdge => ({ parent_id, contribution_weight });
const split = (wallet: string, percentage: string): ContributionSplit => ({ wallet, percentage });

function faults(models: LineageModels, limits = {}): [string, string | undefined][] {
  return checkLineage({ models, target_model_id: "t", limits }).map(({ code, path }) => [code, path]);
}

const target = (...lineage_edges: LineageEdge[]): LineageModels => ({
  t: { wallet: "w", lineage_edges },
  a: { wallet: "a" },
  b: { wallet: "b" },
});
const splitsOf = (...contribution_splits: ContributionSplit[]): LineageModels => ({ t: { wallet: "w", contribution_splits } });

describe("the vectors", () => {
  it.each(vectors)("$code: $name", ({ models, target_model_id, limits, code }) => {
    const [fault] = checkLineage({ models: models as never, target_model_id, limits });
    expect(fault?.code ?? "OK").toBe(code);
    if (fault !== undefined)
      expect(fault.path).toMatch(code.startsWith("LINEAGE_TOO") ? /^models$/ : new RegExp(`^models\\.${target_model_id}\\.`));
  });
});

describe("a lineage", () => {
  it("that is drawn to be sound passes", () => {
    fc.assert(fc.property(lineages, (sample) => void expect(checkLineage(sample)).toEqual([])));
  });

  it("passes once more with its weights and percentages at their edges", () => {
    expect(faults(target(edge("a", "1"), edge("b", "0")))).toEqual([]);
    expect(faults(target(edge("a", "1.000000"), edge("outside", "0.000000")))).toEqual([]);
    expect(faults(splitsOf(split("x", "99.999999"), split("y", "0.000001")))).toEqual([]);
    expect(faults(splitsOf(split("x", "100.000000")))).toEqual([]);
    expect(faults(splitsOf())).toEqual([]);
  });

  it("of 64 rungs is as deep as the limit, of 65 deeper", () => {
    expect(checkLineage(ladderOf(64))).toEqual([]);
    expect(checkLineage(ladderOf(65)).map(({ code, details }) => [code, details])).toEqual([
      ["LINEAGE_TOO_DEEP", { depth: 130, limit: 128 }],
    ]);
  });

  it("of 100,000 models is judged without recursion", () => {
    const { models, target_model_id } = chainOf(100_000);
    expect(checkLineage({ models, target_model_id }).map(({ code }) => code)).toEqual(["LINEAGE_TOO_LARGE"]);
    expect(checkLineage({ models, target_model_id, limits: { models: 1e6, depth: 1e6 } })).toEqual([]);
    const closed = { ...models, c99999: { wallet: "w", lineage_edges: [edge("c1")] } };
    const [fault] = checkLineage({ models: closed, target_model_id, limits: { models: 1e6, depth: 1e6 } });
    expect(fault).toMatchObject({ code: "LINEAGE_CYCLE", path: "models.c1.lineage_edges[0].parent_id" });
    expect(fault?.message.length).toBeLessThan(300);
    expect(fault?.details?.["cycle"]).toHaveLength(100_000);
  });

  it("is judged by what the target reaches, not by what stands beside it", () => {
    const bad: LineageModel = { wallet: "x", lineage_edges: [edge("x")], contribution_splits: [split("y", "1")] };
    expect(faults({ t: { wallet: "w" }, x: bad })).toEqual([]);
    expect(faults({ t: { wallet: "w", lineage_edges: [edge("x")] }, x: bad }).map(([code]) => code)).toEqual([
      "PARENT_SELF",
      "SPLIT_SUM",
      "LINEAGE_CYCLE",
    ]);
  });
});

describe("faults of one set", () => {
  const cases: [string, LineageModels, [string, string][]][] = [
    [
      "a parent twice, in two cases of letters",
      target(edge("a"), edge("b"), edge("A")),
      [["PARENT_DUPLICATE", "models.t.lineage_edges[2].parent_id"]],
    ],
    ["an outside parent twice", target(edge("x"), edge("x")), [["PARENT_DUPLICATE", "models.t.lineage_edges[1].parent_id"]]],
    ["a seventh place, even of zero", target(edge("a", "0.1000000")), [["WEIGHT_RANGE", "models.t.lineage_edges[0].contribution_weight"]]],
    ["a sign", target(edge("a", "+0.1")), [["WEIGHT_RANGE", "models.t.lineage_edges[0].contribution_weight"]]],
    [
      "no weight at all",
      target(edge("a", undefined as never), edge("b", null as never)),
      [["WEIGHT_RANGE", "models.t.lineage_edges[1].contribution_weight"]],
    ],
    [
      "a micro above 1 together with one outside",
      target(edge("a", "0.5"), edge("x", "0.500001")),
      [["WEIGHT_SUM", "models.t.lineage_edges"]],
    ],
    [
      "a split of zero",
      splitsOf(split("x", "100"), split("y", "0.000000")),
      [["SPLIT_RANGE", "models.t.contribution_splits[1].percentage"]],
    ],
    ["a split above 100", splitsOf(split("x", "100.000001")), [["SPLIT_RANGE", "models.t.contribution_splits[0].percentage"]]],
    ["a split with a sign", splitsOf(split("x", "100"), split("y", "-0")), [["SPLIT_RANGE", "models.t.contribution_splits[1].percentage"]]],
    ["a sum that lacks a millionth", splitsOf(split("x", "50"), split("y", "49.999999")), [["SPLIT_SUM", "models.t.contribution_splits"]]],
    [
      "a wallet in two cases of letters",
      splitsOf(split("omla1x", "50"), split("OMLA1X", "50")),
      [["SPLIT_DUPLICATE", "models.t.contribution_splits[1].wallet"]],
    ],
  ];

  it.each(cases)("%s", (_, models, expected) => {
    expect(faults(models)).toEqual(expected);
  });

  it("are all told, in the protocol's order of codes, before faults of the graph", () => {
    const models = {
      t: { wallet: "w", lineage_edges: [edge("t", "2"), edge("a"), edge("a")], contribution_splits: [split("x", "0"), split("X", "1")] },
      a: { wallet: "a", lineage_edges: [edge("t", "0.9"), edge("b", "0.9")] },
      b: { wallet: "b" },
    };
    expect(faults(models)).toEqual([
      ["PARENT_DUPLICATE", "models.t.lineage_edges[2].parent_id"],
      ["PARENT_SELF", "models.t.lineage_edges[0].parent_id"],
      ["WEIGHT_RANGE", "models.t.lineage_edges[0].contribution_weight"],
      ["SPLIT_RANGE", "models.t.contribution_splits[0].percentage"],
      ["SPLIT_DUPLICATE", "models.t.contribution_splits[1].wallet"],
      ["WEIGHT_SUM", "models.a.lineage_edges"],
      ["LINEAGE_CYCLE", "models.t.lineage_edges[1].parent_id"],
    ]);
    expect(faultOf(() => assertLineage({ models, target_model_id: "t" })).code).toBe("PARENT_DUPLICATE");
  });

  it("past the limit are not looked at, so that a huge set is refused cheaply", () => {
    const edges = Array.from({ length: 100_000 }, () => edge("a", "nonsense"));
    expect(faults(target(...edges), { parents: 1 })).toEqual([
      ["PARENTS_TOO_MANY", "models.t.lineage_edges"],
      ["WEIGHT_RANGE", "models.t.lineage_edges[0].contribution_weight"],
    ]);
    expect(checkLineage({ models: target(...edges), target_model_id: "t", limits: { parents: 1e6 } })).toHaveLength(100);
  });
});

describe("faults of the graph", () => {
  it("name the cycle from its member nearest to the target", () => {
    const models = {
      t: { wallet: "w", lineage_edges: [edge("a")] },
      a: { wallet: "a", lineage_edges: [edge("x"), edge("b")] },
      b: { wallet: "b", lineage_edges: [edge("c")] },
      c: { wallet: "c", lineage_edges: [edge("a"), edge("d")] },
      d: { wallet: "d" },
    };
    const [fault] = checkLineage({ models, target_model_id: "t" });
    expect(fault).toMatchObject({
      code: "LINEAGE_CYCLE",
      path: "models.a.lineage_edges[1].parent_id",
      details: { cycle: ["a", "b", "c", "a"] },
    });
    expect(fault?.message).toContain("a → b → c → a");
  });

  it("tell a cycle before the size, and the size before the depth", () => {
    const { models } = chainOf(12, "0.5");
    const limits = { models: 10, depth: 10 };
    expect(checkLineage({ models, target_model_id: "c0", limits }).map(({ code }) => code)).toEqual(["LINEAGE_TOO_LARGE"]);
    const closed = { ...models, c11: { wallet: "w", lineage_edges: [edge("c0")] } };
    expect(checkLineage({ models: closed, target_model_id: "c0", limits }).map(({ code }) => code)).toEqual(["LINEAGE_CYCLE"]);
  });

  it("count the longest path, not the shortest", () => {
    const models = {
      t: { wallet: "w", lineage_edges: [edge("b"), edge("a")] },
      a: { wallet: "a", lineage_edges: [edge("b")] },
      b: { wallet: "b" },
    };
    expect(faults(models, { depth: 2 })).toEqual([]);
    expect(faults(models, { depth: 1 })).toEqual([["LINEAGE_TOO_DEEP", "models"]]);
  });

  it("find a cycle in any lineage that was sound until one edge closed it", () => {
    const closed = lineages.filter(({ models }) =>
      (models["m0"]?.lineage_edges ?? []).some(({ parent_id }) => Object.hasOwn(models, parent_id)),
    );
    fc.assert(
      fc.property(closed, ({ models, target_model_id }) => {
        const parent = models["m0"]?.lineage_edges?.find(({ parent_id }) => Object.hasOwn(models, parent_id))?.parent_id as string;
        const back = {
          ...models,
          [parent]: { ...models[parent], wallet: "w", lineage_edges: [...(models[parent]?.lineage_edges ?? []), edge("m0", "0")] },
        };
        const cycles = checkLineage({ models: back, target_model_id }).filter(({ code }) => code === "LINEAGE_CYCLE");
        const members = cycles[0]?.details?.["cycle"] as string[];
        expect(members[0]).toBe(members.at(-1));
        members
          .slice(1)
          .forEach((id, at) => expect(back[members[at] as string]?.lineage_edges?.map(({ parent_id }) => parent_id)).toContain(id));
      }),
    );
  });
});

it("without its target is refused", () => {
  expect(faultOf(() => checkLineage({ models: {}, target_model_id: "t" }))).toMatchObject({
    code: "MODEL_NOT_FOUND",
    path: "target_model_id",
  });
});
