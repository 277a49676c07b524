import { createClient, OmlaError, type PaymentReceipt } from "@omla/sdk";
import { verifyStatement } from "@omla/sdk/protocol";
import { createTestRegistry, type TestRegistry } from "@omla/sdk/testing";
import { beforeEach, describe, expect, it } from "vitest";

type Client = ReturnType<typeof createClient>;

let registry: TestRegistry;
let omla: Client;
let company_id: string;
let address: string;
beforeEach(async () => {
  registry = await createTestRegistry({ now: "2026-09-01T00:00:00Z" });
  const company = registry.addCompany();
  company_id = company.company_id;
  omla = createClient({
    url: registry.url,
    apiKey: company.api_key,
    fetch: registry.fetch,
    now: () => registry.clock.now(),
    retryDelayMs: 1,
  });
  ({ address } = await registry.addModel({ name: "Paid" }));
});

const report = (revenue_usd: string, quarter = "2026-Q3"): ReturnType<Client["report"]> =>
  omla.report({ quarter, entries: [{ model: address, inferences: 1, revenue_usd, run_cost_usd: "0" }] });
const amend = (revenue_usd: string, quarter = "2026-Q3"): ReturnType<Client["report"]> =>
  omla.reports.amend({ quarter, entries: [{ model: address, inferences: 1, revenue_usd, run_cost_usd: "0" }] });

const owed = async (): Promise<unknown> => {
  const { open_usd, credit_usd, lines } = await omla.payments.receivables();
  return [open_usd, credit_usd, lines.map(({ paid_usd, status }) => [paid_usd, status])];
};

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof OmlaError ? [error.code, error.path] : error;
}

describe("what a company owes", () => {
  it("is open until money arrives, and a part of it stays on the line", async () => {
    await report("100");
    expect(await owed()).toEqual(["30.000000", "0.000000", [["0.000000", "submitted"]]]);
    registry.receivePayment({ company_id, amount_usd: "10.000001" });
    expect(await owed()).toEqual(["19.999999", "0.000000", [["10.000001", "submitted"]]]);
    registry.receivePayment({ company_id, amount_usd: "20" });
    // 30.000001 arrived for 30.
    expect(await owed()).toEqual(["0.000000", "0.000001", []]);
    expect((await omla.reports.get("2026-Q3"))?.lines.map(({ status }) => status)).toEqual(["funded"]);
    expect(await registry.stateOf("commercial_user", company_id)).toBe("COMPLIANT");
  });

  it("is less by a credit, and an amendment takes the money along", async () => {
    await report("100");
    registry.receivePayment({ company_id, amount_usd: "30" });
    await amend("60");
    // 18 of the 30 stand on the new line.
    expect(await owed()).toEqual(["0.000000", "12.000000", []]);
    await amend("120");
    expect(await owed()).toEqual(["6.000000", "0.000000", [["30.000000", "submitted"]]]);
    await report("10", "2026-Q2");
    registry.receivePayment({
      company_id,
      amount_usd: "6",
      report_ids: [(await omla.payments.receivables({ quarter: "2026-Q3" })).lines[0]?.report_id ?? ""],
    });
    expect(await owed()).toEqual(["3.000000", "0.000000", [["0.000000", "submitted"]]]);
  });

  it("is asked for on a page, whose answer is the same within a day", async () => {
    await report("100.00001");
    const page = await omla.payments.pay({ quarter: "2026-Q3" });
    // 30.000003 rounded up to a cent.
    expect(page).toMatchObject({ amount_usd: "30.010000", lines: [{ amount_usd: "30.000003" }] });
    expect(page.url).toBe(`${registry.url}/pay/${page.payment_id}`);
    registry.clock.advance({ hours: 22 });
    expect(await omla.payments.pay({ quarter: "2026-Q3" })).toEqual(page);
    registry.clock.advance({ hours: 2 });
    expect((await omla.payments.pay({ quarter: "2026-Q3" })).payment_id).not.toBe(page.payment_id);
    registry.receivePayment({ payment: page.reference });
    expect(await owed()).toEqual(["0.000000", "0.009997", []]);
  });

  it.each([
    [{}, ["NOTHING_DUE", undefined]],
    [{ quarter: "2026-Q9" }, ["QUARTER_INVALID", "quarter"]],
    [{ report_ids: ["5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01"] }, ["REPORT_NOT_FOUND", "report_ids[0]"]],
  ])("is not asked for: %j", async (input, expected) => {
    expect(await refusalOf(omla.payments.pay(input))).toEqual(expected);
  });
});

describe("receipts", () => {
  it("run without a gap, and the same money twice is one", async () => {
    await report("100");
    const first = registry.receivePayment({ company_id, amount_usd: "10", reference: "bank 1" });
    registry.clock.advance({ days: 1 });
    registry.receivePayment({ company_id, reference: "bank 2" });
    expect(registry.receivePayment({ company_id, amount_usd: "10", reference: "bank 1" })).toEqual(first);
    const receipts: PaymentReceipt[] = [];
    for await (const receipt of omla.payments.receipts()) receipts.push(receipt);
    expect(receipts.map(({ number, amount_usd, open_usd, clears_at }) => [number, amount_usd, open_usd, clears_at])).toEqual([
      ["R-000001", "10.000000", "20.000000", "2026-09-08T00:00:00Z"],
      ["R-000002", "20.000000", "0.000000", "2026-09-09T00:00:00Z"],
    ]);
    expect(receipts[1]?.lines).toMatchObject([{ name: "Paid", amount_usd: "20.000000", paid_usd: "30.000000", status: "funded" }]);
  });

  it("come in pages, all of them", async () => {
    await report("1000");
    for (let payment = 0; payment < 205; payment += 1) registry.receivePayment({ company_id, amount_usd: "1" });
    const numbers: string[] = [];
    for await (const { number } of omla.payments.receipts()) numbers.push(number);
    expect([numbers.length, new Set(numbers).size, numbers.at(-1)]).toEqual([205, 205, "R-000205"]);
  });
});

describe("a certificate", () => {
  it("is signed once the quarter has ended, and says what has arrived", async () => {
    await report("100");
    registry.receivePayment({ company_id, amount_usd: "10" });
    expect(await refusalOf(omla.certificate({ quarter: "2026-Q3" }))).toEqual(["QUARTER_NOT_ENDED", "quarter"]);
    registry.clock.set("2026-10-01T00:00:00Z");
    const certificate = await omla.certificate({ quarter: "2026-Q3", keys: [registry.listKey] });
    const { statement } = await verifyStatement(JSON.stringify(certificate), { keys: [registry.listKey] });
    expect(statement).toMatchObject({
      company_id,
      quarter: "2026-Q3",
      state: "REPORTING",
      net_royalty_usd: "30.000000",
      settled_usd: "10.000000",
    });
    const stranger = await createTestRegistry();
    expect(await refusalOf(omla.certificate({ quarter: "2026-Q3", keys: [stranger.listKey] }))).toEqual(["SIGNATURE_INVALID", "signature"]);
  });
});

describe("rates", () => {
  it("show in a quote what would arrive, for 72 hours", async () => {
    const bitcoin = await registry.addModel({ creator_currency_prefs: [{ code: "BTC", is_backup: true }] });
    await omla.currencies.declare({ currencies: ["USD"], conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "2.5" }] });
    registry.postRate({ code: "BTC", rate: "0.00001538" });
    const ask = async (): Promise<unknown> => {
      const quote = await omla.quote({
        quarter: "2026-Q3",
        entries: [{ model: bitcoin.address, inferences: 1, revenue_usd: "1000", run_cost_usd: "0" }],
      });
      const { conversion_fee_usd, settled } = await quote.explain(bitcoin.address);
      return [conversion_fee_usd, settled];
    };
    // 300 less 7.50; 292.50 × 0.00001538 = 0.00449865.
    expect(await ask()).toEqual([
      "7.500000",
      { currency: "BTC", amount: "0.00449865", rate: "0.00001538", rate_at: "2026-09-01T00:00:00Z" },
    ]);
    registry.clock.advance({ hours: 72 });
    expect(await ask()).toMatchObject(["7.500000", { amount: "0.00449865" }]);
    registry.clock.advance({ seconds: 1 });
    expect(await ask()).toEqual(["7.500000", null]);
  });
});
