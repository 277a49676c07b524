import { dutyAfter, parseQuarter } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { reportError } from "./errors.ts";
import { findDuty, updateDuty } from "./repository.ts";
import type { ReportInput } from "./schema.ts";

/**
 * From a company's first report on every quarter is due, until its last one is marked final (decision 16).
 *
 * @throws {ApiError} REPORTING_FROM for a beginning after the reported quarter
 * @see docs/spec/6-compliance.md clause 6.2
 */
export async function recordDuty(tx: Tx, companyId: string, input: ReportInput): Promise<void> {
  const named = input.reporting_from;
  if (named !== undefined) parseQuarter(named, "reporting_from");
  if (named !== undefined && named > input.quarter)
    throw reportError("REPORTING_FROM", `${named} is after ${input.quarter}.`, "reporting_from");
  const { reporting_from, reporting_until } = dutyAfter(await findDuty(tx, companyId), input);
  await updateDuty(tx, companyId, reporting_from, reporting_until);
}
