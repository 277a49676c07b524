import fc from "fast-check";
import { expect, it } from "vitest";
import { formatUsd, parseUsd } from "../../src/protocol/money.ts";
import { divideByShares } from "../../src/protocol/payout.ts";
import { type LineagePolicy, resolveSplits } from "../../src/protocol/splits.ts";
import { chainOf, lineages } from "./lineage-samples.ts";
import { slowSplits } from "./reference/splits.ts";

const policies = fc.constantFrom<LineagePolicy>("sequential", "declared");
const pools = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });

it("conserves 100,000 random lineages to the unit and to the micro", { timeout: 600_000 }, () => {
  const property = fc.property(lineages, policies, pools, (sample, lineage_policy, pool) => {
    const shares = resolveSplits({ ...sample, lineage_policy });
    const amounts = divideByShares(formatUsd(pool), shares);
    return (
      shares.reduce((sum, { share }) => sum + BigInt(share), 0n) === 10n ** 18n &&
      amounts.reduce((sum, { amount_usd }) => sum + parseUsd(amount_usd), 0n) === pool
    );
  });
  fc.assert(property, { numRuns: 100_000 });
});

it("agrees with the slow reference on 20,000 random lineages", { timeout: 600_000 }, () => {
  const property = fc.property(lineages, policies, (sample, lineage_policy) => {
    const expected = slowSplits(sample.models, sample.target_model_id, lineage_policy);
    expect(resolveSplits({ ...sample, lineage_policy })).toEqual(expected);
  });
  fc.assert(property, { numRuns: 20_000 });
});

it("resolves a chain of a million models", { timeout: 60_000 }, () => {
  const shares = resolveSplits({ ...chainOf(1_000_000), lineage_policy: "sequential" });
  expect(shares).toEqual([{ wallet: "wallet999999", share: "1000000000000000000" }]);
});
