import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/db/database.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { movableClock } from "../../helpers/clock.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../../helpers/factories.ts";

const LAST_SECOND = new Date("2026-06-30T23:59:59Z");
const NEXT_QUARTER = new Date("2026-07-01T00:00:00Z");

/** Of the registry; it strikes as soon as the terms of a report were read. */
const clock = movableClock();
let strikes = false;
let database: TestDatabase;
let test: TestApp;
let company: Company;
let model: SignedModel;

beforeAll(async () => {
  database = await createTestDatabase({ now: () => clock.now() });
  test = await createTestApp({ overrides: { clock, db: striking(database.db) } });
  model = await registerModel(test);
  company = await registerCompany(test);
});
afterAll(async () => {
  await test.close();
  await database.close();
});

function striking(db: Database): Database {
  const strike = (query: unknown): void => {
    if (strikes && typeof query === "string" && query.includes("filing_facts")) clock.set(NEXT_QUARTER);
  };
  return {
    ...db,
    query: async (role, query, values, options) => {
      const read = await db.query(role, query, values, options);
      strike(query);
      return read as never;
    },
    service: (work, options) =>
      db.service(
        (tx) =>
          work({
            query: async (query, values) => {
              const read = await tx.query(query, values);
              strike(query);
              return read as never;
            },
          }),
        options,
      ),
  };
}

const report = (revenue_usd: string): object => ({
  quarter: "2026-Q2",
  entries: [{ model: model.address, inferences: 1, revenue_usd, run_cost_usd: "0" }],
});

// A line of a quarter that was over when it was filed is paid by the terms that were pinned, and a payout stops where they differ
// (clause 2.21): such a line must have been computed after the end of the quarter.
describe("a report whose terms were read in the last second of its quarter", () => {
  it.each([
    ["submit", "10"],
    ["amend", "20"],
  ])("is filed in that quarter, however late it is stored: %s", async (act, revenue) => {
    clock.set(LAST_SECOND);
    strikes = true;
    const answer = await test.post(`/functions/v1/${act}-report`, report(revenue), company.api_key);
    strikes = false;
    expect([answer.statusCode, answer.json().filed_at]).toEqual([201, "2026-06-30T23:59:59Z"]);
    expect(clock.now()).toEqual(NEXT_QUARTER);
  });
});
