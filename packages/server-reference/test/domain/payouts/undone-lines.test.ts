import { afterEach, describe, expect, it } from "vitest";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { verifyPayout } from "../../../src/domain/payouts/verify-service.ts";
import { type Company, registerCompany, type SignedModel } from "../../helpers/factories.ts";
import { hostModel } from "../../helpers/hosting.ts";
import { createStage, PAYOUT_DAY, QUARTER, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(async () => {
  for (const { id } of await stage.rows("select id from omla.payout_runs order by seq"))
    expect(await verifyPayout(stage.ctx, String(id))).toMatchObject({ differences: [] });
  await stage.close();
});

async function earn(model: SignedModel, revenue: string, royalty: string, company: Company): Promise<void> {
  const ids = await stage.report(new Map([[model, revenue]]), { company });
  await stage.pay(royalty, crypto.randomUUID(), [...ids.values()], company);
}

async function declareFee(fee_pct: string): Promise<void> {
  const body = { currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct }] };
  expect((await stage.post("/functions/v1/declare-currencies", body, stage.company.api_key)).statusCode).toBeLessThan(202);
}

describe("what is undone of a line", () => {
  it("undoes what the line did to a hoster's debt, whether it is left out or amended", async () => {
    stage = await createStage();
    const model = await stage.model({ hoster_share_pct: "50" });
    const other = await stage.model();
    const host = await hostModel(stage, model, QUARTER, 100);
    const [first, second] = [stage.company, await registerCompany(stage)];
    const owed = async (): Promise<unknown> => (await stage.rows("select micros::int from omla.hoster_debts"))[0]?.["micros"];
    // 30 USD; nobody is verified, so the creator takes all and the hoster accrues the whole of half: 15.
    await earn(model, "100.00", "30.00", first);
    stage.clock.set(PAYOUT_DAY);
    await stage.payout();
    expect(await owed()).toBe(15_000_000);
    await host.verify();
    // Of a pool of 15 half settles what is owed, half goes by volume.
    await earn(model, "100.00", "30.00", second);
    stage.clock.advance({ days: 8 });
    await stage.payout();
    expect(await owed()).toBe(7_500_000);
    expect(await stage.balance(`payable:${host.wallet}`)).toBe(-15_000_000n);
    // The second company leaves the model out: what was settled of its money is owed again.
    await stage.report(new Map([[other, "100.00"]]), { company: second, amend: true });
    await stage.payout();
    expect(await owed()).toBe(15_000_000);
    expect(await stage.balance(`payable:${host.wallet}`)).toBe(0n);
    // The first one halves its line: 15 USD, now with a verified hoster. What the line accrued stands no more, so 7.50 go by volume.
    await stage.report(new Map([[model, "50.00"]]), { company: first, amend: true });
    await stage.payout();
    expect(await owed()).toBe(0);
    expect(await stage.balance(`payable:${host.wallet}`)).toBe(-7_500_000n);
    // The creator was sent 30 and 15, of which 7.50 stand.
    expect(await stage.balance(`payable:${model.address}`)).toBe(37_500_000n);
  });

  it("is taken back less the fee that it was paid with, whatever the payer declares by then", async () => {
    stage = await createStage();
    const model = await stage.model({ creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
    const rate = (): Promise<unknown> =>
      stage.ctx.db.service((tx) => postRate(tx, { code: "BTC", rate: "0.00002", source: "test" }, "system"));
    await declareFee("50");
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await rate();
    await stage.payout();
    // 15 USD of 30 at 0.00002.
    expect(await stage.moved()).toEqual({ [model.address]: 30_000n });
    await declareFee("0");
    await stage.report(new Map([[model, "0"]]), { amend: true });
    await stage.payout();
    expect(
      await stage.rows("select amount::int, currency, trim_scale(fee_pct)::text as fee from omla.distributions order by amount desc"),
    ).toEqual([
      { amount: 30_000_000, currency: "BTC", fee: "50" },
      { amount: -30_000_000, currency: "BTC", fee: "50" },
    ]);
  });
});
