import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { type ArrangedModel, register } from "./arrange.ts";
import { arrangeCompany, arrangeReport } from "./arrange-reports.ts";

let database: TestDatabase;
let model: ArrangedModel;
let other: ArrangedModel;
beforeAll(async () => {
  database = await createTestDatabase({ now: () => new Date("2026-11-01T00:00:00Z") });
  model = await register(database);
  other = await register(database);
});
afterAll(() => database.close());

const factsOf = async (kind: string, subject: string): Promise<Record<string, unknown>> =>
  (await database.db.service((tx) => tx.query("select omla.compliance_facts($1, $2) as facts", [kind, subject]))).rows[0]?.["facts"];
const line = (filed_at: string, more: object = {}): object => ({
  quarter: "2026-Q3",
  status: "submitted",
  own: false,
  filed_at,
  disputed_at: null,
  ...more,
});
const file = (company: string, filedAt: string, models: readonly ArrangedModel[], quarter = "2026-Q3"): Promise<string[]> =>
  arrangeReport(database, { company, quarter, filedAt, lines: models.map(({ id }) => ({ model: id, revenue: "1" })) });

describe("the facts of a subject", () => {
  it("tell a company's lines of one filing once, and apart where their status or their deadline differs", async () => {
    const company = await arrangeCompany(database, "Acme", "a@example.org");
    await file(company, "2026-10-05T00:00:00Z", [model, other]);
    expect(await factsOf("commercial_user", company)).toMatchObject({
      lines: [line("2026-10-05T00:00:00Z")],
      reported_quarters: ["2026-Q3"],
    });
    const [, second] = await file(company, "2026-10-06T00:00:00Z", [model, other], "2026-Q2");
    await database.db.transaction("reviewer", {}, (tx) =>
      tx.query("update omla.usage_reports set status = 'funded' where id = $1", [second]),
    );
    expect((await factsOf("commercial_user", company))["lines"]).toEqual([
      line("2026-10-06T00:00:00Z", { quarter: "2026-Q2", status: "funded" }),
      line("2026-10-06T00:00:00Z", { quarter: "2026-Q2" }),
      line("2026-10-05T00:00:00Z"),
    ]);
  });

  it("tell the latest of other people's lines of a model, and each of its own company's, whose deadlines count", async () => {
    const fox = await register(database);
    for (const day of ["07", "05", "06"])
      await file(await arrangeCompany(database, "Other", "o@example.org"), `2026-10-${day}T00:00:00Z`, [fox]);
    for (const day of ["02", "03"])
      await file(await arrangeCompany(database, "Own", "w@example.org", fox.keys.publicKey), `2026-10-${day}T00:00:00Z`, [fox]);
    expect((await factsOf("model", fox.id))["lines"]).toEqual([
      line("2026-10-02T00:00:00Z", { own: true }),
      line("2026-10-03T00:00:00Z", { own: true }),
      line("2026-10-07T00:00:00Z"),
    ]);
  });
});
