import { randomUUID } from "node:crypto";
import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refundPayment } from "../../../src/domain/collections/refund-service.ts";
import { examineRails } from "../../../src/domain/rails/examination.ts";
import { settleAllWaiting } from "../../../src/domain/rails/event-service.ts";
import type { Resource } from "../../fake-stripe/state.ts";
import { type Company, registerCompany, type SignedModel } from "../../helpers/factories.ts";
import { file, ledger, moneyOf, statusOf } from "../collections/arrange-money.ts";
import { createStripeStage, type StripeStage } from "./stripe-stage.ts";

let stage: StripeStage;
let model: SignedModel;
let company: Company;
let report: string;

const open = async (): Promise<void> => {
  stage = await createStripeStage();
  model = await stage.model({ name: "Fox" });
  company = await registerCompany(stage);
  // 0.3 of 100 dollars: 30 dollars are owed.
  [report = ""] = await file(stage, company, [[model, "100"]]);
};
beforeEach(open);
afterEach(() => stage.close());

async function pay(method: "checkout" | "invoice" = "checkout"): Promise<{ payment_id: string; url: string; object: string }> {
  const answer = await stage.post("/functions/v1/pay", { method }, company.api_key);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const { url, payment_id } = answer.json() as { url: string; payment_id: string };
  return { url, payment_id, object: url.split("/").at(-1) ?? "" };
}

const collections = (): Promise<Record<string, unknown>[]> =>
  stage.rows("select rail, reference, method, amount::text from omla.collections order by received_at, reference");
const events = (): Promise<Record<string, unknown>[]> =>
  stage.rows("select type, outcome, note from omla.rail_events order by type, event_id");
const outcomesOf = (rows: Record<string, unknown>[], type: string): unknown[] =>
  rows.filter((row) => row["type"] === type).map(({ outcome }) => outcome);
const statuses = (delivered: readonly { readonly status: number }[]): number[] => [...new Set(delivered.map(({ status }) => status))];
const intentOf = (session: Resource): string => String(session["payment_intent"]);

describe("money that Stripe tells of", () => {
  it("funds the lines of a Checkout, once, however often and in whatever order it is told", async () => {
    const { object, payment_id } = await pay();
    const [session] = await stage.stripe.objects("checkout.session");
    expect([session?.["amount_total"], session?.["client_reference_id"]]).toEqual([3000, payment_id]);
    const paid = await stage.stripe.paySession(object);
    expect(statuses(await stage.hear({ times: 2, order: "reverse" }))).toEqual([200]);
    expect(await collections()).toEqual([{ rail: "stripe", reference: intentOf(paid), method: "checkout", amount: "30000000" }]);
    expect(await statusOf(stage, report)).toBe("funded");
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 30_000_000n });
    expect(outcomesOf(await events(), "checkout.session.completed")).toEqual(["applied"]);
  });

  it("takes nothing for paid that is only promised, and books it when it arrives", async () => {
    const { object } = await pay();
    await stage.stripe.paySession(object, "promise");
    await stage.hear();
    expect([await collections(), await statusOf(stage, report)]).toEqual([[], "submitted"]);
    await stage.stripe.paySession(object, "fulfil");
    await stage.hear();
    expect([(await collections()).length, await statusOf(stage, report)]).toEqual([1, "funded"]);
  });

  it("funds the lines of an invoice, under the invoice's number", async () => {
    const { object } = await pay("invoice");
    await stage.stripe.payInvoice(object);
    expect(statuses(await stage.hear({ order: "reverse" }))).toEqual([200]);
    expect(await collections()).toEqual([{ rail: "stripe", reference: object, method: "invoice", amount: "30000000" }]);
    expect(await statusOf(stage, report)).toBe("funded");
  });

  it("books refunds by what went back in all, also where the news comes before the money and the last word first", async () => {
    const { object } = await pay();
    const intent = intentOf(await stage.stripe.paySession(object));
    await stage.stripe.refund(intent, 1000);
    await stage.stripe.refund(intent, 500);
    const first = await stage.hear({ types: ["charge.refunded"], order: "reverse" });
    expect(statuses(first)).toEqual([200]);
    expect(outcomesOf(await events(), "charge.refunded")).toEqual(["waiting", "waiting"]);
    await stage.hear();
    expect(outcomesOf(await events(), "charge.refunded")).toEqual(["applied", "applied"]);
    // 30 came, 15 went back: the line is open by as much.
    expect(await moneyOf(stage, company, [report])).toEqual({ receivable: 15_000_000n, "accrued 0": -30_000_000n });
    expect(await statusOf(stage, report)).toBe("submitted");
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 15_000_000n });
  });

  it("finds the invoice of a refund that names only the payment intent, in every order", async () => {
    for (const order of ["forward", "reverse"] as const) {
      const { object } = await pay("invoice");
      const paid = await stage.stripe.payInvoice(object);
      const payments = await stage.stripe.objects("invoice_payment");
      const mine = payments.find(({ invoice }) => invoice === paid.id);
      await stage.stripe.refund(String((mine?.["payment"] as { payment_intent: string }).payment_intent), 3000);
      await stage.hear({ order });
      expect(new Set(outcomesOf(await events(), "charge.refunded"))).toEqual(new Set(["applied"]));
      expect(await moneyOf(stage, company, [report])).toEqual({ receivable: 30_000_000n, "accrued 0": -30_000_000n });
      // A day later the same lines are asked for anew.
      await stage.pass(24);
    }
  });

  it("opens the lines of a payment that its bank took back, and pays them again when it loses", async () => {
    const { object } = await pay();
    const intent = intentOf(await stage.stripe.paySession(object));
    await stage.hear();
    const dispute = await stage.stripe.dispute(intent);
    expect(statuses(await stage.hear({ times: 2 }))).toEqual([200]);
    expect([await statusOf(stage, report), await ledger(stage, "clearing:")]).toEqual(["submitted", {}]);
    await stage.stripe.closeDispute(dispute.id, "won");
    await stage.hear({ times: 2, order: "reverse" });
    expect(await statusOf(stage, report)).toBe("funded");
    expect((await collections()).map(({ amount }) => amount)).toEqual(["30000000", "30000000"]);
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 30_000_000n });
  });

  it("leaves money alone that is somebody else's, and shows a person what it cannot book", async () => {
    const metadata = { omla_payment_id: randomUUID() };
    const session = { id: "cs_x", payment_status: "paid", payment_intent: "pi_x", amount_total: 100, currency: "usd" };
    await stage.stripe.emit("checkout.session.completed", { ...session, metadata });
    await stage.stripe.emit("checkout.session.completed", { ...session, payment_intent: "pi_y", metadata: {}, client_reference_id: null });
    await stage.stripe.emit("checkout.session.completed", { ...session, payment_intent: "pi_z", currency: "isk", metadata });
    expect(statuses(await stage.hear())).toEqual([200]);
    expect(outcomesOf(await events(), "checkout.session.completed").sort()).toEqual(["ignored", "ignored", "refused"]);
    expect((await events()).find(({ outcome }) => outcome === "refused")?.["note"]).toContain("PAYER_UNKNOWN");
    expect(await collections()).toEqual([]);
  });

  it("leaves other people's transfers alone, and shows a person one that bears our mark and is not ours", async () => {
    const transfer = { id: "tr_x", amount: 100, amount_reversed: 0, currency: "usd" };
    await stage.stripe.emit("transfer.created", { ...transfer, metadata: {} });
    await stage.stripe.emit("transfer.updated", { ...transfer, metadata: { omla_transfer_id: "ab".repeat(32) } });
    expect(statuses(await stage.hear())).toEqual([200]);
    expect((await events()).map(({ type, outcome }) => [type, outcome])).toEqual([
      ["transfer.created", "ignored"],
      ["transfer.updated", "refused"],
    ]);
  });

  it("lets the operator see what could not be booked, and which rails are on", async () => {
    expect(await examineRails(stage.ctx)).toEqual({
      what: "rails",
      fine: true,
      detail:
        "on: stripe, sandbox; sepa off (OMLA_SEPA_IBAN is not set); paypal off (OMLA_MANUAL_RAILS does not name it); lightning off (OMLA_MANUAL_RAILS does not name it); ach off (OMLA_MANUAL_RAILS does not name it); wise off (OMLA_MANUAL_RAILS does not name it); other off (OMLA_MANUAL_RAILS does not name it); 0 events wait",
    });
    expect((await stage.get("/.well-known/omla")).json().rails).toEqual(["stripe", "sandbox"]);
    const metadata = { omla_payment_id: randomUUID() };
    await stage.stripe.emit("invoice.paid", { id: "in_x", amount_paid: 100, currency: "usd", metadata });
    await stage.hear();
    expect(await examineRails(stage.ctx)).toMatchObject({ fine: false, detail: expect.stringContaining("1 events cannot be booked") });
  });

  it("acknowledges and counts what it does not know", async () => {
    await stage.stripe.emit("customer.created", { id: "cus_1" });
    await stage.stripe.emit("something.quite.new", { id: "x_1" });
    expect(await stage.hear()).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect((await events()).map(({ type, outcome }) => [type, outcome])).toEqual([
      ["customer.created", "ignored"],
      ["something.quite.new", "ignored"],
    ]);
  });

  it("keeps nothing of an event but what it says in our terms", async () => {
    const { object } = await pay();
    const paid = await stage.stripe.paySession(object);
    await stage.stripe.emit("checkout.session.completed", { ...paid, customer_details: { email: "payer@example.com" } });
    await stage.hear();
    const [{ stored } = {}] = await stage.rows("select string_agg(e::text, ' ') as stored from omla.rail_events e");
    expect(String(stored)).not.toContain("payer@example.com");
  });

  it("settles what was left waiting when two events missed each other", async () => {
    const { object } = await pay();
    const intent = intentOf(await stage.stripe.paySession(object));
    await stage.stripe.refund(intent, 3000);
    await stage.hear({ types: ["charge.refunded"] });
    await stage.database.owner((client) => client.query("update omla.rail_events set subject = 'elsewhere' where outcome = 'waiting'"));
    await stage.hear();
    expect(outcomesOf(await events(), "charge.refunded")).toEqual(["waiting"]);
    expect(await settleAllWaiting(stage.ctx)).toBe(1);
    expect(await statusOf(stage, report)).toBe("submitted");
  });
});

describe("what is not the rail's to say alone", () => {
  it("takes no money that arrived on somebody else's connected account", async () => {
    const { payment_id } = await pay();
    const session = {
      id: "cs_x",
      object: "checkout.session",
      payment_status: "paid",
      payment_intent: "pi_theirs",
      amount_total: 3000,
      currency: "usd",
    };
    await stage.stripe.emit("checkout.session.completed", { ...session, metadata: { omla_payment_id: payment_id } });
    const [event] = (await stage.stripe.events()).filter(({ type }) => type === "checkout.session.completed");
    const theirs = JSON.stringify({ ...event, account: "acct_theirs" });
    const timestamp = Math.floor(stage.clock.now().getTime() / 1_000);
    const header = Stripe.webhooks.generateTestHeaderString({ payload: theirs, secret: stage.stripe.webhookSecret, timestamp });
    const answer = await stage.post("/functions/v1/stripe-webhook", theirs, undefined, { "stripe-signature": header });
    expect(answer.statusCode).toBe(200);
    expect([await collections(), await statusOf(stage, report)]).toEqual([[], "submitted"]);
  });

  it("books a refund once that the board booked before the rail told of it", async () => {
    const { object } = await pay();
    const intent = intentOf(await stage.stripe.paySession(object));
    await stage.hear();
    const repayment = {
      rail: "stripe",
      payment: intent,
      reference: "re_1",
      amount: 10_000_000n,
      reason: "x",
      confirmedBy: "board",
    } as const;
    await stage.ctx.db.service((tx) => refundPayment(stage.ctx, tx, repayment));
    await stage.stripe.refund(intent, 1000);
    await stage.hear();
    expect(await ledger(stage, "clearing:stripe")).toEqual({ "clearing:stripe": 20_000_000n });
  });
});

describe("webhook_dup_reorder_forged_old_future", () => {
  const paidOnce = async (): Promise<void> => {
    const { object } = await pay();
    await stage.stripe.paySession(object);
  };

  it("believes nobody else's signature, nor a body that was changed on the way", async () => {
    await paidOnce();
    const delivered = await stage.hear({ secret: "whsec_of_somebody_else" });
    expect(statuses(delivered)).toEqual([400]);
    const now = Math.floor(stage.clock.now().getTime() / 1_000);
    const signed = Stripe.webhooks.generateTestHeaderString({ payload: "{}", secret: stage.stripe.webhookSecret, timestamp: now });
    for (const header of [undefined, "", "v1=00", "t=x,v1=y", `t=${now},v1=${"0".repeat(64)}`, signed]) {
      const headers: Record<string, string> = header === undefined ? {} : { "stripe-signature": header };
      const answer = await stage.post("/functions/v1/stripe-webhook", '{"id":"evt_1"}', undefined, headers);
      expect([answer.statusCode, answer.json().code]).toEqual([400, "WEBHOOK_SIGNATURE"]);
    }
    expect([await events(), await collections()]).toEqual([[], []]);
  });

  it("refuses what was signed more than five minutes ago or ahead, and takes what is just inside", async () => {
    await paidOnce();
    for (const skew_seconds of [-301, 301, 86_400]) expect(statuses(await stage.hear({ skew_seconds }))).toEqual([400]);
    expect(await events()).toEqual([]);
    for (const skew_seconds of [-300, 300]) {
      expect(statuses(await stage.hear({ skew_seconds }))).toEqual([200]);
      await stage.stripe.emit("customer.created", { id: "cus_1" });
    }
    expect(await collections()).toHaveLength(1);
  });

  it("refuses an event of the other mode", async () => {
    await stage.stripe.emit("customer.created", { id: "cus_1" });
    const [event] = await stage.stripe.events();
    const live = JSON.stringify({ ...event, livemode: true });
    const timestamp = Math.floor(stage.clock.now().getTime() / 1_000);
    const header = Stripe.webhooks.generateTestHeaderString({ payload: live, secret: stage.stripe.webhookSecret, timestamp });
    const answer = await stage.post("/functions/v1/stripe-webhook", live, undefined, { "stripe-signature": header });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "WEBHOOK_MODE"]);
  });

  it("counts one effect where the same event comes many times at once", async () => {
    await paidOnce();
    const types = ["checkout.session.completed"];
    const all = await Promise.all([1, 2, 3, 4].map(() => stage.hear({ types })));
    expect(statuses(all.flat())).toEqual([200]);
    expect(await collections()).toHaveLength(1);
    expect(outcomesOf(await events(), "checkout.session.completed")).toEqual(["applied"]);
  });

  it("hears nothing where no webhook secret is set, and nothing of an event is kept when its effect fails", async () => {
    await paidOnce();
    await stage.database.owner((client) => client.query("alter table omla.collections rename to collections_away"));
    expect(statuses(await stage.hear({ types: ["checkout.session.completed"] }))).toEqual([500]);
    await stage.database.owner((client) => client.query("alter table omla.collections_away rename to collections"));
    expect(await events()).toEqual([]);
    expect(statuses(await stage.hear())).toEqual([200]);
    expect(await collections()).toHaveLength(1);
    const rail = stage.ctx.rails.get("stripe");
    Object.assign(stage.ctx, { rails: new Map([["stripe", { ...rail, events: undefined }]]) });
    await stage.stripe.emit("customer.created", { id: "cus_1" });
    expect(statuses(await stage.hear())).toEqual([409]);
  });
});

describe("the webhook's rate", () => {
  it("is six hundred a minute", async () => {
    const limited = await createStripeStage({ rates: true });
    try {
      const codes = new Map<number, number>();
      for (let at = 0; at < 603; at += 1) {
        const { statusCode } = await limited.post("/functions/v1/stripe-webhook", "{}", undefined, { "stripe-signature": "t=1,v1=0" });
        codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
      }
      expect(Object.fromEntries(codes)).toEqual({ 400: 600, 429: 3 });
    } finally {
      await limited.close();
    }
  });
});
