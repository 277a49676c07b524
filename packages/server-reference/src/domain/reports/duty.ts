import { dutyAfter, parseQuarter } from "@omla/sdk/protocol";
import { reportError } from "./errors.ts";
import type { Duty } from "./filing-repository.ts";
import type { ReportInput } from "./schema.ts";

/**
 * From a company's first report on every quarter is due, until its last one is marked final (decision 16).
 *
 * @throws {ApiError} REPORTING_FROM for a beginning after the reported quarter
 * @see docs/spec/6-compliance.md clause 6.2
 */
export function dutyOf(duty: Duty, input: ReportInput): Duty {
  const named = input.reporting_from;
  if (named !== undefined) parseQuarter(named, "reporting_from");
  if (named !== undefined && named > input.quarter)
    throw reportError("REPORTING_FROM", `${named} is after ${input.quarter}.`, "reporting_from");
  return dutyAfter(duty, input);
}
