import { afterEach, expect, it } from "vitest";
import { type PayoutAnswer, runPayout } from "../../src/domain/payouts/run-service.ts";
import { clearPaymentsJob } from "../../src/jobs/clear-payments.ts";
import { file, ledger, receive } from "../domain/collections/arrange-money.ts";
import { createStripeStage, type StripeStage } from "../domain/rails/stripe-stage.ts";
import { registerCompany } from "../helpers/factories.ts";

let stage: StripeStage;
afterEach(() => stage.close());

const payout = (): Promise<PayoutAnswer> => runPayout(stage.ctx, { quarter: "2026-Q2", reportId: null, execute: true });

it("a payout for which Stripe has no money stays open and says so, and pays the same run once the money is there", async () => {
  stage = await createStripeStage();
  const [fox, company] = [await stage.model({ name: "Fox" }), await registerCompany(stage)];
  await file(stage, company, [[fox, "100"]]);
  await receive(stage, company, "30");
  const account = await stage.onboard(fox);
  await stage.hear();
  await stage.pass(47 * 24);
  await clearPaymentsJob(stage.ctx);
  const first = await payout();
  expect(first).toMatchObject({ state: "open", outcomes: { open: 1, failed: 0 }, faults: [expect.stringContaining("RAIL_BALANCE")] });
  await stage.pass(5);
  expect(await payout()).toMatchObject({ state: "open", run_id: first.run_id });
  await stage.stripe.balance("usd", 3_000);
  await stage.pass(5);
  expect(await payout()).toMatchObject({ state: "closed", run_id: first.run_id, outcomes: { recorded: 1 }, faults: [] });
  const sent = await stage.stripe.objects("transfer");
  expect(sent.map(({ destination, amount }) => [destination, amount])).toEqual([[account, 3_000]]);
  expect(await stage.rows("select state, attempt from omla.transfers")).toEqual([{ state: "sent", attempt: 1 }]);
  expect(await ledger(stage, "payable:", "in_transit:")).toEqual({});
});
