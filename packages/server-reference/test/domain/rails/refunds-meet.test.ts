import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOffRail } from "../../../src/rails/off-rail.ts";
import { decideTogether, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { type Company, registerCompany } from "../../helpers/factories.ts";
import { file, ledger } from "../collections/arrange-money.ts";
import { createStripeStage, type StripeStage } from "./stripe-stage.ts";

let stage: StripeStage;
let company: Company;
let intent: string;
let board: [TestMember, TestMember];
beforeEach(async () => {
  stage = await createStripeStage();
  const model = await stage.model({ name: "Fox" });
  company = await registerCompany(stage);
  // 0.3 of 100 dollars: 30 dollars are owed.
  await file(stage, company, [[model, "100"]]);
  const { url } = (await stage.post("/functions/v1/pay", { method: "checkout" }, company.api_key)).json() as { url: string };
  intent = String((await stage.stripe.paySession(url.split("/").at(-1) ?? ""))["payment_intent"]);
  await stage.hear();
  board = [await signedInMember(stage, "payout"), await signedInMember(stage, "payout")];
});
afterEach(() => stage.close());

const repayment = (): object => ({ rail: "stripe", payment: intent, reference: "re_1", amount: "10000000", reason: "Paid too much." });
const REFUND = "/admin/v1/payments/refund";

const ledgerOf = async (): Promise<bigint | undefined> => (await ledger(stage, "clearing:stripe"))["clearing:stripe"];
const open = async (): Promise<unknown> =>
  (await stage.get("/functions/v1/receivables", { authorization: `Bearer ${company.api_key}` })).json().open_usd;
const outcomes = async (): Promise<unknown[]> => [
  ...new Set((await stage.rows("select outcome from omla.rail_events")).map(({ outcome }) => outcome)),
];

describe("money that the board confirms on a rail that tells of it", () => {
  it("is booked under the rail's own name only, so that it is booked once", async () => {
    const confirm = async (reference: string): Promise<unknown[]> => {
      const body = { rail: "stripe", reference, method: "bank", company_id: company.company_id, amount: "30000000" };
      const answer = await stage.post("/admin/v1/payments/confirm", body, board[0].token);
      return [answer.statusCode, answer.json().code ?? answer.json().created];
    };
    expect(await confirm("ch_1")).toEqual([422, "PAYMENT_REFERENCE"]);
    expect(await confirm("Statement 7, line 3")).toEqual([422, "PAYMENT_REFERENCE"]);
    expect(await confirm(intent)).toEqual([200, false]);
    // The rail's word was lost for another one: the board books it, and the rail's late word adds nothing.
    const model = await stage.model({ name: "Wolf" });
    await file(stage, company, [[model, "100"]], { quarter: "2026-Q1" });
    const { url } = (await stage.post("/functions/v1/pay", { method: "checkout" }, company.api_key)).json() as { url: string };
    const late = String((await stage.stripe.paySession(url.split("/").at(-1) ?? ""))["payment_intent"]);
    expect(await confirm(late)).toEqual([201, true]);
    await stage.hear();
    expect(await ledgerOf()).toBe(60_000_000n);
  });
});

describe("money that comes and goes more than once", () => {
  it("is refunded after a dispute was won: out of what the bank gave back", async () => {
    const { id } = await stage.stripe.dispute(intent);
    await stage.stripe.closeDispute(id, "won");
    await stage.hear();
    expect([await ledgerOf(), await open()]).toEqual([30_000_000n, "0.000000"]);
    await stage.stripe.refund(intent, 1000);
    await stage.hear();
    expect([await ledgerOf(), await open()]).toEqual([20_000_000n, "10.000000"]);
    await stage.stripe.refund(intent, 2000);
    await stage.hear({ times: 2 });
    expect([await ledgerOf(), await open()]).toEqual([undefined, "30.000000"]);
    expect(await outcomes()).not.toContain("refused");
  });

  it.each(["forward", "reverse"] as const)(
    "is here again where a refund failed, once, told %s; and a second refund of the same sum is another",
    async (order) => {
      const refund = await stage.stripe.refund(intent, 1000);
      await stage.stripe.emit("refund.updated", { ...refund, status: "failed" });
      await stage.stripe.emit("refund.failed", { ...refund, status: "failed" });
      await stage.hear({ order, times: 2 });
      expect([await ledgerOf(), await open()]).toEqual([30_000_000n, "0.000000"]);
      // Stripe counts what has failed no more.
      const [charge] = await stage.stripe.objects("charge");
      await stage.stripe.emit("charge.refunded", { ...charge, amount_refunded: 1000 });
      await stage.hear();
      expect([await ledgerOf(), await open()]).toEqual([20_000_000n, "10.000000"]);
      expect(new Set(await outcomes())).toEqual(new Set(["applied", "ignored"]));
    },
  );

  it("of two payments of one invoice goes back for each of them", async () => {
    await stage.pass(24);
    const model = await stage.model({ name: "Wolf" });
    await file(stage, company, [[model, "100"]], { quarter: "2026-Q1" });
    const { url } = (await stage.post("/functions/v1/pay", { method: "invoice" }, company.api_key)).json() as { url: string };
    const invoice = await stage.stripe.payInvoice(url.split("/").at(-1) ?? "");
    await stage.hear();
    expect(await ledgerOf()).toBe(60_000_000n);
    const second = { object: "invoice_payment", invoice: invoice.id, payment: { type: "payment_intent", payment_intent: "pi_second" } };
    await stage.stripe.emit("invoice_payment.paid", { ...second, id: "inpay_2" });
    const payments = await stage.stripe.objects("invoice_payment");
    const first = String((payments.find((one) => one["invoice"] === invoice.id)?.["payment"] as { payment_intent: string }).payment_intent);
    for (const payment_intent of [first, "pi_second"])
      await stage.stripe.emit("charge.refunded", {
        object: "charge",
        id: `ch_${payment_intent}`,
        payment_intent,
        amount_refunded: 500,
        currency: "usd",
      });
    await stage.hear();
    expect(await ledgerOf()).toBe(50_000_000n);
  });
});

describe("a refund of a payment over a rail that tells of refunds", () => {
  it("is booked once: by the rail's word, and by nobody else's under another reference", async () => {
    await stage.stripe.refund(intent, 1000);
    await stage.hear();
    const answer = await stage.post(REFUND, repayment(), board[0].token);
    expect([answer.statusCode, answer.json().code]).toEqual([409, "REFUND_BY_RAIL"]);
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 20_000_000n });
  });

  it("is the board's where the rail is off, until it is on again; then the rail's word adds nothing", async () => {
    const rails = new Map(stage.ctx.rails);
    const off = new Map([...rails, ["stripe", createOffRail("stripe", "STRIPE_SECRET_KEY is not set")] as const]);
    Object.assign(stage.ctx, { rails: off });
    const open = (await stage.post(REFUND, { ...repayment(), reference: "re_2" }, board[0].token)).json() as Record<string, string>;
    Object.assign(stage.ctx, { rails });
    const late = await stage.post(`/admin/v1/approvals/${open["id"]}/approve`, { content_sha256: open["content_sha256"] }, board[1].token);
    expect([late.statusCode, late.json().code]).toEqual([409, "REFUND_BY_RAIL"]);
    await stage.post(`/admin/v1/approvals/${open["id"]}/withdraw`, {}, board[0].token);
    Object.assign(stage.ctx, { rails: off });
    for (const member of board) await signIn(stage, member);
    expect((await decideTogether(stage, board, REFUND, repayment())).statusCode).toBe(200);
    Object.assign(stage.ctx, { rails });
    await stage.stripe.refund(intent, 1000);
    await stage.hear();
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 20_000_000n });
  });
});
