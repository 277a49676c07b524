import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** File name → text of the published test data named by `OMLA_PUBLIC_VECTORS`; null where none was given. */
    publicVectors: Record<string, string> | null;
    publicData: Record<string, string> | null;
  }
}

/** Reads data published elsewhere, so that tests in Node and in the browser see the same bytes. */
export default function setup(project: TestProject): void {
  project.provide("publicVectors", readFolder("OMLA_PUBLIC_VECTORS"));
  project.provide("publicData", readFolder("OMLA_PUBLIC_DATA"));
}

function readFolder(variable: string): Record<string, string> | null {
  const folder = process.env[variable];
  if (folder === undefined || folder === "") {
    process.stdout.write(`${variable} is not set: the tests on published data are not run\n`);
    return null;
  }
  if (!existsSync(folder)) throw new Error(`${variable} names ${folder}, which does not exist`);
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[
      path
        .slice(folder.length)
        .replace(/^[\\/]+/, "")
        .replaceAll("\\", "/")
    ] = readFileSync(path, "utf8");
  }
  return files;
}
