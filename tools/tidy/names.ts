import { posix } from "node:path";
import type { Finding } from "./finding.ts";
import { lineAt } from "./finding.ts";
import { isCode, isShippedCode, projectFiles, readProjectFile } from "./source-files.ts";

const SAYS_NOTHING = new Set(["utils", "util", "helpers", "helper", "common", "types", "misc", "shared", "lib", "stuff"]);
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mts|js|mjs)$/;

/** Files whose name says nothing or is not in kebab-case, an `index.ts` that does not list its names, an `index.ts` with code of its own. */
export function findNameFaults(root: string): Finding[] {
  const files = projectFiles(root);
  return [
    ...files.filter(isShippedCode).flatMap(emptyName),
    ...files.filter(isCode).flatMap(caseFault),
    ...files
      .filter((file) => isShippedCode(file) && posix.basename(file) === "index.ts")
      .flatMap((file) => indexFault(file, readProjectFile(root, file))),
  ];
}

function emptyName(file: string): Finding[] {
  const parts = file.split("/").map((part) => part.replace(/\..*$/, ""));
  return parts
    .filter((part) => SAYS_NOTHING.has(part))
    .map((part) => ({ file, message: `"${part}" says nothing: name the file after the noun it holds` }));
}

function caseFault(file: string): Finding[] {
  return KEBAB_CASE.test(posix.basename(file)) ? [] : [{ file, message: "file names are kebab-case" }];
}

function indexFault(file: string, text: string): Finding[] {
  const star = text.search(/^export \*/m);
  const code = text.search(/^(export )?(async )?(const|let|function|class|interface|enum) /m);
  return [
    ...(star >= 0 ? [{ file, line: lineAt(text, star), message: "lists no names: write `export { … } from`" }] : []),
    ...(code >= 0 ? [{ file, line: lineAt(text, code), message: "an index lists names and holds no code" }] : []),
  ];
}
