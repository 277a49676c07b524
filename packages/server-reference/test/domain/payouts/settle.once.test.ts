import fc from "fast-check";
import { settleAmount } from "@omla/sdk/protocol";
import { describe, expect, it } from "vitest";
import { addOwed, addToOwed, NOTHING_OWED, type Owed, settle, startOwed } from "../../../src/domain/payouts/settle.ts";

const owedOf = (usd: bigint, feeParts: bigint, remitter: string): Owed => {
  const sum = startOwed();
  addToOwed(sum, usd, feeParts, remitter);
  return sum;
};
const ONE = 10n ** 18n;
const USD = { rate: ONE, scale: 6, unit: 10_000n };

describe("what is owed, settled", () => {
  it("is whole cents where a rail moves cents, and the rest stays payable", () => {
    expect(settle(owedOf(1_234_567n, 0n, "r"), USD)).toMatchObject({ amount: 1_230_000n, usd: 1_230_000n, feeUsd: 0n, restUsd: 4_567n });
  });

  it("is less the conversion fee, at the rate that was pinned", () => {
    // 10 USD less 2.5 % are 9.75; at 0.00002 BTC for a dollar that is 0.000195 BTC.
    const settled = settle(owedOf(10_000_000n, 2_500_000n, "r"), { rate: 20_000_000_000_000n, scale: 8, unit: 1n });
    expect(settled).toMatchObject({ amount: 19_500n, fxUsd: 9_750_000n, feeUsd: 250_000n, restUsd: 0n });
    expect(settled.feesByRemitter).toEqual([{ remitter: "r", usd: 250_000n }]);
  });

  it("is for one portion what the protocol's settleAmount says", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 13n }),
        fc.integer({ min: 0, max: 50_000_000 }),
        fc.bigInt({ min: 1n, max: 10n ** 24n }),
        fc.constantFrom(0, 6, 8),
        (usd, feeParts, rate, scale) => {
          const amount_usd = `${usd / 1_000_000n}.${String(usd % 1_000_000n).padStart(6, "0")}`;
          const fee_pct = `${Math.trunc(feeParts / 1_000_000)}.${String(feeParts % 1_000_000).padStart(6, "0")}`;
          const rateText = `${rate / ONE}.${String(rate % ONE).padStart(18, "0")}`;
          fc.pre(usd * rate < 10n ** 35n);
          const expected = settleAmount({ amount_usd, fee_pct, rate: rateText, scale }).replace(".", "");
          expect(settle(owedOf(usd, BigInt(feeParts), "r"), { rate, scale, unit: 1n }).amount).toBe(BigInt(expected));
        },
      ),
    );
  });

  it("neither makes nor loses a micro-dollar, whatever is netted (split_conservation)", () => {
    const portion = fc.tuple(
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.integer({ min: 0, max: 50_000_000 }),
      fc.constantFrom("a", "b", "c"),
    );
    const terms = fc.record({
      rate: fc.bigInt({ min: 10n ** 12n, max: 10n ** 21n }),
      scale: fc.constantFrom(0, 6, 8),
      unit: fc.constantFrom(1n, 100n, 10_000n),
    });
    fc.assert(
      fc.property(fc.array(portion, { minLength: 1, maxLength: 8 }), terms, (portions, settledBy) => {
        const owed = portions.map(([usd, fee, remitter]) => owedOf(usd, BigInt(fee), remitter)).reduce(addOwed, NOTHING_OWED);
        const settled = settle(owed, settledBy);
        expect(settled.usd + settled.restUsd).toBe(owed.usd);
        expect(settled.feeUsd + settled.fxUsd).toBe(settled.usd);
        expect(settled.feesByRemitter.reduce((sum, { usd }) => sum + usd, 0n)).toBe(settled.feeUsd);
        expect(settled.amount % settledBy.unit).toBe(0n);
        expect(settled.restUsd >= 0n && settled.feeUsd >= 0n).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
