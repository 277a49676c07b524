import { posix } from "node:path";
import { checkTypes, type Snippet } from "./fence-types.ts";
import type { Finding } from "./finding.ts";
import { type Fence, fencesOf } from "./markdown.ts";
import { projectFiles, readProjectFile } from "./source-files.ts";

const TYPED: Readonly<Record<string, string>> = { ts: "ts", typescript: "ts", js: "js", javascript: "js", mjs: "js" };

/**
 * Code blocks of pages that do not hold: `ts` and `js` that do not type-check against the packages' sources, `json` that does not parse.
 * A block marked `continued` goes on where the block before it on the page ended.
 */
export function findFenceFaults(root: string): Finding[] {
  const pages = projectFiles(root)
    .filter((file) => file.endsWith(".md"))
    .map((file) => ({ file, fences: fencesOf(readProjectFile(root, file)) }));
  return [
    ...pages.flatMap(({ file, fences }) => fences.flatMap((fence) => jsonFault(file, fence))),
    ...checkTypes(
      root,
      pages.flatMap(({ file, fences }) => snippets(file, fences)),
    ),
  ];
}

function snippets(file: string, fences: readonly Fence[]): Snippet[] {
  const typed = fences.filter(({ language }) => language in TYPED);
  const chains: Fence[][] = [];
  for (const fence of typed) {
    const before = chains.at(-1);
    if (fence.marks.includes("continued") && before !== undefined) before.push(fence);
    else chains.push([fence]);
  }
  const name = posix.join(posix.dirname(file), posix.basename(file, ".md"));
  return chains.map((chain) => ({ page: file, path: `${name}.${chain[0]?.line}.${TYPED[chain[0]?.language ?? "ts"]}`, fences: chain }));
}

function jsonFault(file: string, { language, text, line }: Fence): Finding[] {
  if (language !== "json") return [];
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ file, line, message: `does not parse: ${(error as Error).message}` }];
  }
}
