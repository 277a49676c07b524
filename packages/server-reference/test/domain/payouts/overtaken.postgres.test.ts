import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Tx } from "../../../src/db/database.ts";
import { refundPayment } from "../../../src/domain/collections/refund-service.ts";
import { applyTransferFact } from "../../../src/domain/payouts/record-service.ts";
import { amendReport } from "../../../src/domain/reports/service.ts";
import type { RailName } from "../../../src/rails/rail.ts";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.close());

function opening(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}

/** Plans a payout while `act` has done its work and has not committed; `act` commits once the payout waits for it. */
async function payOutDuring(act: (tx: Tx) => Promise<unknown>): Promise<void> {
  const [acted, gate] = [opening(), opening()];
  const acting = stage.ctx.db.service(async (tx) => {
    await act(tx);
    acted.open();
    await gate.opened;
  });
  await acted.opened;
  const payout = stage.payout();
  await vi.waitFor(async () => expect(await stage.rows("select from pg_locks where not granted")).not.toEqual([]), {
    interval: 5,
    timeout: 900,
  });
  gate.open();
  await acting;
  await payout;
}

it("an amendment that is under way while a payout is planned is not overtaken", async () => {
  const model = await stage.model();
  await stage.report(new Map([[model, "100.00"]]));
  await stage.pay("30.00");
  stage.clock.set(PAYOUT_DAY);
  const companyId = String((await stage.rows("select reporter_id from omla.usage_reports"))[0]?.["reporter_id"]);
  const entry = { model: model.model_id, inferences: 1, revenue_usd: "80.00", run_cost_usd: "0" };
  await payOutDuring((tx) => amendReport(stage.ctx, tx, { companyId, live: true }, { quarter: QUARTER, entries: [entry] }));
  expect(await stage.rows("select status, count(*)::int as n from omla.usage_reports group by 1 order by 1")).toEqual([
    { n: 1, status: "paid" },
    { n: 1, status: "superseded" },
  ]);
  expect(await stage.moved()).toEqual({ [model.address]: 24_000_000n });
});

it("a refund that is under way while a payout is planned is not overtaken", async () => {
  const model = await stage.model();
  await stage.report(new Map([[model, "100.00"]]));
  await stage.pay("30.00");
  stage.clock.set(PAYOUT_DAY);
  const [payment] = await stage.rows("select rail, reference from omla.collections");
  await stage.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
  const refund = {
    rail: payment?.["rail"] as RailName,
    payment: String(payment?.["reference"]),
    reference: "rf-1",
    reason: "x",
    confirmedBy: "test",
  };
  await payOutDuring((tx) => refundPayment(stage.ctx, tx, refund));
  expect(await stage.moved()).toEqual({});
});

it("a transfer that comes back while a payout is planned is carried in its own currency, once", async () => {
  const model = await stage.model();
  await stage.report(new Map([[model, "100.00"]]));
  await stage.pay("30.00");
  stage.clock.set(PAYOUT_DAY);
  await stage.payout();
  const [transfer] = await stage.rows("select id::text, ext_id from omla.transfers");
  const fact = { transferId: String(transfer?.["id"]), rail: "stripe", externalId: String(transfer?.["ext_id"]), completed: true } as const;
  await payOutDuring(async (tx) => {
    await tx.query("set local role payout");
    await applyTransferFact(tx, { ...fact, reversed: 30_000_000n }, stage.clock.now());
  });
  expect(await stage.moved()).toEqual({ [model.address]: 60_000_000n });
  expect(await stage.rows("select count(*)::int as open from omla.transfer_returns where run_id is null")).toEqual([{ open: 0 }]);
  expect(await stage.payout()).toMatchObject({ state: "nothing" });
});
