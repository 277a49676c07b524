import { OmlaError } from "../../protocol/errors.ts";
import { parseStrictJson } from "../../protocol/strict-json.ts";
import { quoteDecimals } from "../../client/exact-json.ts";
import type { ReportInput } from "../../client/report-input.ts";

/**
 * A report from JSON: the object that the SDK takes, or its list of entries alone.
 *
 * A decimal that is written as a number is taken digit by digit, never through a float.
 *
 * @throws {OmlaError} JSON_INVALID | FILE_TRUNCATED | QUARTER_MISSING
 */
export function reportFromJson(text: string, quarter: string | undefined): ReportInput {
  const value = parse(text);
  const report: Partial<ReportInput> = Array.isArray(value) ? { entries: value as ReportInput["entries"] } : value;
  const named = quarter ?? report.quarter;
  if (named === undefined)
    throw new OmlaError("QUARTER_MISSING", "no quarter is given", {
      path: "quarter",
      hint: "Add --quarter 2026-Q3, or the member `quarter`.",
    });
  return { ...report, quarter: named } as ReportInput;
}

function parse(text: string): Partial<ReportInput> {
  try {
    return parseStrictJson(quoteDecimals(text)) as Partial<ReportInput>;
  } catch (cause) {
    if (!(cause instanceof OmlaError)) throw cause;
    const { message, path, details } = cause;
    if (message.includes("ends too early")) {
      throw new OmlaError("FILE_TRUNCATED", message, { path, details, hint: "The file is cut off: write or copy it again.", cause });
    }
    throw new OmlaError("JSON_INVALID", message, { path, details, hint: cause.hint, cause });
  }
}
