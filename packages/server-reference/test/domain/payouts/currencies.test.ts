import { afterEach, describe, expect, it } from "vitest";
import { postRate } from "../../../src/domain/currencies/rate-service.ts";
import { createSandboxRail } from "../../../src/rails/sandbox/sandbox-rail.ts";
import { createStage, PAYOUT_DAY, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

const PREFERENCES = [
  { code: "BUZZ", is_backup: false },
  { code: "BTC", is_backup: true },
];

async function declare(currencies: readonly string[], fees: readonly object[] = []): Promise<void> {
  const answer = await stage.post("/functions/v1/declare-currencies", { currencies, conversion_fees: fees }, stage.company.api_key);
  if (answer.statusCode > 201) throw new Error(answer.body);
}

async function rate(code: string, value: string): Promise<void> {
  await stage.ctx.db.service((tx) => postRate(tx, { code, rate: value, source: "test" }, "system"));
}

describe("a wallet's currency", () => {
  it("is its first preference that the payer pays natively, at the rate of the plan", async () => {
    stage = await createStage();
    const model = await stage.model({ creator_currency_prefs: PREFERENCES });
    await declare(["BUZZ", "USD"]);
    await stage.report(new Map([[model, "10.00"]]));
    await stage.pay("3.00");
    stage.clock.set(PAYOUT_DAY);
    await rate("BUZZ", "1000");
    const { plan } = await stage.payout();
    expect(plan.positions).toMatchObject([{ currency: "BUZZ", transfer: { amount: "3000", rate: "1000" } }]);
    expect(await stage.moved()).toEqual({ [model.address]: 3_000n });
    expect(await stage.rows("select settled_currency, settled_amount::text, fx_rate_used::text, route from omla.payments")).toEqual([
      { settled_currency: "BUZZ", settled_amount: "3000", fx_rate_used: "1000", route: "native" },
    ]);
    // Both sides of the exchange meet, and the cash is gone.
    expect(await stage.books()).toEqual({ off: "0" });
  });

  it("is the backup less the payer's declared fee, which is booked as the payer's", async () => {
    stage = await createStage();
    const model = await stage.model({ creator_currency_prefs: PREFERENCES });
    await declare(["USD"], [{ from: "USD", to: "BTC", fee_pct: "2.5" }]);
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await rate("BTC", "0.00002");
    await stage.payout();
    // 30 less 2.5 % are 29.25 USD, at 0.00002 BTC each 0.000585 BTC.
    expect(await stage.moved()).toEqual({ [model.address]: 58_500n });
    expect(await stage.balance(`fees:conversion:${stage.company.company_id}`)).toBe(-750_000n);
    expect(await stage.books()).toEqual({ off: "0", cash: "750000", fees: "-750000" });
  });

  it("without a rate that is fresh enough waits, and is paid once there is one", async () => {
    stage = await createStage();
    const model = await stage.model({ creator_currency_prefs: PREFERENCES });
    await declare(["BUZZ"]);
    await stage.report(new Map([[model, "10.00"]]));
    await stage.pay("3.00");
    await rate("BUZZ", "900");
    stage.clock.set(PAYOUT_DAY);
    expect((await stage.payout()).plan.positions).toMatchObject([{ currency: "BUZZ", reason: "rate", rest_usd: "3.000000" }]);
    await rate("BUZZ", "1000");
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 3_000n });
  });
});

describe("a wallet", () => {
  it("above the threshold without a tax form is held in an account of its own, and paid once the form is there", async () => {
    stage = await createStage();
    const model = await stage.model();
    await stage.report(new Map([[model, "10000.00"]]));
    await stage.pay("3000.00");
    stage.clock.set(PAYOUT_DAY);
    const { plan } = await stage.payout();
    expect(plan.positions).toMatchObject([{ wallet: model.address, reason: "tax", rest_usd: "3000.000000" }]);
    expect(await stage.balance(`held:tax:${model.address}`)).toBe(-3_000_000_000n);
    expect(await stage.rows("select status, held_reason from omla.payments")).toEqual([{ status: "held", held_reason: "tax" }]);
    const form = ["W-9", "US", "a".repeat(64), null, "box 1", "board"];
    await stage.ctx.db.service((tx) => tx.query("select omla.record_tax_form($1, $2, $3, $4, $5, $6, $7)", [model.address, ...form]));
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 3_000_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
  });

  it("is paid over the cheapest of its rails that can be used, its fee borne by the payee and shown", async () => {
    const cheap = (): bigint => 250_000n;
    stage = await createStage({
      rails: (clock) => [
        createSandboxRail({ name: "stripe", clock, fee: () => 1_000_000n }),
        createSandboxRail({ name: "wise", clock, fee: cheap }),
        createSandboxRail({ name: "sepa", clock, off: "it has no credentials" }),
      ],
    });
    const model = await stage.model();
    await stage.database.owner((client) =>
      client.query(
        `with w as (select id from omla.wallets where address = $1), r as (
           insert into omla.wallet_rails (wallet_id, rail, nonce, enabled_at) select w.id, r.rail, r.nonce, $2::timestamptz from w, (values ('wise', 1), ('sepa', 2)) as r (rail, nonce))
         insert into omla.wallet_rail_private (wallet_id, rail, rail_identifier) select w.id, r.rail, 'known' from w, (values ('wise'), ('sepa')) as r (rail)`,
        [model.address, "2026-06-01T00:00:00Z"],
      ),
    );
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    const { plan } = await stage.payout();
    expect(plan.positions).toMatchObject([{ transfer: { rail: "wise", amount: "30.000000", rail_fee: "0.250000" } }]);
    expect(await stage.rows("select rail, rail_fee::text from omla.payments")).toEqual([{ rail: "wise", rail_fee: "0.250000" }]);
    expect(await stage.balance("fees:rail:wise")).toBe(-250_000n);
  });

  it("whose rail was changed within seven days waits for them to pass", async () => {
    stage = await createStage();
    const model = await stage.model();
    await stage.report(new Map([[model, "100.00"]]));
    await stage.pay("30.00");
    stage.clock.set(PAYOUT_DAY);
    await stage.database.owner((client) => client.query("update omla.wallets set rail_changed_at = $1", ["2026-07-10T00:00:00Z"]));
    expect((await stage.payout()).plan.positions).toMatchObject([{ reason: "rail_fresh" }]);
    expect(await stage.balance(`held:rail:${model.address}`)).toBe(-30_000_000n);
    stage.clock.advance({ days: 2 });
    await stage.payout();
    expect(await stage.moved()).toEqual({ [model.address]: 30_000_000n });
    expect(await stage.books()).toEqual({ off: "0" });
  });
});
