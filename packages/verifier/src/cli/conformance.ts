import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { closingLine, describeFailures, describeReport, PROTOCOL, runVectorFile, type VectorReport } from "@omla/sdk/conformance";
import { type ExitCode, type Invocation, UsageError } from "./command.ts";

/** Runs every vector file of a folder that it knows by name; one line per file, closing `N passed, N failed`. */
export async function conformance({ operands, output, values }: Invocation): Promise<ExitCode> {
  const [folder] = operands;
  if (folder === undefined) throw new UsageError("say which folder: omla-verifier conformance FOLDER");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const reports: VectorReport[] = [];
  for (const name of names) {
    const report = await runVectorFile(name, await readFile(join(folder, name), "utf8"), PROTOCOL);
    reports.push(report);
    if (values["json"] !== true) output.out(`${describeReport(report)}\n`);
    for (const line of describeFailures(report)) output.err(`${line}\n`);
  }
  output.out(values["json"] === true ? `${JSON.stringify(reports)}\n` : `${closingLine(reports)}\n`);
  return reports.some(({ passed }) => passed > 0) && reports.every(({ failed }) => failed === 0) ? 0 : 1;
}
