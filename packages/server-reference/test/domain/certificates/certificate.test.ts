import { toBase64, verifyDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { receivePayment } from "../../../src/domain/collections/receive-service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

const URL = "/functions/v1/certificate";
let test: TestApp;
let model: SignedModel;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
});
beforeEach(async () => {
  test.clock.set("2026-05-15T12:00:00Z");
  company = await registerCompany(test);
});
afterAll(() => test.close());

async function report(revenue_usd: string, fees = "0"): Promise<void> {
  const entries = [{ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0", routing_fees_usd: fees }];
  const answer = await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, company.api_key);
  expect(answer.statusCode).toBe(201);
}

const setStatus = (status: string): Promise<unknown> =>
  test.ctx.db.service((tx) => tx.query("update omla.usage_reports set status = $2 where reporter_id = $1", [company.company_id, status]));

describe("a certificate", () => {
  it("states the quarter's figures and the state as it is now, and verifies offline under the association's key", async () => {
    await report("100.00", "2.5");
    test.clock.set("2026-07-01T00:00:00Z");
    const answer = await test.post(URL, { quarter: "2026-Q2" }, company.api_key);
    expect(answer.statusCode).toBe(200);
    const key = test.ctx.keys.list?.publicKey ?? "";
    const { document } = await verifyDocument("statement", answer.body, key);
    expect(document).toEqual({
      spec: "omla-statement/1",
      generated_at: "2026-07-01T00:00:00Z",
      registry: "https://registry.test",
      company_id: company.company_id,
      company_name: "A company",
      quarter: "2026-Q2",
      state: "REPORTING",
      state_since: "2026-05-15T12:00:00Z",
      reported: true,
      line_count: 1,
      royalty_usd: "30.000000",
      deducted_fees_usd: "2.500000",
      net_royalty_usd: "27.500000",
      settled_usd: "0.000000",
      signature: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/) as string,
    });
    await expect(verifyDocument("statement", answer.body.replace("27.5", "28.5"), key)).rejects.toMatchObject({
      code: "SIGNATURE_INVALID",
    });
    const stranger = toBase64(new Uint8Array(32).fill(9));
    await expect(verifyDocument("statement", answer.body, stranger)).rejects.toMatchObject({
      code: expect.stringMatching(/KEY|SIGNATURE/) as string,
    });
  });

  it("counts as settled what has arrived", async () => {
    await report("100.00");
    await setStatus("funded");
    test.clock.set("2026-07-01T00:00:00Z");
    expect((await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).json()).toMatchObject({
      state: "COMPLIANT",
      net_royalty_usd: "30.000000",
      settled_usd: "30.000000",
    });
  });

  it("counts of a line that is not paid in full what has arrived of it", async () => {
    await report("100.00");
    const incoming = {
      rail: "other",
      reference: "bank 1",
      method: "bank",
      companyId: company.company_id,
      amount: 12_345_678n,
      confirmedBy: "board",
    } as const;
    await test.ctx.db.service((tx) => receivePayment(test.ctx, tx, incoming));
    test.clock.set("2026-07-01T00:00:00Z");
    expect((await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).json()).toMatchObject({
      state: "REPORTING",
      net_royalty_usd: "30.000000",
      settled_usd: "12.345678",
    });
  });

  it("does not repeat the state of the last tick once a deadline has passed", async () => {
    await report("100.00");
    test.clock.set("2026-07-31T00:00:01Z");
    expect((await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).json()).toMatchObject({
      state: "DELINQUENT",
      state_since: "2026-07-31T00:00:01Z",
    });
  });

  it("says of a quarter without a report that there is none, and nothing of superseded or rejected lines", async () => {
    await report("100.00");
    await setStatus("rejected");
    test.clock.set("2026-07-01T00:00:00Z");
    const answer = (await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).json();
    expect(answer).toMatchObject({ reported: false, line_count: 0, royalty_usd: "0.000000", net_royalty_usd: "0.000000" });
    expect((await test.post(URL, { quarter: "2025-Q4" }, company.api_key)).json()).toMatchObject({ reported: false, line_count: 0 });
  });

  it("is written into the audit log by its digest", async () => {
    test.clock.set("2026-07-01T00:00:00Z");
    await test.post(URL, { quarter: "2026-Q2" }, company.api_key);
    const rows = await test.rows("select actor from omla.audit_log where action = 'certificate.issue' and entity_id = $1", [
      company.company_id,
    ]);
    expect(rows).toEqual([{ actor: company.company_id }]);
  });

  it("is not given before the quarter has ended, to the second", async () => {
    test.clock.set("2026-06-30T23:59:59Z");
    const early = await test.post(URL, { quarter: "2026-Q2" }, company.api_key);
    expect([early.statusCode, early.json().code, early.json().details.path]).toEqual([422, "QUARTER_NOT_ENDED", "quarter"]);
    test.clock.set("2026-07-01T00:00:00Z");
    expect((await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).statusCode).toBe(200);
  });

  it.each([
    [{ quarter: "2026-Q5" }, 400, "INPUT_INVALID", "quarter"],
    [{ quarter: 2026 }, 400, "INPUT_INVALID", "quarter"],
    [{}, 400, "INPUT_INVALID", "quarter"],
    [{ quarter: "1000-Q1" }, 400, "QUARTER_INVALID", "quarter"],
  ])("refuses %j", async (body, status, code, path) => {
    const answer = await test.post(URL, body, company.api_key);
    expect([answer.statusCode, answer.json().code, answer.json().details?.path]).toEqual([status, code, path]);
    expect(answer.json().hint).toBeTruthy();
  });

  it("is for companies only, by their live keys, and about what those filed", async () => {
    expect((await test.post(URL, { quarter: "2026-Q1" })).statusCode).toBe(401);
    const { api_key } = (await test.post("/functions/v1/create-api-key", { live: false }, company.api_key)).json();
    const entries = [{ model: model.address, inferences: 1, revenue_usd: "100", run_cost_usd: "0" }];
    expect((await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, api_key)).statusCode).toBe(201);
    test.clock.set("2026-07-01T00:00:00Z");
    expect((await test.post(URL, { quarter: "2026-Q2" }, api_key)).statusCode).toBe(403);
    expect((await test.post(URL, { quarter: "2026-Q2" }, company.api_key)).json()).toMatchObject({ reported: false, line_count: 0 });
  });
});

describe("a registry without a signing key", () => {
  it("gives no certificate and says why", async () => {
    const unsigned = await createTestApp({ signed: false });
    const { api_key } = await registerCompany(unsigned);
    const answer = await unsigned.post(URL, { quarter: "2026-Q1" }, api_key);
    expect([answer.statusCode, answer.json().code]).toEqual([409, "CERTIFICATE_KEY_MISSING"]);
    expect(answer.json().hint).toContain("OMLA_SIGNING_KEY_FILE");
    await unsigned.close();
  });
});
