import { OmlaError } from "../protocol/errors.ts";
import { parseQuarter } from "../protocol/quarter.ts";
import { expectArray } from "./answer.ts";
import { apiKeyId } from "./api-key.ts";
import { asInputError, OmlaConflictError } from "./errors.ts";
import type { FiledReport } from "./filed-report.ts";
import { pages } from "./pages.ts";
import { type Receipt, readReceipt } from "./receipt.ts";
import { normalizeReport, reportKey, type ReportInput } from "./report-input.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

export interface Reports {
  /** Files a quarter's report; `omla.report` is the same. */
  file(input: ReportInput, options?: CallOptions): Promise<Receipt>;
  /** Replaces a quarter's report by a new version; what was paid already is set off. */
  amend(input: ReportInput, options?: CallOptions): Promise<Receipt>;
  /** The report in force for a quarter, or undefined where none was filed. */
  get(quarter: string, options?: CallOptions): Promise<FiledReport | undefined>;
  /** All versions of the company's reports on this key's ledger, the newest quarter first. */
  list(options?: CallOptions): AsyncIterable<FiledReport>;
}

export function createReports(registry: Registry): Reports {
  return {
    file: (input, options) => send(registry, "submit-report", input, options),
    amend: (input, options) => send(registry, "amend-report", input, options),
    get: (quarter, options) => getReport(registry, quarter, options),
    list: (options) => pages((offset, limit) => fetchFiled(registry, { order: "quarter.desc,version.desc", limit, offset }, options)),
  };
}

async function send(registry: Registry, action: string, input: ReportInput, options?: CallOptions): Promise<Receipt> {
  const keyId = apiKeyId(registry.apiKey);
  const body = normalizeReport(input);
  const idempotencyKey = await reportKey(action, keyId, body);
  try {
    return readReceipt(await registry.act(action, body, { ...options, idempotencyKey }));
  } catch (error) {
    throw nameAmend(error, body.quarter);
  }
}

/** A quarter that is reported already can only be amended; the refusal says how, whatever the registry's own words. */
function nameAmend(error: unknown, quarter: string): unknown {
  if (!(error instanceof OmlaError) || error.code !== "REPORT_EXISTS") return error;
  const { code, message, details, requestId } = error;
  return new OmlaConflictError(code, message, {
    path: "quarter",
    details,
    requestId,
    hint: `Send the corrected report of ${quarter} with omla.reports.amend(…) (on the command line: omla report FILE --amend).`,
    cause: error,
  });
}

async function getReport(registry: Registry, quarter: string, options?: CallOptions): Promise<FiledReport | undefined> {
  try {
    parseQuarter(quarter, "quarter");
  } catch (error) {
    throw asInputError(error);
  }
  const [latest] = await fetchFiled(registry, { quarter: `eq.${quarter}`, order: "version.desc", limit: "1" }, options);
  return latest;
}

/** A key reads its own ledger: what was tried with a test key never stands beside live reports. */
async function fetchFiled(
  registry: Registry,
  query: Readonly<Record<string, string>>,
  options?: CallOptions,
): Promise<readonly FiledReport[]> {
  const live = apiKeyId(registry.apiKey).startsWith("live") ? "is.true" : "is.false";
  const { FILED_REPORT_COLUMNS, readFiledReport } = await import("./filed-report.ts");
  const body = await registry.rows("submissions", { select: FILED_REPORT_COLUMNS, live, ...query }, options);
  return expectArray(body, "the list of reports").map(readFiledReport);
}
