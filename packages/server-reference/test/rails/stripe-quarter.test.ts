import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clearPaymentsJob } from "../../src/jobs/clear-payments.ts";
import { type PayoutAnswer, runPayout } from "../../src/domain/payouts/run-service.ts";
import { type Company, registerCompany, type SignedModel } from "../helpers/factories.ts";
import { file, ledger, moneyOf, statusOf } from "../domain/collections/arrange-money.ts";
import { createStripeStage, type StripeStage } from "../domain/rails/stripe-stage.ts";

const QUARTER = "2026-Q2";
const DAY = 24;
let stage: StripeStage;
let fox: SignedModel;
let owl: SignedModel;
let company: Company;
let reports: string[];

const payout = (execute = true): Promise<PayoutAnswer> =>
  runPayout(stage.ctx, { quarter: QUARTER, reportId: null, execute, resume: false });
const transfers = (): Promise<Record<string, unknown>[]> =>
  stage.rows(
    `select w.address::text as wallet, t.state, t.amount::text, t.ext_id, t.reversed_amount::text as reversed
       from omla.transfers t join omla.wallets w on w.id = t.wallet_id order by t.amount desc`,
  );
/** Minor units by account, as Stripe's own books have them. */
const arrived = async (): Promise<Record<string, number>> => {
  const all = await stage.stripe.objects("transfer");
  return Object.fromEntries(
    all.map(({ destination, amount, amount_reversed }) => [String(destination), Number(amount) - Number(amount_reversed)]),
  );
};

beforeAll(async () => {
  stage = await createStripeStage();
  fox = await stage.model({ name: "Fox" });
  owl = await stage.model({
    name: "Owl",
    lineage: [{ parent_id: fox.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
  } as never);
  company = await registerCompany(stage);
});
afterAll(() => stage.close());

/** One quarter from the report to the payees' accounts, over the unmodified stripe-node and the local Stripe. */
describe("a quarter over Stripe", () => {
  let accounts: string[];

  it("is paid for by the licensee on Stripe's page", async () => {
    // 0.3 of 1000.01 dollars is 300.003, and 0.3 of 50 is 15.
    reports = await file(stage, company, [
      [owl, "1000.01"],
      [fox, "50"],
    ]);
    const { url, amount_usd } = (await stage.post("/functions/v1/pay", { method: "checkout", quarter: QUARTER }, company.api_key)).json();
    // Stripe takes whole cents: 315.003 becomes 315.01, and what is too much is a credit.
    expect(amount_usd).toBe("315.010000");
    await stage.stripe.paySession(url.split("/").at(-1));
    await stage.hear({ times: 2, order: "reverse" });
    for (const report of reports) expect(await statusOf(stage, report)).toBe("funded");
    expect(await ledger(stage, "clearing:", "unapplied:")).toEqual({
      "clearing:stripe": 315_010_000n,
      [`unapplied:${company.company_id}`]: -7_000n,
    });
  });

  it("waits for payees who have not finished onboarding, and for the hold of seven days", async () => {
    accounts = [await stage.onboard(fox, false), await stage.onboard(owl, false)];
    await stage.hear();
    await stage.pass(47 * DAY);
    expect((await payout(false)).plan).toBeDefined();
    await clearPaymentsJob(stage.ctx);
    expect(await ledger(stage, "clearing:", "cash:")).toEqual({ "cash:stripe": 315_010_000n });
    const rehearsal = await payout(false);
    expect(JSON.stringify(rehearsal.plan)).toContain("rail_not_ready");
    expect(await stage.stripe.objects("transfer")).toEqual([]);
  });

  it("reaches every payee once, to the cent, though Stripe stumbles on the way", async () => {
    for (const account of accounts) await stage.stripe.onboard(account);
    await stage.hear();
    await stage.stripe.fault("POST /v1/transfers", "timeout_after");
    const first = await payout();
    expect(first.state).toBe("open");
    const second = await payout();
    expect(second.state).toBe("closed");
    // Fox gets 0.4 of Owl's 300.003 and its own 15: 135.0012; Owl gets 0.6: 180.0018. Parts of a cent stay payable.
    expect(await arrived()).toEqual({ [accounts[0] ?? ""]: 13_500, [accounts[1] ?? ""]: 18_000 });
    expect((await transfers()).map(({ state, amount }) => [state, amount])).toEqual([
      ["sent", "180000000"],
      ["sent", "135000000"],
    ]);
    const held = await ledger(stage, "payable:", "in_transit:", "cash:", "accrued:", "receivable:", "clearing:");
    expect(held).toEqual({ [`payable:${fox.address}`]: -1_200n, [`payable:${owl.address}`]: -1_800n, "cash:stripe": 10_000n });
  });

  it("is complete when Stripe says so, twice and backwards", async () => {
    expect(new Set((await stage.hear({ times: 2, order: "reverse" })).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await transfers()).map(({ state }) => state)).toEqual(["completed", "completed"]);
    const payments = await stage.rows("select distinct status from omla.payments");
    expect(payments).toEqual([{ status: "completed" }]);
    for (const report of reports) expect(await statusOf(stage, report)).toBe("paid");
  });

  it("balances: what came in is what went out and what is kept, to the micro-dollar", async () => {
    const [{ off } = {}] = await stage.rows(
      "select coalesce(sum(abs(total)), 0)::text as off from (select sum(amount) as total from omla.ledger_entries group by txn_id, currency) t",
    );
    expect(off).toBe("0");
    const { usd = 0 } = await stage.stripe.balances();
    // Stripe's own balance is our cash: 315.01 came, 315.00 went.
    expect(usd).toBe(1);
    expect(await moneyOf(stage, company, reports)).toEqual({ unapplied: -7_000n });
  });

  it("makes payable again what is taken back from a payee, in parts and in whatever order it is told", async () => {
    const rail = stage.ctx.rails.get("stripe");
    const [owls] = await transfers();
    const externalId = String(owls?.["ext_id"]);
    await rail?.reverse?.({ externalId, currency: "USD", amount: 50_000_000n, key: "reversal-1" });
    await rail?.reverse?.({ externalId, currency: "USD", amount: 130_000_000n, key: "reversal-2" });
    await stage.hear({ times: 2, order: "reverse" });
    expect((await transfers())[0]).toMatchObject({ state: "reversed", reversed: "180000000" });
    expect(await ledger(stage, "payable:", "cash:")).toEqual({
      [`payable:${fox.address}`]: -1_200n,
      [`payable:${owl.address}`]: -180_001_800n,
      "cash:stripe": 180_010_000n,
    });
    expect((await arrived())[accounts[1] ?? ""]).toBe(0);
  });
});
