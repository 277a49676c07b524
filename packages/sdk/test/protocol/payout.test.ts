import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../../vectors/payout.json" with { type: "json" };
import { formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { divideByShares, payoutAmounts } from "../../src/protocol/payout.ts";
import { type LineagePolicy, resolveSplits } from "../../src/protocol/splits.ts";
import { faultOf } from "./fault-of.ts";
import { lineages } from "./lineage-samples.ts";
import { slowAllocate } from "./reference/allocate.ts";
import { slowSplits } from "./reference/splits.ts";

const pools = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })).map(formatUsd);
const policies = fc.constantFrom<LineagePolicy>("sequential", "declared");

describe("a payout", () => {
  it.each(vectors)("$name", ({ models, target_model_id, lineage_policy, creator_pool_usd, expected }) => {
    expect(
      payoutAmounts({ models: models as never, target_model_id, lineage_policy: lineage_policy as LineagePolicy, creator_pool_usd }),
    ).toEqual(expected);
  });

  it("conserves the pool to the micro, and nobody is off by a whole one", () => {
    fc.assert(
      fc.property(lineages, policies, pools, (sample, lineage_policy, creator_pool_usd) => {
        const amounts = payoutAmounts({ ...sample, lineage_policy, creator_pool_usd });
        expect(formatUsd(amounts.reduce((sum, { amount_usd }) => sum + parseUsd(amount_usd), 0n))).toBe(creator_pool_usd);
        const paid = new Map(amounts.map(({ wallet, amount_usd }) => [wallet, parseUsd(amount_usd)]));
        for (const { wallet, share } of resolveSplits({ ...sample, lineage_policy })) {
          const floor = (parseUsd(creator_pool_usd) * BigInt(share)) / 10n ** 18n;
          expect([floor, floor + 1n]).toContain(paid.get(wallet) ?? 0n);
        }
      }),
    );
  });

  it("agrees with the references from the lineage to the last micro", () => {
    fc.assert(
      fc.property(lineages, policies, pools, (sample, lineage_policy, creator_pool_usd) => {
        const shares = slowSplits(sample.models, sample.target_model_id, lineage_policy).map(({ wallet, share }) => ({
          id: wallet,
          weight: BigInt(share),
        }));
        const expected = slowAllocate(parseUsd(creator_pool_usd), shares).map(({ id, amount }) => ({
          wallet: id,
          amount_usd: formatUsd(amount),
        }));
        expect(payoutAmounts({ ...sample, lineage_policy, creator_pool_usd })).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("pays the doc's 70/30 of a dollar and a micro", () => {
    // 0.700000.7 and 0.300000.3: the micro left over goes to the larger remainder
    const shares = [
      { wallet: "a", share: "700000000000000000" },
      { wallet: "b", share: "300000000000000000" },
    ];
    expect(divideByShares("1.000001", shares)).toEqual([
      { wallet: "a", amount_usd: "0.700001" },
      { wallet: "b", amount_usd: "0.300000" },
    ]);
  });

  it("refuses a pool that is no amount", () => {
    expect(faultOf(() => divideByShares("-1", []))).toMatchObject({ code: "AMOUNT_INVALID", path: "creator_pool_usd" });
  });
});
