import { describeFailures, describeReport, type VectorReport } from "@omla/sdk/conformance";
import { runVectorFolder } from "@omla/sdk/conformance/node";
import { type CaseReport, findCaseFolders, runCaseFolder } from "./case-folders.ts";
import { type ExitCode, type Invocation, UsageError } from "./command.ts";

/** Runs every vector file of a folder that it knows by name, and every case folder below it; one line each, closing `N passed, N failed`. */
export async function conformance({ operands, output, values }: Invocation): Promise<ExitCode> {
  const [folder] = operands;
  if (folder === undefined) throw new UsageError("say which folder: omla-verifier conformance FOLDER");
  const isJson = values["json"] === true;
  const reports: VectorReport[] = [];
  for await (const report of runVectorFolder(folder, { leaveOut: ["expected.json"] })) {
    reports.push(report);
    if (!isJson) output.out(`${describeReport(report)}\n`);
    for (const line of describeFailures(report)) output.err(`${line}\n`);
  }
  const cases: CaseReport[] = [];
  for (const path of await findCaseFolders(folder)) cases.push(await runCaseFolder(path));
  for (const { name, fault } of cases) {
    if (!isJson) output.out(`${name}: ${fault === undefined ? "passed" : "failed"}\n`);
    if (fault !== undefined) output.err(`${name}: ${fault}\n`);
  }
  const passed = reports.reduce((sum, report) => sum + report.passed, cases.filter(({ fault }) => fault === undefined).length);
  const failed = reports.reduce((sum, report) => sum + report.failed, cases.filter(({ fault }) => fault !== undefined).length);
  output.out(isJson ? `${JSON.stringify([...reports, ...cases])}\n` : `${passed} passed, ${failed} failed\n`);
  return passed > 0 && failed === 0 ? 0 : 1;
}
