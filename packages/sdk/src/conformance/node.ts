import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { OmlaError } from "../protocol/errors.ts";
import type { Implementation } from "./implementation.ts";
import { PROTOCOL } from "./protocol-implementation.ts";
import { runVectorFile, type RunOptions, type VectorReport } from "./run-vector-file.ts";

/** A vector file is read whole; the largest published one has 180 kB. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface FolderOptions extends RunOptions {
  /** This package's own functions unless said. */
  readonly implementation?: Implementation;
  /** Names of files that are no vectors. */
  readonly leaveOut?: readonly string[];
}

/**
 * Runs every vector file of a folder through an implementation, by name; one report for each.
 *
 * @throws {OmlaError} FOLDER_UNREADABLE
 */
export async function* runVectorFolder(
  folder: string,
  { implementation = PROTOCOL, leaveOut = [], ...options }: FolderOptions = {},
): AsyncGenerator<VectorReport, void, undefined> {
  for (const name of await vectorFiles(folder))
    if (!leaveOut.includes(name)) yield await runVectorFile(name, await readText(join(folder, name)), implementation, options);
}

/** Whether at least one case was run and none failed. */
export function haveAllPassed(reports: readonly VectorReport[]): boolean {
  return reports.some(({ passed }) => passed > 0) && reports.every(({ failed }) => failed === 0);
}

async function vectorFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (cause) {
    const hint = "Give the folder that holds the vector files, such as vectors.";
    throw new OmlaError("FOLDER_UNREADABLE", `${folder} cannot be read`, { hint, cause });
  }
}

/** The text of a file; of one that cannot be read or is too large, nothing, which no known file may hold. */
async function readText(path: string): Promise<string> {
  try {
    return (await stat(path)).size > MAX_BYTES ? "" : await readFile(path, "utf8");
  } catch {
    return "";
  }
}
