import { expect, it } from "vitest";
import { identifier, mergedText } from "../../src/postgrest/sql.ts";
import { createTestDatabase } from "../helpers/database.ts";

it("questions of one statement are planned once, however few they are", async () => {
  const database = await createTestDatabase();
  // Ten of these cost ten times as much as one, which is what a plan for one alone would be preferred for.
  const search = (value: string): string => `select count(*) as found from generate_series(1, 1000) as n where n::text = ${value}`;
  const text = mergedText(["text"], (parameters) => search(parameters.add("")));
  try {
    const plans = await database.db.transaction("anon", { role: "anon" }, async (tx) => {
      await tx.query(`prepare ${identifier("few")} as ${text}`);
      // PostgreSQL plans the first five anew, and then decides.
      for (let run = 0; run < 12; run += 1) await tx.query(`execute ${identifier("few")} (array['${run}'])`);
      return (await tx.query("select generic_plans::int, custom_plans::int from pg_prepared_statements where name = 'few'")).rows[0];
    });
    expect(plans).toEqual({ generic_plans: 7, custom_plans: 5 });
  } finally {
    await database.close();
  }
});
