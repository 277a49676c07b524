import { OmlaError } from "../protocol/errors.ts";
import { parseQuarter } from "../protocol/quarter.ts";
import { expectArray, expectMembers } from "./answer.ts";
import { apiKeyId } from "./api-key.ts";
import { asInputError, OmlaConflictError } from "./errors.ts";
import { pages } from "./pages.ts";
import { type Receipt, readReceipt } from "./receipt.ts";
import { normalizeReport, reportKey, type ReportInput } from "./report-input.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./transport.ts";

/** One filed report of a company, without its lines. */
export interface ReportSummary {
  readonly submission_id: string;
  readonly quarter: string;
  readonly version: number;
  readonly final: boolean;
  readonly filed_at: string;
  readonly live: boolean;
  readonly royalty_usd: string;
  readonly net_royalty_usd: string;
}

export interface Reports {
  /** Files a quarter's report; `omla.report` is the same. */
  file(input: ReportInput, options?: CallOptions): Promise<Receipt>;
  /** Replaces a quarter's report by a new version; what was paid already is set off. */
  amend(input: ReportInput, options?: CallOptions): Promise<Receipt>;
  /** The report in force for a quarter, or undefined where none was filed. */
  get(quarter: string, options?: CallOptions): Promise<Receipt | undefined>;
  /** The company's reports, the newest quarter first. */
  list(options?: CallOptions): AsyncIterable<ReportSummary>;
}

const SUMMARY = { submission_id: "string", quarter: "string", version: "number", filed_at: "string" } as const;

export function createReports(registry: Registry): Reports {
  return {
    file: (input, options) => send(registry, "submit-report", input, options),
    amend: (input, options) => send(registry, "amend-report", input, options),
    get: (quarter, options) => getReport(registry, quarter, options),
    list: (options) =>
      pages(async (offset, limit) =>
        readSummaries(await registry.rows("submissions", { order: "quarter.desc,version.desc", limit, offset }, options)),
      ),
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

async function getReport(registry: Registry, quarter: string, options?: CallOptions): Promise<Receipt | undefined> {
  try {
    parseQuarter(quarter, "quarter");
  } catch (error) {
    throw asInputError(error);
  }
  apiKeyId(registry.apiKey);
  const rows = expectArray(
    await registry.rows("submissions", { quarter: `eq.${quarter}`, order: "version.desc", limit: "1" }, options),
    "the list of reports",
  );
  return rows.length === 0 ? undefined : readReceipt(rows[0]);
}

function readSummaries(body: unknown): readonly ReportSummary[] {
  return expectArray(body, "the list of reports").map((row) => expectMembers<ReportSummary>(row, SUMMARY, "a report"));
}
