import { extname } from "node:path";
import type { ReportInput } from "../../client/report-input.ts";
import { readTextFile } from "../limited-file.ts";
import { reportFromCsv } from "./csv-report.ts";
import { reportFromJson } from "./json-report.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** A report from a file: CSV by its name (.csv, .tsv), else JSON. */
export async function readReport(path: string, quarter: string | undefined): Promise<ReportInput> {
  const text = await readTextFile(path, MAX_BYTES);
  return /^\.(csv|tsv)$/i.test(extname(path)) ? reportFromCsv(text, quarter) : reportFromJson(text, quarter);
}
