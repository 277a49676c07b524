import { resolve } from "node:path";
import { closingLine, describeFailures, describeReport, type VectorReport } from "../conformance/index.ts";
import { haveAllPassed, runVectorFolder } from "../conformance/node.ts";
import type { Command, ExitCode } from "./command.ts";
import type { Console } from "./console.ts";

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
  run: async ({ operands: [folder = ""], console, json }) => runConformance(resolve(console.folder, folder), console, json),
};

/** Prints what came of each file; 0 where at least one case was run and none failed. @throws {OmlaError} FOLDER_UNREADABLE */
export async function runConformance(folder: string, console: Pick<Console, "out" | "err">, json: boolean): Promise<ExitCode> {
  const reports: VectorReport[] = [];
  for await (const report of runVectorFolder(folder)) {
    reports.push(report);
    if (!json) console.out(`${describeReport(report)}\n`);
    for (const line of describeFailures(report)) console.err(`${line}\n`);
  }
  console.out(json ? `${JSON.stringify(reports, undefined, 2)}\n` : `${closingLine(reports)}\n`);
  return haveAllPassed(reports) ? 0 : 1;
}
