import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WEIGHT_RANGE } from "../../src/protocol/codes/values.ts";
import vectors from "../../../../vectors/amounts.json" with { type: "json" };
import {
  formatAmount,
  formatDecimal,
  formatUsd,
  parseAmount,
  parseDecimal,
  parsePart,
  parseUsd,
  readDecimal,
} from "../../src/protocol/money.ts";
import { faultOf } from "./fault-of.ts";

const scales = fc.constantFrom(0, 6, 8);
const amounts = scales.chain((scale) =>
  fc.record({ scale: fc.constant(scale), units: fc.bigInt({ min: 0n, max: 10n ** BigInt(12 + scale) - 1n }) }),
);

describe("the vectors", () => {
  it.each(vectors.valid)("reads $text", ({ text, micro_usd }) => {
    expect(parseUsd(text)).toBe(BigInt(micro_usd));
  });

  it.each(vectors.invalid)("refuses $text: $why", ({ text, why }) => {
    expect(faultOf(() => parseUsd(text, "entries[0].revenue_usd"))).toMatchObject({
      code: why.startsWith("10^12") ? "AMOUNT_RANGE" : "AMOUNT_INVALID",
      path: "entries[0].revenue_usd",
    });
  });
});

describe("an amount", () => {
  it("comes back as it was written, at every scale", () => {
    fc.assert(fc.property(amounts, ({ scale, units }) => parseAmount(formatAmount(units, scale), scale) === units));
  });

  it("means the same in its shortest form", () => {
    fc.assert(fc.property(amounts, ({ scale, units }) => parseAmount(formatDecimal(units, scale), scale) === units));
  });

  it("is written with all places of its currency", () => {
    expect([formatUsd(0n), formatUsd(1n), formatUsd(300_000n), formatUsd(18_400_000_000n)]).toEqual([
      "0.000000",
      "0.000001",
      "0.300000",
      "18400.000000",
    ]);
    expect([formatAmount(0n, 0), formatAmount(12n, 0), formatAmount(1n, 8)]).toEqual(["0", "12", "0.00000001"]);
  });

  it.each([
    ["1", 0, 1n],
    ["999999999999", 0, 999_999_999_999n],
    ["0.00000001", 8, 1n],
    ["999999999999.99999999", 8, 10n ** 20n - 1n],
    ["0.1", 8, 10_000_000n],
    ["0.10", 6, 100_000n],
    ["1.100000", 6, 1_100_000n],
  ])("%s at scale %i is %s units", (text, scale, units) => {
    expect(parseAmount(text, scale)).toBe(units);
  });

  it.each([
    ["1.0", 0],
    ["1.", 0],
    ["0.000000001", 8],
    ["00", 6],
    ["00.5", 6],
    ["01.5", 6],
    ["-0", 6],
    ["1_000", 6],
    ["1 ", 6],
    ["１", 6],
    ["1.5.", 6],
    [".", 6],
    ["1".repeat(49), 6],
    ["9".repeat(1_000_000), 6],
  ])("%s at scale %i is refused", (text, scale) => {
    const fault = faultOf(() => parseAmount(text, scale));
    expect(fault.code).toBe("AMOUNT_INVALID");
    expect(fault.message.length).toBeLessThan(120);
  });

  it("stays below 10^12 units of its currency", () => {
    for (const [text, scale] of [
      ["1000000000000", 0],
      ["1000000000000.000000", 6],
      ["9999999999999", 8],
    ] as const) {
      expect(faultOf(() => parseAmount(text, scale)).code).toBe("AMOUNT_RANGE");
    }
  });

  it("may be a number where the shortest form of the number is an amount", () => {
    expect([parseUsd(0), parseUsd(18400), parseUsd(0.3), parseUsd(0.000001), parseUsd(12.345678)]).toEqual([
      0n,
      18_400_000_000n,
      300_000n,
      1n,
      12_345_678n,
    ]);
    for (const value of [0.1 + 0.2, 1e-7, -1, -0, NaN, Infinity, 1e21]) expect(faultOf(() => parseUsd(value)).code).toBe("AMOUNT_INVALID");
    expect(faultOf(() => parseUsd(1e12)).code).toBe("AMOUNT_RANGE");
  });

  it("is nothing but a string or a number", () => {
    for (const value of [null, undefined, {}, [], ["1"], true, 1n, { toString: () => "1" }]) {
      expect(faultOf(() => parseUsd(value as never)).code).toBe("AMOUNT_INVALID");
    }
  });

  it("has no form below zero", () => {
    expect(faultOf(() => formatUsd(-1n)).code).toBe("AMOUNT_RANGE");
  });
});

describe("a decimal that is no amount", () => {
  it("is read to as many places as it is asked for", () => {
    expect(parseDecimal("0.000000000000000001", 18)).toBe(1n);
    expect(parseDecimal("65000", 18)).toBe(65_000n * 10n ** 18n);
    expect(faultOf(() => parseDecimal("0.0000000000000000001", 18, "rate"))).toMatchObject({ code: "DECIMAL_INVALID", path: "rate" });
  });

  it("is shortened to the last digit that counts", () => {
    expect([formatDecimal(2_500_000n, 6), formatDecimal(30_000_000n, 6), formatDecimal(0n, 6), formatDecimal(100n, 0)]).toEqual([
      "2.5",
      "30",
      "0",
      "100",
    ]);
  });
});

describe("a weight, rate or percentage", () => {
  it("is read in millionths", () => {
    expect(["0", "0.0", "1", "1.0", "1.000000", "0.333333", "0.000001"].map((text) => parsePart(text, 1, WEIGHT_RANGE))).toEqual([
      0n,
      0n,
      1_000_000n,
      1_000_000n,
      1_000_000n,
      333_333n,
      1n,
    ]);
  });

  it.each(["1.000001", "2", "-0.1", "+0.1", "0.1234567", "1e-1", "", ".5", "10000000000000000000000000"])(
    "%s is out of range, whatever is wrong",
    (text) => {
      expect(faultOf(() => parsePart(text, 1, WEIGHT_RANGE, "lineage[0].contribution_weight"))).toMatchObject({
        code: "WEIGHT_RANGE",
        path: "lineage[0].contribution_weight",
      });
    },
  );

  it("reads like the exact reader of amounts, without its bigint", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (units) => BigInt(readDecimal(formatAmount(units, 6), 6)) === units));
  });
});
