import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdLine } from "../../../src/domain/line-holds/service.ts";
import type { IncomingPayment } from "../../../src/domain/collections/receive-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { file, ledger, moneyOf, receive, statusOf } from "./arrange-money.ts";

let test: TestApp;
let model: SignedModel;
let other: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test, { name: "Fox" });
  other = await registerModel(test, { name: "Owl" });
});
afterAll(() => test.close());

describe("a live report", () => {
  it("is owed by its company, line by line, and accrues to its models", async () => {
    const company = await registerCompany(test);
    // 0.3 × 1000 = 300; 0.3 × 0.000001 rounds to nothing.
    const reports = await file(test, company, [
      [model, "1000"],
      [other, "0.000001"],
    ]);
    expect(await moneyOf(test, company, reports)).toEqual({ receivable: 300_000_000n, "accrued 0": -300_000_000n });
    const owed = (await test.get("/functions/v1/receivables", { authorization: `Bearer ${company.api_key}` })).json();
    expect(owed).toMatchObject({
      open_usd: "300.000000",
      credit_usd: "0.000000",
      lines: [
        {
          report_id: reports[0],
          quarter: "2026-Q2",
          model_id: model.model_id,
          name: "Fox",
          net_royalty_usd: "300.000000",
          paid_usd: "0.000000",
          open_usd: "300.000000",
          status: "submitted",
          due_at: "2026-07-31T00:00:00Z",
          late: false,
        },
      ],
    });
    // Nothing is owed for the other line, so it is settled.
    expect(await statusOf(test, reports[1] ?? "")).toBe("funded");
  });

  it("of a test key is shown and never posted", async () => {
    const company = await registerCompany(test);
    const minted = await test.post("/functions/v1/create-api-key", { live: false }, company.api_key);
    const key = minted.json().api_key as string;
    await file(test, { ...company, api_key: key }, [[model, "1000"]]);
    expect(await moneyOf(test, company)).toEqual({});
    const owed = (await test.get("/functions/v1/receivables", { authorization: `Bearer ${key}` })).json();
    expect(owed).toMatchObject({ open_usd: "300.000000", credit_usd: "0.000000" });
    expect((await test.post("/functions/v1/pay", { method: "checkout" }, key)).json()).toMatchObject({ code: "CREDENTIAL_KIND" });
  });
});

describe("money that arrives", () => {
  it("pays a line in full, which is funded then, and is a receipt", async () => {
    const company = await registerCompany(test, "Payer & Co");
    const [report = ""] = await file(test, company, [[model, "1000"]]);
    const before = (await ledger(test, "clearing:ach"))["clearing:ach"] ?? 0n;
    const { created, receipt } = await receive(test, company, "300", { rail: "ach", reference: "ACH 1" });
    expect(created).toBe(true);
    expect(await statusOf(test, report)).toBe("funded");
    expect(await moneyOf(test, company, [report])).toEqual({ "accrued 0": -300_000_000n });
    expect(await ledger(test, "clearing:ach")).toEqual({ "clearing:ach": before + 300_000_000n });
    expect(receipt).toMatchObject({
      kind: "receipt",
      issued_at: "2026-05-15T12:00:00Z",
      payer: { company_id: company.company_id, company_name: "Payer & Co" },
      rail: "ach",
      method: "bank",
      reference: "ACH 1",
      amount: "300.000000",
      amount_usd: "300.000000",
      applied_usd: "300.000000",
      credit_usd: "0.000000",
      open_usd: "0.000000",
      // Seven days are held at least.
      clears_at: "2026-05-22T12:00:00Z",
      lines: [{ report_id: report, amount_usd: "300.000000", paid_usd: "300.000000", open_usd: "0.000000", status: "funded" }],
    });
    const [state] = await test.rows("select state from omla.compliance_state where commercial_user_id = $1", [company.company_id]);
    expect(state).toEqual({ state: "COMPLIANT" });
  });

  it("in parts stays on the line until the line is paid", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[model, "1000"]]);
    await receive(test, company, "100");
    expect(await statusOf(test, report)).toBe("submitted");
    await receive(test, company, "199.999999");
    expect(await statusOf(test, report)).toBe("submitted");
    expect(await moneyOf(test, company, [report])).toEqual({ receivable: 1n, "accrued 0": -300_000_000n });
    const due = (await test.post("/functions/v1/due", {}, company.api_key)).json();
    expect(due).toMatchObject({ total_usd: "0.000001", payments: [{ paid_usd: "299.999999", open_usd: "0.000001" }] });
    await receive(test, company, "0.000001");
    expect(await statusOf(test, report)).toBe("funded");
  });

  it.each([
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ])("in parts of %i, %i and %i dollars ends the same in every order", async (...parts) => {
    const company = await registerCompany(test);
    const reports = await file(test, company, [
      [model, "10"],
      [other, "7"],
    ]);
    // 3.00 and 2.10 are owed, 6.00 arrive.
    for (const part of parts) await receive(test, company, String(part));
    expect(await moneyOf(test, company, reports)).toEqual({ unapplied: -900_000n, "accrued 0": -3_000_000n, "accrued 1": -2_100_000n });
    expect(await Promise.all(reports.map((report) => statusOf(test, report)))).toEqual(["funded", "funded"]);
  });

  it("pays the oldest lines first, or those that are named, and those only", async () => {
    const company = await registerCompany(test);
    const [new1 = "", new2 = ""] = await file(test, company, [
      [model, "100"],
      [other, "100"],
    ]);
    const [old = ""] = await file(test, company, [[model, "100"]], { quarter: "2026-Q1" });
    await receive(test, company, "30");
    expect(await statusOf(test, old)).toBe("funded");
    await receive(test, company, "31", { reportIds: [new2] });
    expect(await statusOf(test, new2)).toBe("funded");
    // 30 of it were owed; 1 is left.
    expect(await moneyOf(test, company)).toMatchObject({ unapplied: -1_000_000n });
    expect(await statusOf(test, new1)).toBe("submitted");
  });

  it("that is too much is a credit, and pays the next report", async () => {
    const company = await registerCompany(test);
    await receive(test, company, "50");
    expect(await moneyOf(test, company)).toEqual({ unapplied: -50_000_000n });
    const [first = ""] = await file(test, company, [[model, "100"]], { quarter: "2026-Q1" });
    expect(await statusOf(test, first)).toBe("funded");
    const [second = ""] = await file(test, company, [[model, "100"]]);
    expect(await moneyOf(test, company, [first, second])).toEqual({
      receivable: 10_000_000n,
      "accrued 0": -30_000_000n,
      "accrued 1": -30_000_000n,
    });
  });

  it("is booked once per rail and reference, also when it is told three times at one moment", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[model, "1000"]]);
    const told = await Promise.all(
      [1, 2, 3].map(() => receive(test, company, "300", { rail: "stripe", reference: "ch_1", method: "checkout" })),
    );
    expect(told.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(told.map(({ receipt }) => receipt.number)).size).toBe(1);
    expect(await moneyOf(test, company)).toEqual({});
    const other = receive(test, company, "301", { rail: "stripe", reference: "ch_1" });
    await expect(other).rejects.toMatchObject({ code: "PAYMENT_CONFLICT", path: "reference" });
  });

  it("in another currency counts as what the board says it is worth", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[model, "1000"]]);
    const before = await ledger(test, "clearing:lightning", "fx:lightning");
    const { receipt } = await receive(test, company, "0", {
      rail: "lightning",
      method: "crypto",
      currency: "BTC",
      amount: 400_000n,
      valueUsdMicros: 310_000_000n,
    });
    expect(receipt).toMatchObject({ currency: "BTC", amount: "0.00400000", amount_usd: "310.000000", credit_usd: "10.000000" });
    const after = await ledger(test, "clearing:lightning", "fx:lightning");
    const moved = (name: string): bigint => (after[name] ?? 0n) - (before[name] ?? 0n);
    expect(moved("clearing:lightning BTC")).toBe(400_000n);
    expect(moved("fx:lightning BTC")).toBe(-400_000n);
    expect(moved("fx:lightning")).toBe(310_000_000n);
  });

  it("less the rail's fee still pays the whole debt", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[model, "1000"]]);
    await receive(test, company, "300", { rail: "paypal", fee: 9_000_000n });
    expect(await statusOf(test, report)).toBe("funded");
    expect(await ledger(test, "clearing:paypal", "fees:rail:paypal")).toEqual({
      "clearing:paypal": 291_000_000n,
      "fees:rail:paypal": 9_000_000n,
    });
  });

  it("for a disputed line funds it while the hold stays", async () => {
    const company = await registerCompany(test);
    const [report = ""] = await file(test, company, [[model, "1000"]]);
    await test.ctx.db.service((tx) => holdLine(tx, { reportId: report, reason: "dispute", caseId: randomUUID(), actor: "someone" }));
    expect(await statusOf(test, report)).toBe("disputed");
    await receive(test, company, "300");
    expect(await statusOf(test, report)).toBe("funded");
    expect(await test.rows("select released_at from omla.line_holds where report_id = $1", [report])).toEqual([{ released_at: null }]);
  });

  it("clears after its hold, once", async () => {
    const company = await registerCompany(test);
    await file(test, company, [[model, "1000"]]);
    await receive(test, company, "300", { rail: "sepa", reference: "E2E-1" });
    const clear = (): Promise<unknown> => test.ctx.db.service((tx) => tx.query("select omla.clear_collections()"));
    await clear();
    expect(await ledger(test, "clearing:sepa", "cash:sepa")).toEqual({ "clearing:sepa": 300_000_000n });
    test.clock.advance({ days: 7 });
    await clear();
    await clear();
    expect(await ledger(test, "clearing:sepa", "cash:sepa")).toEqual({ "cash:sepa": 300_000_000n });
  });
});

describe("money that nobody may book", () => {
  it.each<[string, Partial<IncomingPayment>, string, string]>([
    ["of nobody", { companyId: undefined }, "PAYER_UNKNOWN", "company_id"],
    ["of a company that is not there", { companyId: randomUUID() }, "PAYER_UNKNOWN", "company_id"],
    ["of no company's id", { companyId: "x" }, "PAYER_UNKNOWN", "company_id"],
    ["for a request that is not there", { companyId: undefined, payment: "OMLA-0000000000" }, "PAYER_UNKNOWN", "payment"],
    ["of nothing", { amount: 0n }, "PAYMENT_AMOUNT", "amount"],
    ["of less than nothing", { amount: -1n }, "PAYMENT_AMOUNT", "amount"],
    ["of 10^12 dollars", { amount: 10n ** 18n }, "PAYMENT_AMOUNT", "amount"],
    ["with a fee above it", { fee: 300_000_001n }, "PAYMENT_AMOUNT", "fee"],
    ["in an unknown currency", { currency: "XXX" }, "PAYMENT_AMOUNT", "currency"],
    ["in another currency without its value", { currency: "BTC" }, "PAYMENT_VALUE", "value_usd"],
    ["in dollars that count as other dollars", { valueUsdMicros: 1n }, "PAYMENT_VALUE", "value_usd"],
    ["from tomorrow", { receivedAt: new Date("2099-01-01T00:00:00Z") }, "PAYMENT_TIME", "received_at"],
    ["for a line of nobody", { reportIds: [randomUUID()] }, "REPORT_NOT_FOUND", "report_ids[0]"],
  ])("%s is refused with the field, and leaves nothing", async (_, fault, code, path) => {
    const company = await registerCompany(test);
    await file(test, company, [[model, "1000"]]);
    const counts =
      "select (select count(*)::int from omla.collections) as c, (select count(*)::int from omla.ledger_txns) as t, (select count(*)::int from omla.receipts) as r";
    const before = await test.rows(counts);
    await expect(receive(test, company, "300", fault)).rejects.toMatchObject({ code, path, hint: expect.any(String) });
    expect(await test.rows(counts)).toEqual(before);
  });

  it("for another company's line is refused as if the line were not there", async () => {
    const [mine, theirs] = [await registerCompany(test), await registerCompany(test)];
    const [report = ""] = await file(test, theirs, [[model, "1000"]]);
    await expect(receive(test, mine, "300", { reportIds: [report] })).rejects.toMatchObject({ code: "REPORT_NOT_FOUND" });
  });
});
