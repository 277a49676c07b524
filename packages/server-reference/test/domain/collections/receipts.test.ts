import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { file, receive } from "./arrange-money.ts";

let test: TestApp;
let fox: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  fox = await registerModel(test, { name: `<img src=x onerror="alert(1)">` });
});
afterAll(() => test.close());

const read = (company: Company, path: string, accept = "application/json"): ReturnType<TestApp["get"]> =>
  test.get(`/functions/v1/receipts${path}`, { authorization: `Bearer ${company.api_key}`, accept });

describe("receipts", () => {
  it("are numbered without a gap, over all companies and also where a payment is refused", async () => {
    const [one, two] = [await registerCompany(test), await registerCompany(test)];
    const numbers: string[] = [];
    for (const company of [one, two, one]) {
      numbers.push((await receive(test, company, "1")).receipt.number);
      await expect(receive(test, company, "0")).rejects.toThrow();
      const failed = test.ctx.db.service(async (tx) => {
        await tx.query("select omla.next_receipt_number()");
        throw new Error("after the number was taken");
      });
      await expect(failed).rejects.toThrow();
    }
    expect(numbers).toEqual(["R-000001", "R-000002", "R-000003"]);
    const mine = (await read(one, "")).json();
    expect(mine.receipts.map(({ number }: { number: string }) => number)).toEqual(["R-000001", "R-000003"]);
    const first = (await read(one, "?limit=1")).json();
    expect(first).toMatchObject({ receipts: [{ number: "R-000001" }], next: "R-000001" });
    expect((await read(one, "?limit=1&after=R-000001")).json()).toMatchObject({ receipts: [{ number: "R-000003" }], next: null });
  });

  it("are numbered one after the other where many payments arrive at one moment", async () => {
    const company = await registerCompany(test);
    const booked = await Promise.all([1, 2, 3, 4].map(() => receive(test, company, "1")));
    const numbers = booked.map(({ receipt }) => Number(receipt.number.slice(2))).sort((a, b) => a - b);
    expect(numbers.map((number) => number - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3]);
  });

  it("show what a bookkeeper asks for, and never change", async () => {
    const company = await registerCompany(test, "Payer");
    const [report] = await file(test, company, [[fox, "100"]]);
    const { receipt } = await receive(test, company, "20", { reference: "TR-9" });
    await receive(test, company, "10");
    const answer = await read(company, `/${receipt.number}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ...receipt });
    expect(answer.json()).toMatchObject({
      issuer: { name: "Open Model Licensing Association", registry: "https://registry.test" },
      payer: { company_name: "Payer" },
      reference: "TR-9",
      lines: [
        {
          report_id: report,
          address: fox.address,
          quarter: "2026-Q2",
          royalty_usd: "30.000000",
          deducted_fees_usd: "0.000000",
          net_royalty_usd: "30.000000",
          amount_usd: "20.000000",
          paid_usd: "20.000000",
          open_usd: "10.000000",
          status: "submitted",
        },
      ],
    });
    const change = "update omla.receipts set body = '{}' where true";
    await expect(test.database.owner((client) => client.query(change))).rejects.toMatchObject({ constraint: "IMMUTABLE" });
  });

  it("print as a page without script, whatever names they hold", async () => {
    const company = await registerCompany(test, "<script>alert(1)</script> & Co");
    await file(test, company, [[fox, "100"]]);
    const { receipt } = await receive(test, company, "30", { reference: `"><b>` });
    const page = await read(company, `/${receipt.number}`, "text/html");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).toContain(`<h1>Receipt ${receipt.number}</h1>`);
    expect(page.body).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co");
    expect(page.body).not.toMatch(/<script|<img|<b>|style=/);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it("of another company are not there", async () => {
    const [mine, theirs] = [await registerCompany(test), await registerCompany(test)];
    const { receipt } = await receive(test, theirs, "1");
    for (const name of [receipt.number, "R-999999", "R-1", "x", "R-000001;drop"]) {
      const answer = await read(mine, `/${encodeURIComponent(name)}`);
      expect({ name, status: answer.statusCode, ...answer.json() }).toMatchObject({ name, status: 404, code: "RECEIPT_NOT_FOUND" });
    }
    expect((await read(mine, "")).json()).toEqual({ receipts: [], next: null });
  });

  it.each([
    ["receivables?quarter=2026-Q5", "quarter"],
    ["receipts?limit=0", "limit"],
    ["receipts?limit=101", "limit"],
    ["receipts?limit=x", "limit"],
  ])("refuse what is asked wrongly: %s", async (query, path) => {
    const company = await registerCompany(test);
    const answer = await test.get(`/functions/v1/${query}`, { authorization: `Bearer ${company.api_key}` });
    expect({ status: answer.statusCode, ...answer.json() }).toMatchObject({ status: 400, details: { path }, hint: expect.any(String) });
  });

  it("are shown to nobody without a live key", async () => {
    expect((await test.get("/functions/v1/receipts")).json()).toMatchObject({ code: "CREDENTIAL_MISSING" });
    expect((await test.get("/functions/v1/receivables")).json()).toMatchObject({ code: "CREDENTIAL_MISSING" });
  });
});
