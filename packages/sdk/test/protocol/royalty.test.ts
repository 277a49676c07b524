import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/royalty.json" with { type: "json" };
import { formatDecimal, formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { computeRoyalty } from "../../src/protocol/royalty.ts";
import { faultOf } from "./fault-of.ts";
import { compare, floor, fraction, fromText, minus, times } from "./reference/fraction.ts";

const usd = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })).map(formatUsd);
const part = fc.bigInt({ min: 0n, max: 1_000_000n }).map((units) => formatDecimal(units, 6));
const inputs = fc.record({ rate: part, revenue_usd: usd, run_cost_usd: usd, pipeline_weight: part, routing_fees_usd: usd });

describe("a royalty", () => {
  it.each(vectors)("of $revenue_usd or $run_cost_usd at $rate × $pipeline_weight less $routing_fees_usd", ({ expected, ...input }) => {
    expect(computeRoyalty(input)).toEqual(expected);
  });

  it("takes 1 for a weight and 0 for fees where they are left out", () => {
    // 0.30 × 18,400 = 5,520
    expect(computeRoyalty({ rate: "0.30", revenue_usd: 18400, run_cost_usd: "5100.00" })).toEqual({
      royalty_basis: "revenue",
      royalty_usd: "5520.000000",
      deducted_fees_usd: "0.000000",
      net_royalty_usd: "5520.000000",
    });
  });

  it("calls a tie revenue", () => {
    expect(computeRoyalty({ rate: "0.3", revenue_usd: "7", run_cost_usd: "7.000000" }).royalty_basis).toBe("revenue");
    expect(computeRoyalty({ rate: "0.3", revenue_usd: "7", run_cost_usd: "7.000001" }).royalty_basis).toBe("run_cost");
  });

  it.each([
    // rate × basis in micros, rounded half up
    ["0.5", "0.000001", "0.000001"],
    ["0.499999", "0.000001", "0.000000"],
    ["0.25", "0.000002", "0.000001"],
    ["0", "999999999999.999999", "0.000000"],
    ["1", "999999999999.999999", "999999999999.999999"],
    ["0.000001", "0.500000", "0.000001"],
    ["0.000001", "0.499999", "0.000000"],
  ])("of %s × %s is %s", (rate, revenue_usd, royalty) => {
    expect(computeRoyalty({ rate, revenue_usd, run_cost_usd: "0" }).royalty_usd).toBe(royalty);
  });

  it("is the exact product, rounded half up once", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const basis = [fromText(input.revenue_usd), fromText(input.run_cost_usd)].sort(compare)[1] ?? fraction(0n);
        const exact = times(times(times(fromText(input.rate), fromText(input.pipeline_weight)), basis), fraction(1_000_000n));
        const whole = floor(exact);
        const up = compare(minus(exact, fraction(whole)), fraction(1n, 2n)) >= 0 ? 1n : 0n;
        expect(parseUsd(computeRoyalty(input).royalty_usd)).toBe(whole + up);
      }),
    );
  });

  it("loses at most a tenth to fees, and no more than the fees", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { royalty_usd, deducted_fees_usd, net_royalty_usd } = computeRoyalty(input);
        const [royalty, deducted, net] = [parseUsd(royalty_usd), parseUsd(deducted_fees_usd), parseUsd(net_royalty_usd)];
        expect(net + deducted).toBe(royalty);
        expect(deducted * 10n <= royalty && deducted <= parseUsd(input.routing_fees_usd)).toBe(true);
        expect((deducted + 1n) * 10n > royalty || deducted === parseUsd(input.routing_fees_usd)).toBe(true);
      }),
    );
  });
});

describe("bad input", () => {
  const good = { rate: "0.30", revenue_usd: "1", run_cost_usd: "1" };

  it.each([
    [{ rate: "1.000001" }, "RATE_RANGE", "rate"],
    [{ rate: "-0.3" }, "RATE_RANGE", "rate"],
    [{ rate: "0.3000000" }, "RATE_RANGE", "rate"],
    [{ revenue_usd: "-1" }, "AMOUNT_INVALID", "revenue_usd"],
    [{ run_cost_usd: "1000000000000" }, "AMOUNT_RANGE", "run_cost_usd"],
    [{ pipeline_weight: "1.1" }, "WEIGHT_RANGE", "pipeline_weight"],
    [{ routing_fees_usd: "1e3" }, "AMOUNT_INVALID", "routing_fees_usd"],
  ])("%j is %s at %s", (change, code, path) => {
    expect(faultOf(() => computeRoyalty({ ...good, ...change }))).toMatchObject({ code, path });
  });
});
