import type { VectorReport } from "./run-vector-file.ts";

/** One line about one file, as every command of this software prints it. */
export function describeReport({ file, known, passed, failed, left_out }: VectorReport): string {
  if (!known) return `${file}: not known, left out`;
  return `${file}: ${passed} passed, ${failed} failed${left_out > 0 ? `, ${left_out} left out` : ""}`;
}

/** The closing line over all files. */
export function closingLine(reports: readonly VectorReport[]): string {
  const sum = (of: (report: VectorReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`;
}

/** The failed cases of a file, one line each. */
export function describeFailures({ file, results }: VectorReport): string[] {
  return results.filter(({ outcome }) => outcome === "failed").map(({ name, message }) => `${file} ${name}: ${message ?? ""}`);
}
