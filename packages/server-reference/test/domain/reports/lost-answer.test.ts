import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/db/database.ts";
import { unreachable } from "../../../src/db/errors.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { movableClock } from "../../helpers/clock.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/database.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";

const clock = movableClock();
let database: TestDatabase;
let test: TestApp;
let report: object;
/** So many filings are stored, and nobody hears of it. */
let lost = 0;

beforeAll(async () => {
  database = await createTestDatabase({ now: () => clock.now() });
  test = await createTestApp({ overrides: { clock, db: losing(database.db) } });
  const { address } = await registerModel(test);
  report = { quarter: "2026-Q2", entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }] };
});
afterAll(async () => {
  await test.close();
  await database.close();
});

/** A connection that breaks after the commit, before its answer. */
function losing(db: Database): Database {
  return {
    ...db,
    query: async (role, query, values, options) => {
      const answer = await db.query(role, query, values, options);
      if (typeof query === "string" && query.includes("omla.file_reports") && lost > 0) {
        lost -= 1;
        throw unreachable(new Error("Connection terminated unexpectedly"));
      }
      return answer as never;
    },
  };
}

const file = ({ api_key }: Company, key?: string): ReturnType<TestApp["post"]> =>
  test.post("/functions/v1/submit-report", report, api_key, key === undefined ? {} : { "idempotency-key": key });

/** Submissions, charged dollars, audit rows and remembered answers of some companies. */
async function stored(companies: readonly Company[]): Promise<unknown> {
  const ids = companies.map(({ company_id }) => company_id);
  const { rows } = await database.owner((client) =>
    client.query(
      `select (select count(*)::int from omla.submissions where reporter_id = any ($1::uuid[])) as submissions,
              (select sum(amount)::int from omla.ledger_entries where account in (select 'receivable:' || i from unnest($1::uuid[]) i)) as owed,
              (select count(*)::int from omla.audit_log where action = 'report.submit' and actor in (select i::text from unnest($1::uuid[]) i)) as audited,
              (select count(*)::int from omla.idempotency_keys where split_part(scope, ':', 2) in (select i::text from unnest($1::uuid[]) i)) as keys`,
      [ids],
    ),
  );
  return rows[0];
}

describe("reports that were stored without anybody hearing of it", () => {
  it("are stored once where they went together, and each is told what was stored", async () => {
    const companies = [await registerCompany(test), await registerCompany(test), await registerCompany(test)];
    lost = 1;
    const answers = await Promise.all(companies.map((company) => file(company, "k")));
    expect([lost, ...answers.map(({ statusCode }) => statusCode)]).toEqual([0, 201, 201, 201]);
    // Three times 30 % of 10 dollars.
    expect(await stored(companies)).toEqual({ submissions: 3, owed: 9_000_000, audited: 3, keys: 3 });
    for (const [at, company] of companies.entries()) {
      const again = await file(company, "k");
      expect([again.headers["idempotent-replay"], again.json()]).toEqual(["true", answers[at]?.json()]);
    }
  });

  it("is refused as unreachable where it went alone, and told under its key", async () => {
    const company = await registerCompany(test);
    lost = 1;
    const refused = await file(company, "k");
    expect([refused.statusCode, refused.json().code]).toEqual([503, "DATABASE_UNREACHABLE"]);
    const again = await file(company, "k");
    expect([again.statusCode, again.headers["idempotent-replay"]]).toEqual([201, "true"]);
    expect(await stored([company])).toEqual({ submissions: 1, owed: 3_000_000, audited: 1, keys: 1 });
  });

  it("is told without a key as well, as what was filed before", async () => {
    const company = await registerCompany(test);
    lost = 1;
    expect((await file(company)).statusCode).toBe(503);
    expect((await file(company)).statusCode).toBe(200);
    expect(await stored([company])).toEqual({ submissions: 1, owed: 3_000_000, audited: 1, keys: 0 });
  });
});
