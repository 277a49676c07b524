import { buildMutation, formatTimestamp, signDocument } from "@omla/sdk/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { PAYOUT_CHECKS } from "../../../src/domain/payouts/checks.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { reconcile } from "../../../src/ledger/reconcile.ts";
import { REGISTRY } from "../../helpers/app.ts";
import type { SignedModel } from "../../helpers/factories.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(async () => {
  for (const { id } of await stage.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(stage.ctx, String(id))).toMatchObject({ differences: [] });
  expect((await reconcile(stage.ctx, PAYOUT_CHECKS)).discrepancies).toEqual([]);
  await stage.close();
});

const prefs = (code: string): { code: string; is_backup: boolean }[] => [
  { code, is_backup: false },
  { code: "BTC", is_backup: true },
];

async function prefer(model: SignedModel, code: string, nonce: number): Promise<void> {
  const change = { kind: "currency-prefs", creator_currency_prefs: prefs(code) };
  const issued_at = formatTimestamp(stage.clock.now());
  const draft = buildMutation({ issued_at, registry: REGISTRY, model_id: model.model_id, nonce, change } as never);
  const document = await signDocument("mutation", draft, model.keys.secretKey);
  const answer = await stage.post("/functions/v1/mutate", { document });
  if (answer.statusCode !== 201) throw new Error(answer.body);
}

async function euros(): Promise<void> {
  await stage.ctx.db.service((tx) => postRate(tx, { code: "EUR", rate: "0.9", source: "test", rateAt: stage.clock.now() }, "system"));
}

async function earnsEuros(revenue: string, royalty: string): Promise<SignedModel> {
  const model = await stage.model({ creator_currency_prefs: prefs("EUR") });
  await stage.post("/functions/v1/declare-currencies", { currencies: ["EUR", "USD"] }, stage.company.api_key);
  await stage.report(new Map([[model, revenue]]));
  await stage.pay(royalty);
  stage.clock.set(PAYOUT_DAY);
  await euros();
  return model;
}

describe("money that waits in a currency that its wallet prefers no more", () => {
  it("is paid in one that it prefers now, and its payment says so", async () => {
    // The rail pays dollars only.
    stage = await createStage({ rail: { features: { currencies: ["USD"] } } });
    const model = await earnsEuros("100.00", "30.00");
    expect((await stage.payout()).plan.positions).toMatchObject([{ currency: "EUR", reason: "currency", rest_usd: "30.000000" }]);
    await prefer(model, "USD", 1);
    expect((await stage.payout()).plan.positions).toMatchObject([{ currency: "USD", reason: null, sent_usd: "30.000000" }]);
    expect(await stage.moved()).toEqual({ [model.address]: 30_000_000n });
    expect(await stage.rows("select status, settled_currency, settled_amount::text from omla.payments")).toEqual([
      { status: "completed", settled_currency: "USD", settled_amount: "30.000000" },
    ]);
    expect(await stage.books()).toEqual({ off: "0" });
    expect(await stage.payout()).toMatchObject({ state: "nothing" });
  });

  it("goes with what comes in the other one, so that two halves of a dime are paid", async () => {
    stage = await createStage();
    // 30 % of 0.20 are six cents: less than a dime.
    const model = await earnsEuros("0.20", "0.06");
    expect((await stage.payout()).plan.positions).toMatchObject([{ currency: "EUR", reason: "dust" }]);
    await prefer(model, "USD", 1);
    await stage.report(new Map([[model, "0.20"]]), { quarter: "2026-Q1" });
    await stage.pay("0.06");
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 120_000n });
    expect(await stage.rows("select status, settled_currency from omla.payments")).toEqual([
      { status: "completed", settled_currency: "USD" },
      { status: "completed", settled_currency: "USD" },
    ]);
  });

  it("stays where it is while its wallet still prefers it", async () => {
    stage = await createStage({ rail: { features: { currencies: ["USD"] } } });
    await earnsEuros("100.00", "30.00");
    await stage.payout();
    stage.clock.advance({ days: 1 });
    await euros();
    expect((await stage.payout()).plan.positions).toMatchObject([{ currency: "EUR", reason: "currency" }]);
  });
});
