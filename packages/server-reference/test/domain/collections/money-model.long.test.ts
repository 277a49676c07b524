import { expect, it } from "vitest";
import { playMoney } from "./money-runs.ts";

it("the ledger agrees to the micro with the paper in a thousand histories", { timeout: 3_600_000 }, async () => {
  const played = await playMoney(1_000, 16);
  expect(played).toEqual({ histories: 1_000, total: 0n, accounts: expect.arrayContaining(["cash:wise"]) });
});
