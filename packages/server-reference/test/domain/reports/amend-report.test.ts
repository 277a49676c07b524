import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

const SUBMIT = "/functions/v1/submit-report";
const AMEND = "/functions/v1/amend-report";
let test: TestApp;
let model: SignedModel;
let other: SignedModel;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
  other = await registerModel(test);
});
afterAll(() => test.close());

const report = (revenue_usd: string, name = model): object => ({
  quarter: "2026-Q2",
  entries: [{ model: name.address, inferences: 1, revenue_usd, run_cost_usd: "0" }],
});

describe("amend-report", () => {
  it("puts a new version in the place of the last, and keeps the first filing's date for the deadline", async () => {
    const company = await registerCompany(test);
    const first = (await test.post(SUBMIT, report("100"), company.api_key)).json();
    test.clock.advance({ days: 80 });
    const answer = await test.post(AMEND, report("200", other), company.api_key);
    expect(answer.statusCode).toBe(201);
    const second = answer.json();
    expect(second).toMatchObject({ version: 2, royalty_usd: "60.000000", due_at: first.due_at });
    const lines = await test.rows("select model_id, status from omla.usage_reports where reporter_id = $1 order by status", [
      company.company_id,
    ]);
    expect(lines).toEqual([
      { model_id: other.model_id, status: "submitted" },
      { model_id: model.model_id, status: "superseded" },
    ]);
  });

  it("reopens the duty where the last report was final and the new one is not", async () => {
    const company = await registerCompany(test);
    await test.post(SUBMIT, { quarter: "2026-Q2", entries: [], final: true }, company.api_key);
    await test.post(AMEND, report("1"), company.api_key);
    expect(await dutyOf(company)).toEqual({ reporting_from: "2026-Q2", reporting_until: null });
  });

  it("begins the duty earlier where an earlier quarter is reported or named, and never later", async () => {
    const company = await registerCompany(test);
    await test.post(SUBMIT, { quarter: "2026-Q2", entries: [], reporting_from: "2025-Q4" }, company.api_key);
    expect(await dutyOf(company)).toEqual({ reporting_from: "2025-Q4", reporting_until: null });
    await test.post(SUBMIT, { quarter: "2026-Q1", entries: [], reporting_from: "2026-Q1" }, company.api_key);
    expect(await dutyOf(company)).toEqual({ reporting_from: "2025-Q4", reporting_until: null });
  });

  it("opens a new duty with a report after the last one", async () => {
    const company = await registerCompany(test);
    await test.post(SUBMIT, { quarter: "2026-Q1", entries: [], final: true }, company.api_key);
    await test.post(SUBMIT, { quarter: "2026-Q3", entries: [] }, company.api_key);
    expect(await dutyOf(company)).toEqual({ reporting_from: "2026-Q3", reporting_until: null });
  });

  it("needs a first version, and something that differs", async () => {
    const company = await registerCompany(test);
    expect((await test.post(AMEND, report("1"), company.api_key)).json()).toMatchObject({
      code: "REPORT_UNKNOWN",
      details: { path: "quarter" },
    });
    await test.post(SUBMIT, report("1"), company.api_key);
    expect((await test.post(AMEND, report("1"), company.api_key)).json()).toMatchObject({ code: "REPORT_UNCHANGED" });
  });

  it("leaves everything as it was when the new version is refused", async () => {
    const company = await registerCompany(test);
    await test.post(SUBMIT, report("100"), company.api_key);
    const answer = await test.post(
      AMEND,
      { quarter: "2026-Q2", entries: [{ model: "0".repeat(64), inferences: 1, revenue_usd: "1", run_cost_usd: "1" }] },
      company.api_key,
    );
    expect(answer.statusCode).toBe(422);
    expect(await test.rows("select status from omla.usage_reports where reporter_id = $1", [company.company_id])).toEqual([
      { status: "submitted" },
    ]);
  });
});

async function dutyOf({ company_id }: Company): Promise<unknown> {
  return (await test.rows("select reporting_from, reporting_until from omla.commercial_users where id = $1", [company_id]))[0];
}
