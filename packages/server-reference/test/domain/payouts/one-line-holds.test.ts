import { afterEach, expect, it } from "vitest";
import { heldForTax } from "../../../src/domain/tax/held-service.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

it("the payout of one line leaves alone what is held from wallets that it does not concern", async () => {
  stage = await createStage();
  const [rich, other] = [await stage.model(), await stage.model()];
  const ids = await stage.report(
    new Map([
      [rich, "2100.00"],
      [other, "10.00"],
    ]),
  );
  await stage.pay("630.00", "first", [ids.get(rich.model_id) ?? ""]);
  stage.clock.set(PAYOUT_DAY);
  // 630 dollars are above the threshold of 600, and no form is on file.
  await stage.payout();
  const held = async (): Promise<unknown[]> =>
    (await stage.ctx.db.service((tx) => heldForTax(tx, stage.clock.now()))).map(({ wallet, held_usd }) => [wallet, held_usd]);
  expect(await held()).toEqual([[rich.address, "630.000000"]]);
  await stage.pay("3.00", "second", [ids.get(other.model_id) ?? ""]);
  stage.clock.advance({ days: 8 });
  await stage.payout({ reportId: ids.get(other.model_id) ?? "" });
  expect(await stage.moved()).toEqual({ [other.address]: 3_000_000n });
  expect(await held()).toEqual([[rich.address, "630.000000"]]);
  expect(await stage.balance(`payable:${rich.address}`)).toBe(0n);
  expect(await stage.rows("select distinct held_reason from omla.payments where status = 'held'")).toEqual([{ held_reason: "tax" }]);
  await stage.payout();
  expect(await held()).toEqual([[rich.address, "630.000000"]]);
  expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
});
