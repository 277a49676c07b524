import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Implementation, runVectorFile, type VectorReport } from "@omla/sdk/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlImplementation } from "../../src/db/conformance.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

/** The files that SQL has a part in, and how many of their cases it answers. */
const FILES = ["splits", "lineage-refusals", "payout", "hoster-fork", "payout-currency", "compliance", "royalty", "amounts"];

let database: TestDatabase;
let implementation: Implementation;
beforeAll(async () => {
  database = await createTestDatabase();
  implementation = sqlImplementation(
    async (text, values) => Object.values((await database.db.query("service_role", text, values)).rows[0] ?? {})[0],
  );
});
afterAll(() => database.close());

async function run(file: string, paths?: "coarse"): Promise<VectorReport> {
  const path = fileURLToPath(new URL(`../../../../vectors/${file}.json`, import.meta.url));
  return runVectorFile(`${file}.json`, await readFile(path, "utf8"), implementation, paths === undefined ? {} : { paths });
}

describe("the stored functions, held against the vectors", () => {
  it.each(FILES)("answer every case of %s.json", async (file) => {
    const report = await run(file);
    expect(report.results.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
    expect(report.passed).toBeGreaterThan(9);
  });

  it("refuse with the same codes, at a part of the path where the database does not see the whole of it", async () => {
    const report = await run("refusals", "coarse");
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(report.passed).toBe(18);
  });

  it("leave out what SQL has no part in", async () => {
    expect(await run("canonical-json")).toMatchObject({ passed: 0, failed: 0 });
  });
});

/** A stored function, and a body that is wrong in one small way. */
const BROKEN: readonly (readonly [file: string, signature: string, from: string, to: string])[] = [
  ["splits", "omla.pass_units(omla.lineage,text)", "one - applied", "one"],
  ["splits", "omla.share_locally(omla.lineage,numeric[])", "+ local - given", "+ given - local"],
  ["lineage-refusals", "omla.check_edges(text,text[],text[],jsonb,text)", "total > 1000000", "total > 1000001"],
  ["lineage-refusals", "omla.check_splits(text[],text[],jsonb,text)", "between 1 and 100000000", "between 0 and 100000000"],
  ["lineage-refusals", "omla.lineage_depths(omla.lineage,jsonb)", "deepest > (limits", "deepest >= (limits"],
  ["payout", "omla.allocate(numeric,text[],numeric[])", "order by s.rest desc", "order by s.rest"],
  ["hoster-fork", "omla.fork_royalty(numeric,bigint,omla.hoster_volumes)", "div(pool, 2)", "pool"],
  ["payout-currency", "omla.choose_currency(text[],boolean[],text[],text[],text[],bigint[])", "natives[1]", "natives[2]"],
  ["compliance", "omla.tick_compliance(text,text,text,jsonb,timestamptz)", "if base <> 'DELINQUENT'", "if base = 'DELINQUENT'"],
  ["royalty", "omla.royalty_of(numeric,numeric,numeric,numeric,numeric)", "revenue_usd >= run_cost_usd", "revenue_usd > run_cost_usd"],
];

describe("a stored function whose body was changed", () => {
  it.each(BROKEN)("fails %s.json: %s", async (file, signature, from, to) => {
    const body = await replaceInBody(signature, from, to);
    try {
      expect((await run(file)).failed).toBeGreaterThan(0);
    } finally {
      await database.owner((client) => client.query(body));
    }
    expect((await run(file)).failed).toBe(0);
  });
});

/** @returns the statement that puts the body back */
async function replaceInBody(signature: string, from: string, to: string): Promise<string> {
  return database.owner(async (client) => {
    const { rows } = await client.query<{ body: string }>("select pg_get_functiondef($1::regprocedure) as body", [signature]);
    const body = rows[0]?.body ?? "";
    expect(body).toContain(from);
    await client.query(body.replace(from, to));
    return body;
  });
}
