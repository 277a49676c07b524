import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  closingLine,
  describeFailures,
  describeReport,
  type Implementation,
  PROTOCOL,
  runVectorFile,
  type VectorReport,
} from "../conformance/index.ts";
import { OmlaError } from "../protocol/index.ts";
import type { Command, ExitCode } from "./command.ts";
import type { Console } from "./console.ts";

/** A vector file is read whole; the largest published one has 180 kB. */
const MAX_BYTES = 256 * 1024 * 1024;

export const conformance: Command = {
  summary: "run the vector files of a folder through this implementation",
  help: `
omla conformance FOLDER

Runs every vector file that it knows by name, one line per file, and names each case that fails.
The closing line is "N passed, N failed". Exit code 1 where a case fails or none was found.

  omla conformance vectors
  omla conformance vectors --json      [{ "file", "known", "passed", "failed", "left_out", "results" }]
`,
  options: {},
  operands: { min: 1, max: 1 },
  run: async ({ operands: [folder = ""], console, json }) => runConformance(resolve(console.folder, folder), console, { json }),
};

/**
 * Holds an implementation against the vector files of a folder and prints what came of it.
 *
 * @returns 0 where at least one case was run and none failed, else 1
 * @throws {OmlaError} FOLDER_UNREADABLE
 */
export async function runConformance(
  folder: string,
  console: Pick<Console, "out" | "err">,
  { json = false, implementation = PROTOCOL }: { readonly json?: boolean; readonly implementation?: Implementation } = {},
): Promise<ExitCode> {
  const reports: VectorReport[] = [];
  for (const file of await vectorFiles(folder)) {
    const report = await runVectorFile(file, await readText(join(folder, file)), implementation);
    reports.push(report);
    if (!json) console.out(`${describeReport(report)}\n`);
    for (const line of describeFailures(report)) console.err(`${line}\n`);
  }
  console.out(json ? `${JSON.stringify(reports, undefined, 2)}\n` : `${closingLine(reports)}\n`);
  const ran = reports.some(({ passed }) => passed > 0);
  return ran && reports.every(({ failed }) => failed === 0) ? 0 : 1;
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
