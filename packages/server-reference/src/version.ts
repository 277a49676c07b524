import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./package-folder.ts";

let known: string | undefined;

/** The version of this package, as `/.well-known/omla`, the API description and `omla-server --version` show it. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8")) as { version: string }).version;
  return known;
}
