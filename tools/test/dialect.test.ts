import { expect, test } from "vitest";
import { findTableNamesInDialect, tableNames } from "../tidy/dialect.ts";
import { formatFindings } from "../tidy/finding.ts";
import { plantFolder } from "./planted-folder.ts";
import { PROJECT } from "./project.ts";

const server = "packages/server-reference";

test("the PostgREST dialect names none of our tables", () => {
  expect(formatFindings(findTableNamesInDialect(PROJECT))).toBe("");
});

test("finds a table's name in a string of the dialect, and not in a word that contains it", () => {
  const root = plantFolder({
    [`${server}/migrations/0001_models.sql`]: "create table if not exists public.models (id uuid);",
    [`${server}/src/postgrest/a.ts`]: 'export const sql = "select * from models where true";',
    [`${server}/src/postgrest/b.ts`]: 'export const code = "remodels"; // models of the catalogue',
  });
  expect(findTableNamesInDialect(root)).toEqual([{ file: `${server}/src/postgrest/a.ts`, line: 1, message: "names our table models" }]);
});

test("reads the names of tables and views from migrations", () => {
  const sql =
    "CREATE TABLE a (x int);\ncreate or replace view public.b as select 1;\ncreate materialized view if not exists c as select 1;\ncreate index d on a (x);";
  expect(tableNames([sql])).toEqual(["a", "b", "c"]);
});
