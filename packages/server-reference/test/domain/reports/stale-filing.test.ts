import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { statementsOf } from "../../../src/db/database.ts";
import { firstCharge } from "../../../src/domain/collections/charge-service.ts";
import { chargedRow, compute, filingRequest, prepareFiling, questionOf } from "../../../src/domain/reports/filing.ts";
import { fileReports, type FilingRow, findFilingFacts } from "../../../src/domain/reports/filing-repository.ts";
import type { ReportInput } from "../../../src/domain/reports/schema.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";
import { file, receive } from "../collections/arrange-money.ts";

let test: TestApp;
let model: SignedModel;
let company: Company;
beforeAll(async () => {
  test = await createTestApp();
  model = await registerModel(test);
});
afterAll(() => test.close());

const KEY = { scope: "stale", content: "ab".repeat(32) };

/** A report of a new company, computed from what is known at this moment. */
async function computed(): Promise<FilingRow> {
  company = await registerCompany(test);
  const tx = statementsOf(test.ctx.db);
  const input: ReportInput = {
    quarter: "2026-Q2",
    entries: [{ model: model.model_id, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }],
  };
  const request = await filingRequest(test.ctx, { companyId: company.company_id, live: true }, input, { ...KEY, key: randomUUID() });
  const [facts] = await findFilingFacts(tx, [questionOf(test.ctx, request)]);
  if (facts === undefined || "earlier" in facts) throw new Error("nothing was filed under this key");
  const { row, charged } = await prepareFiling(test.ctx, tx, request, facts, compute(test.ctx, facts.terms, input));
  return chargedRow(row, firstCharge(company.company_id, charged));
}

const write = (...rows: readonly FilingRow[]): ReturnType<typeof fileReports> => fileReports(statementsOf(test.ctx.db), rows);
const isStored = async ({ id }: FilingRow): Promise<boolean> =>
  (await test.rows("select from omla.submissions where id = $1 union all select from omla.ledger_txns where ref = $1::text", [id]))
    .length === 2;

describe("a report that was computed", () => {
  it("is stored where its company stands as it did", async () => {
    const row = await computed();
    const [statuses] = await write(row);
    expect(statuses).toEqual({ [row.lines[0]?.report_id ?? ""]: "submitted" });
    expect(await isStored(row)).toBe(true);
  });

  const CHANGES: readonly (readonly [string, (row: FilingRow) => Promise<unknown>])[] = [
    ["its quarter was filed meanwhile", () => file(test, company, [[model, "1"]])],
    ["another quarter began the company's duty meanwhile", () => file(test, company, [[model, "1"]], { quarter: "2026-Q1" })],
    ["money came in that waits for it", () => receive(test, company, "1")],
    [
      "its key was used meanwhile",
      ({ scope, key }) =>
        test.rows("insert into omla.idempotency_keys (scope, key, content_sha256, status, answer) values ($1, $2, $3, 200, '{}')", [
          scope,
          key,
          KEY.content,
        ]),
    ],
  ];
  it.each(CHANGES)("is left out where %s", async (_what, change) => {
    const row = await computed();
    await change(row);
    expect(await write(row)).toEqual([undefined]);
    expect(await isStored(row)).toBe(false);
  });

  it("is left out alone", async () => {
    const stale = await computed();
    await file(test, company, [[model, "1"]]);
    const fresh = await computed();
    const [left, stored] = await write(stale, fresh);
    expect([left, stored !== undefined]).toEqual([undefined, true]);
    expect([await isStored(stale), await isStored(fresh)]).toEqual([false, true]);
  });
});
