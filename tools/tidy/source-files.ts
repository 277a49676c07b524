import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const IGNORED = new Set([".git", "node_modules", "dist", "coverage", "omla-data", "omla-keys", "test-results", "__screenshots__"]);
const IGNORED_PATHS = new Set(["docs/reference/api", "bench/results"]);

/** Every file of a tree that is the project's own, relative to its root, sorted, with `/` between folders. */
export function projectFiles(root: string): string[] {
  return filesBelow(root, "").sort();
}

function filesBelow(root: string, folder: string): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (IGNORED.has(entry.name) || IGNORED_PATHS.has(path)) continue;
    if (entry.isDirectory()) files.push(...filesBelow(root, path));
    else if (entry.isFile()) files.push(path);
  }
  return files;
}

/** The text of a file of the project. */
export function readProjectFile(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Whether the project has this file or folder. */
export function hasProjectPath(root: string, path: string): boolean {
  return existsSync(join(root, path));
}

/** TypeScript and JavaScript, declarations left out. */
export function isCode(file: string): boolean {
  return /\.(ts|tsx|mts|js|mjs)$/.test(file) && !file.endsWith(".d.ts");
}

/** Code that is shipped: `packages/<name>/src` and the server's console. */
export function isShippedCode(file: string): boolean {
  return isCode(file) && /^packages\/[^/]+\/(src|console)\//.test(file);
}
