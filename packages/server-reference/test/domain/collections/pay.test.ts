import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckoutOrder } from "../../../src/rails/collector.ts";
import { type Rail, RailError } from "../../../src/rails/rail.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { file, moneyOf, receive, statusOf } from "./arrange-money.ts";

let test: TestApp;
let fox: SignedModel;
let owl: SignedModel;
const asked: CheckoutOrder[] = [];
let fails = false;
beforeAll(async () => {
  test = await createTestApp();
  fox = await registerModel(test, { name: "Fox" });
  owl = await registerModel(test, { name: "Owl" });
});
afterAll(() => test.close());

/** A Stripe that remembers what it was asked for. */
function switchOn(): void {
  const off = test.ctx.rails.get("stripe") as Rail;
  const rail: Rail = {
    ...off,
    off: undefined,
    collector: {
      rail: "stripe",
      unitUsdMicros: 10_000n,
      checkout: async (order) => {
        asked.push(order);
        if (fails) throw new RailError("RAIL_TIMEOUT", "the rail does not answer", { retryable: true });
        return { url: `https://pay.example/${order.paymentId}`, externalId: `cs_${order.paymentId}` };
      },
    },
  };
  Object.assign(test.ctx, { rails: new Map([...test.ctx.rails, ["stripe", rail]]) });
}

const pay = async (company: Company, input: object = {}): ReturnType<TestApp["post"]> =>
  test.post("/functions/v1/pay", { method: "checkout", ...input }, company.api_key);

describe("pay without a rail that collects", () => {
  it("names the reference for a bank transfer, the same one each time, by which the board finds the payer", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[fox, "100"]]);
    const answer = await pay(company);
    expect(answer.statusCode).toBe(409);
    const { code, hint, details } = answer.json();
    expect({ code, details }).toEqual({
      code: "COLLECTION_OFF",
      details: { payment_id: expect.any(String), reference: expect.stringMatching(/^OMLA-[0-9A-Z]{10}$/), amount_usd: "30.000000" },
    });
    expect(hint).toContain("reference");
    expect((await pay(company)).json().details).toEqual(details);
    await receive(test, company, "30", { companyId: undefined, payment: details.reference.toLowerCase() });
    expect(await statusOf(test, report)).toBe("funded");
  });
});

describe("pay", () => {
  beforeAll(() => switchOn());

  it("asks for what is open, rounded up to whole cents, and gives the same page until something changes", async () => {
    const company = await registerCompany(test);
    // 0.3 × 100.01 = 30.003; 0.3 × 10 = 3.
    const [foxLine = "", owlLine = ""] = await file(test, company, [
      [fox, "100.01"],
      [owl, "10"],
    ]);
    const answer = (await pay(company, { success_url: "https://payer.example/done" })).json();
    expect(answer).toEqual({
      payment_id: expect.any(String),
      reference: expect.any(String),
      url: `https://pay.example/${answer.payment_id}`,
      amount_usd: "33.010000",
      lines: expect.arrayContaining([
        { report_id: foxLine, amount_usd: "30.003000" },
        { report_id: owlLine, amount_usd: "3.000000" },
      ]),
    });
    expect(asked.at(-1)).toMatchObject({
      paymentId: answer.payment_id,
      amountUsdMicros: 33_010_000n,
      successUrl: "https://payer.example/done",
      cancelUrl: "https://registry.test",
    });
    const calls = asked.length;
    expect((await pay(company, { success_url: "https://payer.example/done" })).json()).toEqual(answer);
    expect(asked.length).toBe(calls);
    await receive(test, company, "33.01", { rail: "stripe", companyId: undefined, payment: answer.payment_id, method: "checkout" });
    expect([await statusOf(test, foxLine), await statusOf(test, owlLine)]).toEqual(["funded", "funded"]);
    // 33.01 − 33.003.
    expect(await moneyOf(test, company)).toEqual({ unapplied: -7_000n });
    expect((await pay(company)).json()).toMatchObject({ code: "NOTHING_DUE", hint: expect.any(String) });
  });

  it("asks for one quarter or for the lines that are named", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[fox, "100"]], { quarter: "2026-Q1" });
    const [young = ""] = await file(test, company, [[fox, "200"]]);
    expect((await pay(company, { quarter: "2026-Q1" })).json()).toMatchObject({ amount_usd: "30.000000" });
    const named = (await pay(company, { report_ids: [young] })).json();
    expect(named).toMatchObject({ amount_usd: "60.000000", lines: [{ report_id: young }] });
    // The line is amended before its money arrives: it pays the line of today, not the oldest one.
    const [now = ""] = await file(test, company, [[fox, "190"]], { amend: true });
    await receive(test, company, "60", { rail: "stripe", companyId: undefined, payment: named.payment_id });
    expect(await statusOf(test, now)).toBe("funded");
    expect(await moneyOf(test, company)).toEqual({ receivable: 30_000_000n, unapplied: -3_000_000n });
  });

  it("asks again with the same payment where the rail did not answer", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[fox, "100"]]);
    fails = true;
    const failed = await pay(company);
    expect({ status: failed.statusCode, ...failed.json() }).toMatchObject({
      status: 503,
      code: "COLLECTION_FAILED",
      hint: expect.any(String),
    });
    fails = false;
    const before = asked.at(-1)?.paymentId;
    expect((await pay(company)).json()).toMatchObject({ payment_id: before });
  });

  it.each<[string, object, number, string, string | undefined]>([
    ["a line of another company", { report_ids: [randomUUID()] }, 404, "REPORT_NOT_FOUND", "report_ids[0]"],
    ["a quarter and lines", { quarter: "2026-Q2", report_ids: [randomUUID()] }, 400, "INPUT_INVALID", "report_ids"],
    ["no quarter", { quarter: "2026-Q5" }, 400, "INPUT_INVALID", "quarter"],
    ["a way that is none", { method: "cash" }, 400, "INPUT_INVALID", "method"],
    ["a page that is no page", { success_url: "javascript:alert(1)" }, 400, "INPUT_INVALID", "success_url"],
    ["an amount of its own", { amount_usd: "1" }, 400, "INPUT_INVALID", undefined],
  ])("refuses %s", async (_, input, status, code, path) => {
    const company = await registerCompany(test);
    await file(test, company, [[fox, "100"]]);
    const answer = await pay(company, input);
    expect({ status: answer.statusCode, ...answer.json() }).toMatchObject({
      status,
      code,
      details: path === undefined ? null : { path },
      hint: expect.any(String),
    });
  });

  it("gives another company's payer nothing: money for one company is not another's", async () => {
    const [mine, theirs] = [await registerCompany(test), await registerCompany(test)];
    await file(test, theirs, [[fox, "100"]]);
    const { payment_id } = (await pay(theirs)).json();
    await expect(receive(test, mine, "30", { payment: payment_id })).rejects.toMatchObject({ code: "PAYER_UNKNOWN" });
  });
});
