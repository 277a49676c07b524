import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecimal, formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { computeReport, type PipelineEntry, type ReportEntry } from "../../src/protocol/report.ts";
import { computeRoyalty } from "../../src/protocol/royalty.ts";
import { faultOf } from "./fault-of.ts";

const rate = (): string => "0.30";
const plain = { model: "a", inferences: 10, revenue_usd: "18400.00", run_cost_usd: "5100.00" };
const pipeline: PipelineEntry = {
  pipeline: "chat",
  revenue_usd: "1000",
  run_cost_usd: "0",
  routing_fees_usd: "10",
  models: [
    { model: "b", weight: "0.5", inferences: 1 },
    { model: "c", weight: "0.25", inferences: 2 },
  ],
};

describe("a report", () => {
  it("has a line per model, in the order of its entries", () => {
    // a: 0.30 × 18,400 = 5,520. b: 0.30 × 1,000 × 0.5 = 150. c: 75. The fees of 10 by 150 : 75: 6.666667 and 3.333333.
    expect(computeReport([plain, pipeline], rate)).toEqual([
      {
        entry: "entries[0]",
        model: "a",
        inferences: 10,
        revenue_usd: "18400.000000",
        run_cost_usd: "5100.000000",
        weight: "1",
        rate: "0.3",
        royalty_basis: "revenue",
        royalty_usd: "5520.000000",
        deducted_fees_usd: "0.000000",
        net_royalty_usd: "5520.000000",
      },
      {
        entry: "entries[1].models[0]",
        model: "b",
        inferences: 1,
        revenue_usd: "1000.000000",
        run_cost_usd: "0.000000",
        weight: "0.5",
        rate: "0.3",
        royalty_basis: "revenue",
        royalty_usd: "150.000000",
        deducted_fees_usd: "6.666667",
        net_royalty_usd: "143.333333",
      },
      expect.objectContaining({ entry: "entries[1].models[1]", royalty_usd: "75.000000", deducted_fees_usd: "3.333333" }),
    ]);
  });

  it("without entries is the nil report", () => {
    expect(computeReport([], rate)).toEqual([]);
  });

  it("takes a member that is undefined for one that is left out", () => {
    expect(computeReport([{ ...plain, models: undefined } as never, { ...pipeline, model: undefined } as never], rate)).toHaveLength(3);
  });

  it("takes each model's own rate", () => {
    const lines = computeReport([pipeline], (model) => (model === "b" ? "0.30" : "0.10"));
    expect(lines.map((line) => line.royalty_usd)).toEqual(["150.000000", "25.000000"]);
  });

  it("gives a micro of fees that is left over to the earlier of equal lines", () => {
    const models = ["x", "y"].map((model) => ({ model, weight: "0.5", inferences: 0 }));
    const lines = computeReport([{ ...pipeline, routing_fees_usd: "0.000003", models }], rate);
    expect(lines.map((line) => line.deducted_fees_usd)).toEqual(["0.000002", "0.000001"]);
  });

  it("counts lines by their position, also past the tenth", () => {
    // Eleven micros over twelve equal lines: the twelfth goes without.
    const models = Array.from({ length: 12 }, (_, at) => ({ model: `m${at}`, weight: "0.083333", inferences: 0 }));
    const lines = computeReport([{ ...pipeline, routing_fees_usd: "0.000011", models }], rate);
    expect(lines.map((line) => line.deducted_fees_usd)).toEqual([...Array<string>(11).fill("0.000001"), "0.000000"]);
  });

  it("deducts nothing from a pipeline that owes nothing", () => {
    const lines = computeReport([{ ...pipeline, revenue_usd: "0" }], rate);
    expect(lines.map((line) => line.deducted_fees_usd)).toEqual(["0.000000", "0.000000"]);
  });

  it("treats a pipeline of one model of weight 1 like a plain entry", () => {
    const usd = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(formatUsd);
    fc.assert(
      fc.property(usd, usd, usd, (revenue_usd, run_cost_usd, routing_fees_usd) => {
        const [line] = computeReport(
          [{ pipeline: "p", revenue_usd, run_cost_usd, routing_fees_usd, models: [{ model: "m", weight: "1", inferences: 0 }] }],
          rate,
        );
        expect(line).toMatchObject(computeRoyalty({ rate: "0.30", revenue_usd, run_cost_usd, routing_fees_usd }));
      }),
    );
  });

  it("never deducts more than the fees of the pipeline, nor more than a tenth of a line", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 10 });
    const usd = fc.bigInt({ min: 0n, max: 10n ** 9n });
    fc.assert(
      fc.property(weights, usd, usd, (units, revenue, fees) => {
        const models = units.map((unit, at) => ({ model: `m${at}`, weight: formatDecimal(BigInt(unit), 6), inferences: 0 }));
        const entry = { pipeline: "p", revenue_usd: formatUsd(revenue), run_cost_usd: "0", routing_fees_usd: formatUsd(fees), models };
        const lines = computeReport([entry], rate);
        const deducted = lines.map((line) => parseUsd(line.deducted_fees_usd));
        expect(deducted.reduce((sum, amount) => sum + amount, 0n) <= fees).toBe(true);
        lines.forEach((line, at) => expect((deducted[at] as bigint) * 10n <= parseUsd(line.royalty_usd)).toBe(true));
      }),
    );
  });
});

describe("a figure that the reporter sends along", () => {
  it("passes where it is right, in any form of the amount", () => {
    expect(computeReport([{ ...plain, royalty_usd: "5520", net_royalty_usd: "5520.0" }], rate)).toHaveLength(1);
  });

  it.each(["royalty_usd", "deducted_fees_usd", "net_royalty_usd"] as const)(
    "is refused where %s is another, with both figures",
    (member) => {
      const fault = faultOf(() => computeReport([plain, { ...plain, model: "z", [member]: "5519.999999" }], rate));
      expect(fault).toMatchObject({
        code: "ROYALTY_MISMATCH",
        path: `entries[1].${member}`,
        details: { sent: "5519.999999", expected: member === "deducted_fees_usd" ? "0.000000" : "5520.000000" },
      });
    },
  );

  it("is held against the model's line in a pipeline", () => {
    const models = [{ model: "b", weight: "0.5", inferences: 1, royalty_usd: "300" }];
    expect(faultOf(() => computeReport([{ ...pipeline, models }], rate))).toMatchObject({
      code: "ROYALTY_MISMATCH",
      path: "entries[0].models[0].royalty_usd",
    });
  });
});

describe("bad input", () => {
  const cases: [string, ReportEntry[], string, string][] = [
    ["an amount with an exponent", [plain, { ...plain, model: "z", revenue_usd: "1e3" }], "AMOUNT_INVALID", "entries[1].revenue_usd"],
    ["an amount that is too large", [{ ...plain, run_cost_usd: "1000000000000" }], "AMOUNT_RANGE", "entries[0].run_cost_usd"],
    ["fees with a sign", [{ ...pipeline, routing_fees_usd: "-1" }], "AMOUNT_INVALID", "entries[0].routing_fees_usd"],
    ["half an inference", [{ ...plain, inferences: 0.5 }], "COUNT_INVALID", "entries[0].inferences"],
    [
      "inferences below zero",
      [{ ...pipeline, models: [{ model: "b", weight: "1", inferences: -1 }] }],
      "COUNT_INVALID",
      "entries[0].models[0].inferences",
    ],
    [
      "a weight above 1",
      [{ ...pipeline, models: [{ model: "b", weight: "1.5", inferences: 0 }] }],
      "WEIGHT_RANGE",
      "entries[0].models[0].weight",
    ],
    [
      "weights that sum to more than 1",
      [{ ...pipeline, models: ["b", "c"].map((model) => ({ model, weight: "0.500001", inferences: 0 })) }],
      "WEIGHT_SUM",
      "entries[0].models",
    ],
    ["a model on two lines, in two cases of letters", [pipeline, { ...plain, model: "C" }], "MODEL_DUPLICATE", "entries[1].model"],
  ];

  it.each(cases)("%s is refused at its path", (_, entries, code, path) => {
    expect(faultOf(() => computeReport(entries, rate))).toMatchObject({ code, path });
  });

  it.each([
    ["null", null, "entries[0]"],
    ["a text", "a", "entries[0]"],
    ["neither plain nor a pipeline", { revenue_usd: "1", run_cost_usd: "0" }, "entries[0]"],
    ["both", { ...plain, ...pipeline }, "entries[0]"],
    ["models that are no list", { ...pipeline, models: { b: 1 } }, "entries[0].models"],
    ["a model that is null", { ...pipeline, models: [null] }, "entries[0].models"],
    ["a model without a name", { ...plain, model: "" }, "entries[0].model"],
    ["a model that is a number", { ...plain, model: 7 }, "entries[0].model"],
  ])("an entry of another shape is refused: %s", (_, entry, path) => {
    expect(faultOf(() => computeReport([entry as never], rate))).toMatchObject({ code: "DOCUMENT_SCHEMA", path });
  });

  it("a rate that is none is refused", () => {
    expect(faultOf(() => computeReport([plain], () => "1.1"))).toMatchObject({ code: "RATE_RANGE", path: "entries[0].rate" });
  });

  it("more lines than the limit are refused before anything is computed", () => {
    const fault = faultOf(() => computeReport([plain, pipeline], () => expect.fail("no rate is asked for"), { lines: 2 }));
    expect(fault).toMatchObject({ code: "LIMIT_EXCEEDED", path: "entries" });
    expect(computeReport([plain, pipeline], rate, { lines: 3 })).toHaveLength(3);
  });
});
