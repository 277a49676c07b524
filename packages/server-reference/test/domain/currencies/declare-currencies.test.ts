import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/declare-currencies";
let test: TestApp;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
  company = await registerCompany(test);
});
afterAll(() => test.close());

describe("declare-currencies", () => {
  it("is public, replaces the last declaration, and decides the route of each wallet", async () => {
    const model = await registerModel(test, {
      creator_currency_prefs: [
        { code: "BUZZ", is_backup: false },
        { code: "BTC", is_backup: true },
      ],
    });
    const quote = async (): Promise<unknown> => {
      const entries = [{ model: model.address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }];
      const { allocations } = (await test.post("/functions/v1/quote", { quarter: "2026-Q2", entries }, company.api_key)).json();
      return [allocations[0].currency, allocations[0].route, allocations[0].fee_pct];
    };
    expect(await quote()).toEqual(["BTC", "backup_direct", "0"]);
    await test.post(URL, { currencies: ["EUR", "BUZZ"] }, company.api_key);
    expect(await quote()).toEqual(["BUZZ", "native", "0"]);
    const declared = await test.post(
      URL,
      { currencies: ["EUR"], conversion_fees: [{ from: "EUR", to: "BTC", fee_pct: "2.5" }] },
      company.api_key,
    );
    expect(declared.statusCode).toBe(200);
    expect(await quote()).toEqual(["BTC", "backup_with_fee", "2.5"]);
    expect(await test.rows("select code from omla.remitter_currencies where remitter_id = $1", [company.company_id])).toEqual([
      { code: "EUR" },
    ]);
  });

  it.each([
    [{ currencies: ["XXX"] }, 422, "CURRENCY_UNKNOWN", "currencies[0]"],
    [{ currencies: ["USD", "USD"] }, 422, "CURRENCY_DUPLICATE", "currencies[1]"],
    [
      { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "ZZZ", fee_pct: "1" }] },
      422,
      "CURRENCY_UNKNOWN",
      "conversion_fees[0].to",
    ],
    [
      { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "50.000001" }] },
      422,
      "FEE_RANGE",
      "conversion_fees[0].fee_pct",
    ],
    [
      { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "-1" }] },
      400,
      "DECIMAL_INVALID",
      "conversion_fees[0].fee_pct",
    ],
    [{ currencies: ["USD"], conversion_fees: [{ from: "USD", to: "USD", fee_pct: "1" }] }, 422, "CURRENCY_DUPLICATE", "conversion_fees[0]"],
    [
      { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: 1 }] },
      400,
      "INPUT_INVALID",
      "conversion_fees[0].fee_pct",
    ],
  ])("refuses %j", async (body, status, code, path) => {
    const before = await test.rows("select * from omla.remitter_currencies");
    const answer = await test.post(URL, body, company.api_key);
    expect([answer.statusCode, answer.json().code, answer.json().details?.path]).toEqual([status, code, path]);
    expect(await test.rows("select * from omla.remitter_currencies")).toEqual(before);
  });
});
