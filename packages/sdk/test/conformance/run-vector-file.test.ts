import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  describeFailures,
  describeReport,
  type Implementation,
  knownVectorFiles,
  PROTOCOL,
  runVectorFile,
} from "../../src/conformance/index.ts";
import { difference } from "../../src/conformance/difference.ts";
import { OmlaError } from "../../src/protocol/index.ts";

const FOLDER = new URL("../../../../vectors/", import.meta.url);
const vectors = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");

async function failures(file: string, cases: unknown, implementation: Implementation = PROTOCOL): Promise<string[]> {
  const text = typeof cases === "string" ? cases : JSON.stringify(cases);
  return describeFailures(await runVectorFile(file, text, implementation));
}

describe("the project's own vectors", () => {
  it("are all of a known name", () => {
    expect(
      readdirSync(FOLDER)
        .filter((name) => name.endsWith(".json"))
        .sort(),
    ).toEqual(knownVectorFiles());
  });

  it.each(knownVectorFiles())("%s passes", async (file) => {
    const report = await runVectorFile(file, vectors(file), PROTOCOL);
    expect(describeFailures(report)).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
    expect(report.left_out).toBe(0);
  });
});

describe("a wrong implementation", () => {
  it("fails each case that it gets wrong, and is told where", async () => {
    const cases = [
      { name: "right", rate: "0.3", revenue_usd: "1", run_cost_usd: "0", expected: royalty("0.300000") },
      { name: "wrong", rate: "0.3", revenue_usd: "2", run_cost_usd: "0", expected: royalty("0.600000") },
    ];
    const wrong: Implementation = { computeRoyalty: () => royalty("0.300000") };
    const report = await runVectorFile("royalty.json", JSON.stringify(cases), wrong);
    expect(report).toMatchObject({ known: true, passed: 1, failed: 1, left_out: 0 });
    expect(describeFailures(report)).toEqual(['royalty.json [1] wrong: computeRoyalty: royalty_usd: expected "0.600000", got "0.300000"']);
  });

  it("fails where it answers what must be refused, refuses what must be answered, or says another code", async () => {
    const address = { valid: [{ payload_hex: "00", address: "x" }], invalid: [{ address: "y" }] };
    const lenient: Implementation = { decodeAddress: () => ({ payload_hex: "00", address: "x" }) };
    expect(await failures("addresses.json", address, lenient)).toEqual([
      "addresses.json invalid[0]: decodeAddress: expected a refusal, got an answer",
    ]);
    expect(await failures("addresses.json", address)).toEqual([
      expect.stringContaining("valid[0]: decodeAddress: refused: ADDRESS_INVALID"),
    ]);
    const lineage = [{ models: {}, target_model_id: "m", code: "LINEAGE_CYCLE" }];
    expect(await failures("lineage-refusals.json", lineage)).toEqual([
      expect.stringContaining('code: expected "LINEAGE_CYCLE", got "MODEL_NOT_FOUND"'),
    ]);
  });

  it("does not refuse by crashing", async () => {
    const crashing: Implementation = {
      decodeAddress: () => {
        throw new TypeError("undefined is not a function");
      },
    };
    const files = { valid: [], invalid: [{ address: "y" }] };
    expect(await failures("addresses.json", files, crashing)).toEqual([
      expect.stringContaining("neither an answer nor a refusal: TypeError"),
    ]);
  });

  it("may refuse by an OmlaError of another copy of the package", async () => {
    class OtherError extends Error {
      override readonly name = "OmlaError";
      readonly code = "ADDRESS_INVALID";
    }
    const other: Implementation = {
      decodeAddress: () => {
        throw new OtherError("no");
      },
    };
    expect(await failures("addresses.json", { valid: [], invalid: [{ address: "y" }] }, other)).toEqual([]);
  });

  it("must say the path where the case names one", async () => {
    const refusing = (path: string): Implementation => ({
      assertLineage: () => {
        throw new OmlaError("WEIGHT_SUM", "no", { path });
      },
    });
    const cases = [{ models: {}, target_model_id: "m", code: "WEIGHT_SUM", path: "a" }];
    expect(await failures("lineage-refusals.json", cases, refusing("a"))).toEqual([]);
    expect(await failures("lineage-refusals.json", cases, refusing("b"))).toEqual([expect.stringContaining('path: expected "a", got "b"')]);
  });
});

describe("a part of an implementation", () => {
  it("leaves out the cases of the operations that it has not", async () => {
    const report = await runVectorFile("royalty.json", vectors("royalty.json"), { resolveSplits: PROTOCOL.resolveSplits });
    expect(report).toMatchObject({ passed: 0, failed: 0 });
    expect(describeReport(report)).toBe(`royalty.json: 0 passed, 0 failed, ${report.left_out} left out`);
  });

  it("still runs the checks of a case that it can", async () => {
    const report = await runVectorFile("addresses.json", vectors("addresses.json"), { decodeAddress: () => "wrong" });
    expect(report.failed).toBeGreaterThan(0);
  });
});

describe("a folder's files", () => {
  it("are left out where their name is not known, whatever they hold", async () => {
    const report = await runVectorFile("package.json", "no JSON", PROTOCOL);
    expect(report).toMatchObject({ known: false, passed: 0, failed: 0 });
    expect(describeReport(report)).toBe("package.json: not known, left out");
    expect((await runVectorFile("toString", "", PROTOCOL)).known).toBe(false);
  });

  it.each<[string, string, unknown]>([
    ["no JSON", "royalty.json", "{"],
    ["nothing", "royalty.json", ""],
    ["no case", "royalty.json", []],
    ["an object where a list is needed", "royalty.json", {}],
    ["a list where an object is needed", "addresses.json", []],
    ["only one of two lists", "addresses.json", { valid: [] }],
    ["null", "addresses.json", null],
    ["no JSON in a file that is one case", "golden-blacklist.json", "x"],
  ])("fail once with %s", async (_name, file, content) => {
    expect(await failures(file, content)).toHaveLength(1);
  });

  it.each<[string, string, unknown]>([
    ["that is a number", "royalty.json", [7]],
    ["that is null", "royalty.json", [null]],
    ["without an answer", "royalty.json", [{ rate: "0.3", revenue_usd: "1", run_cost_usd: "0" }]],
    ["without an input", "amounts.json", { valid: [], invalid: [{ why: "there is no text" }] }],
    ["whose answer is no text", "amounts.json", { valid: [{ text: "1", micro_usd: 1000000 }], invalid: [] }],
    ["whose input is of the wrong kind", "splits.json", [{ models: 5, target_model_id: 7, expected: { sequential: [], declared: [] } }]],
    ["whose bytes are no base64", "blacklist.json", [{ raw_base64: "?", keys: [], now: "2026-01-01T00:00:00Z", expected: "LIST_SCHEMA" }]],
  ])("fail in a case %s", async (_name, file, content) => {
    const lines = await failures(file, content);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/malformed|neither an answer nor a refusal|refused: /);
  });

  it("report the good cases beside a malformed one", async () => {
    const cases = [null, { rate: "0.3", revenue_usd: "1", run_cost_usd: "0", expected: royalty("0.300000") }];
    expect(await runVectorFile("royalty.json", JSON.stringify(cases), PROTOCOL)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("count a changed byte of the golden list, the newline included", async () => {
    const golden = vectors("golden-blacklist.json");
    expect(await failures("golden-blacklist.json", golden)).toEqual([]);
    for (const changed of [`${golden}\n`, golden.replace("C-2026-0041", "C-2026-0042"), `\ufeff${golden}`]) {
      expect(await failures("golden-blacklist.json", changed)).toHaveLength(1);
    }
  });
});

describe("a refusal's path", () => {
  const cases = JSON.stringify([{ models: {}, target_model_id: "m", code: "WEIGHT_SUM", path: "claims[1].owed_usd" }]);
  const refusingAt = (path: string | undefined): Implementation => ({
    assertLineage: () => {
      throw new OmlaError("WEIGHT_SUM", "no", { path });
    },
  });

  it.each([
    ["claims[1].owed_usd", "exact", 0],
    ["claims", "exact", 1],
    [undefined, "exact", 1],
    ["claims[1].owed_usd", "coarse", 0],
    ["claims", "coarse", 0],
    [undefined, "coarse", 0],
    ["lines", "coarse", 1],
  ] as const)("%s, judged %s, gives %i failures", async (path, paths, failed) => {
    expect(await runVectorFile("lineage-refusals.json", cases, refusingAt(path), { paths })).toMatchObject({ failed, passed: 1 - failed });
  });
});

describe("the comparison", () => {
  it.each<[unknown, unknown, string | undefined]>([
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, undefined],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, undefined],
    [[1, 2], [2, 1], "[0]: expected 1, got 2"],
    [[1], [1, 2], "[1]: expected nothing, got 2"],
    [{ a: "1" }, { a: 1 }, 'a: expected "1", got 1'],
    [{}, { a: 1 }, "a: expected nothing, got 1"],
    [{ a: 1 }, {}, "a: expected 1, got nothing"],
    [{ a: null }, {}, "a: expected null, got nothing"],
    [[], {}, "expected [], got {}"],
    ["1", 1n, 'expected "1", got 1n'],
    [{ toString: 1 }, {}, "toString: expected 1, got nothing"],
  ])("of %j with %o gives %s", (expected, actual, found) => {
    expect(difference(expected, actual)).toBe(found);
  });
});

function royalty(royalty_usd: string): Record<string, string> {
  return { royalty_basis: "revenue", royalty_usd, deducted_fees_usd: "0.000000", net_royalty_usd: royalty_usd };
}
