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
