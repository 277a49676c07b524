import { expect, it } from "vitest";
import { payForAYear } from "./year-of-payments.ts";

it("the testing kit and the reference registry agree on debts, payments, credits, receipts, rates and certificates", async () => {
  const seen = await payForAYear(20_261_120, 160);
  // Each way must have been taken, or the year proved less than it seems.
  for (const way of ["filed", "amended", "part paid", "over-paid", "line paid", "credit", "certificate", "settled"])
    expect(seen.get(way) ?? 0, way).toBeGreaterThan(0);
}, 120_000);
