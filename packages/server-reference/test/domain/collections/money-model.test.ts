import { expect, it } from "vitest";
import { playMoney } from "./money-runs.ts";

it("model_based_ledger: the ledger agrees to the micro with the paper, whatever happens to a company's money", {
  timeout: 300_000,
}, async () => {
  const played = await playMoney(60, 16);
  expect(played).toEqual({ histories: 60, total: 0n, accounts: expect.arrayContaining(["cash:wise"]) });
});
