import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
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
/** A statement with so many filings is stored, and nobody hears of it. */
let lost = 0;
/** What holds statements that write up, and how many it holds. */
let gate: Promise<void> | undefined;
let held = 0;
/** Filings whose facts were read. */
let read = 0;

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
      const text = typeof query === "string" ? query : "";
      const isWriting = text.includes("omla.file_reports");
      if (isWriting && gate !== undefined) {
        held += 1;
        await gate;
      }
      const answer = await db.query(role, query, values, options);
      const filings = isWriting || text.includes("omla.filing_facts") ? (JSON.parse(String(values?.[0])) as unknown[]).length : 0;
      if (!isWriting) read += filings;
      else if (filings === lost) {
        lost = 0;
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

/** Two filings that are being written, so that whoever comes now waits and goes together. */
async function holdBoth(): Promise<{ release(): void; answers: Promise<Awaited<ReturnType<typeof file>>[]> }> {
  let release = (): void => undefined;
  gate = new Promise((resolve) => (release = resolve));
  const filing: ReturnType<typeof file>[] = [];
  for (const count of [1, 2]) {
    filing.push(file(await registerCompany(test)));
    await vi.waitFor(() => expect(held).toBe(count));
  }
  gate = undefined;
  return { release, answers: Promise.all(filing) };
}

describe("reports that were stored without anybody hearing of it", () => {
  it("are stored once where they went together, and each is told what was stored", async () => {
    const companies = [await registerCompany(test), await registerCompany(test), await registerCompany(test)];
    lost = 3;
    const others = await holdBoth();
    const filing = companies.map((company) => file(company, "k"));
    await vi.waitFor(() => expect(read).toBe(5));
    // From the facts to the queue nothing else is waited for.
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    others.release();
    const answers = await Promise.all(filing);
    expect((await others.answers).map(({ statusCode }) => statusCode)).toEqual([201, 201]);
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
