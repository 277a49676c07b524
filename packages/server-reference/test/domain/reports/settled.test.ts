import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

let test: TestApp;
let company: Company;
let bitcoin: SignedModel;
let dollars: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  company = await registerCompany(test);
  bitcoin = await registerModel(test, { creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
  dollars = await registerModel(test);
  const conversion_fees = [{ from: "USD", to: "BTC", fee_pct: "2.5" }];
  await test.post("/functions/v1/declare-currencies", { currencies: ["USD"], conversion_fees }, company.api_key);
  const rateAt = test.clock.now();
  await test.ctx.db.service((tx) => postRate(tx, { code: "BTC", rate: "0.00001538", source: "an exchange", rateAt }, "board-member-1"));
});
afterAll(() => test.close());

interface Shown {
  readonly amount_usd: string;
  readonly conversion_fee_usd: string;
  readonly settled: unknown;
}

async function quote(model: SignedModel, revenue_usd: string): Promise<Shown> {
  const entries = [{ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }];
  const { allocations } = (await test.post("/functions/v1/quote", { quarter: "2026-Q2", entries }, company.api_key)).json();
  const [{ amount_usd, conversion_fee_usd, settled }] = allocations as [Shown];
  return { amount_usd, conversion_fee_usd, settled };
}

describe("a quote", () => {
  it("says what would arrive after the payer's fee, at the rate of now", async () => {
    // 30 % of 1000 = 300; a fee of 2.5 % is 7.50; 292.50 × 0.00001538 = 0.00449865 BTC.
    expect(await quote(bitcoin, "1000")).toEqual({
      amount_usd: "300.000000",
      conversion_fee_usd: "7.500000",
      settled: { currency: "BTC", amount: "0.00449865", rate: "0.00001538", rate_at: "2026-05-15T12:00:00Z" },
    });
  });

  it("shows dollars as they are", async () => {
    expect(await quote(dollars, "1000")).toEqual({
      amount_usd: "300.000000",
      conversion_fee_usd: "0.000000",
      settled: { currency: "USD", amount: "300.000000", rate: "1", rate_at: null },
    });
  });

  it("shows no amount where the rate is older than 72 hours, and none is invented", async () => {
    test.clock.advance({ hours: 72 });
    expect((await quote(bitcoin, "1000")).settled).not.toBeNull();
    test.clock.advance({ seconds: 1 });
    expect(await quote(bitcoin, "1000")).toEqual({ amount_usd: "300.000000", conversion_fee_usd: "7.500000", settled: null });
  });

  it("shows nothing where the amount is too small for the currency's unit", async () => {
    test.clock.set("2026-05-15T12:00:00Z");
    // 30 % of 0.002 = 0.0006; less 2.5 % = 0.000585; × 0.00001538 is 9 × 10^-9 BTC, below one satoshi.
    expect((await quote(bitcoin, "0.002")).settled).toMatchObject({ amount: "0.00000000" });
  });
});
