import { randomUUID } from "node:crypto";
import { parseUsd } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BookedRepayment, refundPayment, type Repayment, reversePayment } from "../../../src/domain/collections/refund-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { distribute, file, ledger, moneyOf, receive, statusOf } from "./arrange-money.ts";

let test: TestApp;
let fox: SignedModel;
let owl: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  fox = await registerModel(test, { name: "Fox" });
  owl = await registerModel(test, { name: "Owl" });
});
afterAll(() => test.close());

const back = (payment: string, more: Partial<Repayment> = {}): Repayment => ({
  rail: "wise",
  payment,
  reference: `rf-${randomUUID()}`,
  reason: "asked for",
  confirmedBy: "board-member",
  ...more,
});
const refund = (repayment: Repayment): Promise<BookedRepayment> => test.ctx.db.service((tx) => refundPayment(test.ctx, tx, repayment));
const chargeBack = (repayment: Repayment): Promise<BookedRepayment> => test.ctx.db.service((tx) => reversePayment(test.ctx, tx, repayment));
const newReference = (): string => `tr-${randomUUID()}`;

describe("a refund", () => {
  it("takes the credit first, then the newest line, which is open again", async () => {
    const company = await registerCompany(test);
    const [old = ""] = await file(test, company, [[fox, "100"]], { quarter: "2026-Q1" });
    const [young = ""] = await file(test, company, [[fox, "100"]]);
    const reference = newReference();
    const paid = await receive(test, company, "65", { reference });
    const first = await refund(back(reference, { amount: parseUsd("5") }));
    expect(await moneyOf(test, company, [old, young])).toEqual({ "accrued 0": -30_000_000n, "accrued 1": -30_000_000n });
    expect(first.receipt).toMatchObject({
      kind: "refund",
      refund_of: paid.receipt.number,
      amount_usd: "5.000000",
      applied_usd: "0.000000",
      credit_usd: "5.000000",
      lines: [],
    });
    const second = await refund(back(reference, { amount: parseUsd("10") }));
    expect(await moneyOf(test, company)).toEqual({ receivable: 10_000_000n });
    expect([await statusOf(test, old), await statusOf(test, young)]).toEqual(["funded", "submitted"]);
    expect(second.receipt).toMatchObject({
      applied_usd: "10.000000",
      open_usd: "10.000000",
      lines: [{ report_id: young, amount_usd: "10.000000", paid_usd: "20.000000", open_usd: "10.000000", status: "submitted" }],
    });
    const [state] = await test.rows("select state from omla.compliance_state where commercial_user_id = $1", [company.company_id]);
    expect(state).toEqual({ state: "REPORTING" });
  });

  it("goes out of what has cleared where it has, else out of what has not", async () => {
    const company = await registerCompany(test);
    const reference = newReference();
    await receive(test, company, "50", { rail: "ach", reference });
    await refund(back(reference, { rail: "ach", amount: parseUsd("20") }));
    expect(await ledger(test, "clearing:ach", "cash:ach")).toEqual({ "clearing:ach": 30_000_000n });
    test.clock.advance({ days: 7 });
    await test.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
    expect(await ledger(test, "clearing:ach", "cash:ach")).toEqual({ "cash:ach": 30_000_000n });
    await refund(back(reference, { rail: "ach" }));
    expect(await ledger(test, "clearing:ach", "cash:ach")).toEqual({});
  });

  it("leaves the books whole where money clears at the same moment", async () => {
    const company = await registerCompany(test);
    const references = Array.from({ length: 6 }, newReference);
    for (const reference of references) await receive(test, company, "50", { rail: "paypal", reference });
    test.clock.advance({ days: 7 });
    const clear = (): Promise<unknown> => test.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
    const refunds = references.map((reference) => refund(back(reference, { rail: "paypal", amount: parseUsd("20") })));
    await Promise.all([clear(), ...refunds.slice(0, 3), clear(), ...refunds.slice(3), clear()]);
    await clear();
    // 6 × 50 arrived, 6 × 20 went back.
    expect(await ledger(test, "clearing:paypal", "cash:paypal")).toEqual({ "cash:paypal": 180_000_000n });
  });

  it("of more than was received is refused, also where two are asked for at one moment", async () => {
    const company = await registerCompany(test);
    const reference = newReference();
    await receive(test, company, "50", { reference });
    await expect(refund(back(reference, { amount: parseUsd("50.000001") }))).rejects.toMatchObject({
      code: "REFUND_TOO_LARGE",
      path: "amount",
      hint: expect.any(String),
    });
    const two = await Promise.allSettled([1, 2].map(() => refund(back(reference, { amount: parseUsd("30") }))));
    expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await moneyOf(test, company)).toEqual({ unapplied: -20_000_000n });
  });

  it("is booked once per rail and reference", async () => {
    const company = await registerCompany(test);
    const reference = newReference();
    await receive(test, company, "50", { reference });
    const once = back(reference, { amount: parseUsd("10") });
    const first = await refund(once);
    const again = await refund(once);
    expect(again).toMatchObject({ created: false, receipt: { number: first.receipt?.number } });
    await expect(refund({ ...once, amount: parseUsd("11") })).rejects.toMatchObject({ code: "PAYMENT_CONFLICT", path: "reference" });
    await expect(chargeBack(once)).rejects.toMatchObject({ code: "PAYMENT_CONFLICT" });
    expect(await moneyOf(test, company)).toEqual({ unapplied: -40_000_000n });
  });

  it("that a rail tells by its total is the difference to what is booked", async () => {
    const company = await registerCompany(test);
    const reference = newReference();
    await receive(test, company, "50", { reference });
    await refund(back(reference, { total: parseUsd("10") }));
    await refund(back(reference, { total: parseUsd("25") }));
    // An older message that comes late.
    expect(await refund(back(reference, { total: parseUsd("10") }))).toMatchObject({ created: false, receipt: undefined });
    expect(await moneyOf(test, company)).toEqual({ unapplied: -25_000_000n });
  });

  it("of money that was paid out to creators is refused, and says how much can go back", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[fox, "100"]]);
    const reference = newReference();
    await receive(test, company, "35", { reference });
    await distribute(test, report);
    await expect(refund(back(reference, { amount: parseUsd("6") }))).rejects.toMatchObject({
      code: "REFUND_DISTRIBUTED",
      details: { refundable_usd: "5.000000" },
    });
    await refund(back(reference, { amount: parseUsd("5") }));
    expect(await statusOf(test, report)).toBe("paid");
  });

  it("of another currency gives back its value in parts that sum to the whole", async () => {
    const company = await registerCompany(test);
    const reference = newReference();
    const before = await ledger(test, "fx:lightning", "clearing:lightning");
    // 3 units for one dollar: a third is 0.333333.
    await receive(test, company, "0", {
      rail: "lightning",
      method: "crypto",
      currency: "BTC",
      amount: 3n,
      valueUsdMicros: 1_000_000n,
      reference,
    });
    for (const part of [1, 2, 3]) await refund(back(reference, { rail: "lightning", amount: 1n, reference: `part ${part}` }));
    const values = await test.rows("select amount_usd::text from omla.collection_refunds where reference like 'part %' order by reference");
    expect(values.map(({ amount_usd }) => amount_usd)).toEqual(["0.333333", "0.333333", "0.333334"]);
    expect(await moneyOf(test, company)).toEqual({});
    expect(await ledger(test, "fx:lightning", "clearing:lightning")).toEqual(before);
  });

  it.each<[string, Partial<Repayment>, string]>([
    ["of a payment that never came", { payment: "nothing" }, "PAYMENT_NOT_FOUND"],
    ["of a payment of another rail", { rail: "ach" }, "PAYMENT_NOT_FOUND"],
    ["of nothing", { amount: 0n }, "PAYMENT_AMOUNT"],
    ["of less than nothing", { amount: -1n }, "PAYMENT_AMOUNT"],
    ["of a total above the payment", { total: 50_000_001n }, "REFUND_TOO_LARGE"],
  ])("%s is refused", async (_, fault, code) => {
    const company = await registerCompany(test);
    const reference = newReference();
    await receive(test, company, "50", { reference });
    await expect(refund(back(reference, fault))).rejects.toMatchObject({ code });
    expect(await moneyOf(test, company)).toEqual({ unapplied: -50_000_000n });
  });
});

describe("a payment that the payer's bank takes back", () => {
  it("opens lines again, those that were paid out last, and new money settles them without another payout", async () => {
    const company = await registerCompany(test);
    const [out = "", waiting = ""] = await file(test, company, [
      [fox, "100"],
      [owl, "100"],
    ]);
    const reference = newReference();
    await receive(test, company, "60", { reference });
    await distribute(test, out);
    await chargeBack(back(reference, { amount: parseUsd("30") }));
    expect([await statusOf(test, out), await statusOf(test, waiting)]).toEqual(["paid", "submitted"]);
    const { receipt } = await chargeBack(back(reference));
    expect(receipt).toMatchObject({ kind: "chargeback", amount_usd: "30.000000", open_usd: "60.000000" });
    expect(await statusOf(test, out)).toBe("submitted");
    expect(await moneyOf(test, company, [out, waiting])).toEqual({ receivable: 60_000_000n, "accrued 1": -30_000_000n });
    await receive(test, company, "60");
    expect([await statusOf(test, out), await statusOf(test, waiting)]).toEqual(["paid", "funded"]);
    expect(await moneyOf(test, company, [out, waiting])).toEqual({ "accrued 1": -30_000_000n });
  });

  it("moves the state of its company", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[fox, "100"]]);
    const reference = newReference();
    await receive(test, company, "30", { reference });
    const state = async (): Promise<unknown> =>
      (await test.rows("select state from omla.compliance_state where commercial_user_id = $1", [company.company_id]))[0]?.["state"];
    expect(await state()).toBe("COMPLIANT");
    await chargeBack(back(reference));
    expect(await state()).toBe("REPORTING");
  });
});
