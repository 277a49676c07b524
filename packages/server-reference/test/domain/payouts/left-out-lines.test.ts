import { afterEach, describe, expect, it } from "vitest";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { rejectLine } from "../../../src/domain/collections/charge-service.ts";
import { reversePayment } from "../../../src/domain/collections/refund-service.ts";
import type { RailName } from "../../../src/rails/rail.ts";
import { PAYOUT_DAY, createStage, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(async () => {
  for (const { id } of await stage.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(stage.ctx, String(id))).toMatchObject({ differences: [] });
  expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
  await stage.close();
});

describe("a line that is left out, comes back, or is rejected", () => {
  it("is taken back once where it was paid in two versions, and comes back", async () => {
    stage = await createStage();
    const [model, other] = [await stage.model(), await stage.model()];
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    await stage.report(new Map([[model, "120.00"]]), { amend: true });
    await stage.pay("6.00");
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 36_000_000n });
    await stage.report(new Map([[other, "120.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(36_000_000n);
    expect(await stage.moved()).toEqual({ [model.address]: 36_000_000n, [other.address]: 36_000_000n });
    expect(await stage.books()).toMatchObject({ off: "0", payable: "36000000" });
    await stage.report(new Map([[model, "120.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(0n);
    expect(await stage.balance(`payable:${other.address}`)).toBe(36_000_000n);
  });

  it("is paid like a new one where it was taken back before it comes back", async () => {
    stage = await createStage();
    const [model, other] = [await stage.model(), await stage.model()];
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    await stage.report(new Map([[other, "100.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(30_000_000n);
    await stage.report(new Map([[model, "100.00"]]), { amend: true });
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(0n);
    expect(await stage.balance(`payable:${other.address}`)).toBe(30_000_000n);
    expect(await stage.books()).toMatchObject({ off: "0", payable: "30000000" });
  });

  it("is taken back from its wallets where its money was charged back and the board rejects it", async () => {
    stage = await createStage();
    const model = await stage.model();
    const ids = await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00", "ref-1");
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    const [payment] = await stage.rows("select rail, reference from omla.collections");
    const chargeback = {
      rail: payment?.["rail"] as RailName,
      payment: String(payment?.["reference"]),
      reference: "cb-1",
      reason: "x",
      confirmedBy: "test",
    };
    await stage.ctx.db.service((tx) => reversePayment(stage.ctx, tx, chargeback));
    await stage.ctx.db.service((tx) => rejectLine(tx, ids.get(model.model_id) ?? "", "test"));
    await stage.payout();
    expect(await stage.balance(`payable:${model.address}`)).toBe(30_000_000n);
  });
});
