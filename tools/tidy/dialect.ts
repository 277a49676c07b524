import type { Finding } from "./finding.ts";
import { lineAt } from "./finding.ts";
import { projectFiles, readProjectFile } from "./source-files.ts";

const SERVER = "packages/server-reference";

/** Strings of `src/postgrest` that name one of our tables or views: the dialect reads the catalogue and knows none of them. */
export function findTableNamesInDialect(root: string): Finding[] {
  const files = projectFiles(root);
  const names = tableNames(
    files.filter((file) => file.startsWith(`${SERVER}/migrations/`) && file.endsWith(".sql")).map((file) => readProjectFile(root, file)),
  );
  if (names.length === 0) return [];
  const named = new RegExp(`["'\`]([^"'\`\\n]*\\b)?(${names.join("|")})\\b[^"'\`\\n]*["'\`]`);
  return files
    .filter((file) => file.startsWith(`${SERVER}/src/postgrest/`))
    .flatMap((file) => {
      const text = readProjectFile(root, file);
      const match = named.exec(text);
      return match === null ? [] : [{ file, line: lineAt(text, match.index), message: `names our table ${match[2]}` }];
    });
}

/** The tables and views that migrations create. */
export function tableNames(migrations: readonly string[]): string[] {
  const pattern = /create (?:or replace )?(?:unlogged )?(?:table|(?:materialized )?view)\s+(?:if not exists\s+)?(?:\w+\.)?(\w+)/gi;
  return [...new Set(migrations.flatMap((sql) => [...sql.matchAll(pattern)].map((match) => match[1] ?? "")))].sort();
}
