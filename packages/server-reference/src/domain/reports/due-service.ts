import { dueQuarters, formatTimestamp, formatUsd, lineDeadline, parseUsd } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { Reporter } from "./reporter.ts";
import { type CompanyStanding, findOpenLines, findStanding } from "./due-repository.ts";

export const dueAnswer = z
  .object({
    company_id: z.uuid(),
    state: z.string(),
    email_confirmed: z.boolean(),
    reporting_from: z.string().nullable(),
    reporting_until: z.string().nullable(),
    reports: z
      .array(z.object({ quarter: z.string(), due_at: z.string(), late: z.boolean() }))
      .describe("Ended quarters that nobody has reported"),
    payments: z.array(
      z.object({
        report_id: z.uuid(),
        model_id: z.uuid(),
        quarter: z.string(),
        status: z.string(),
        net_royalty_usd: z.string(),
        paid_usd: z.string(),
        open_usd: z.string(),
        due_at: z.string(),
        late: z.boolean(),
      }),
    ),
    total_usd: z.string().describe("All that is open"),
    as_of: z.string(),
  })
  .meta({ id: "Due" });

export type Due = z.output<typeof dueAnswer>;

/** What only live reports move, as it is before the first of them. */
const UNTOUCHED = {
  state: "REGISTERED",
  reporting_from: null,
  reporting_until: null,
  reported_quarters: [],
} as const satisfies Partial<CompanyStanding>;

/**
 * What a company owes and by when: reports of ended quarters, and lines that are not settled. With a test key: what the lines of the
 * test ledger would owe; a test key has no standing.
 *
 * @see docs/spec/6-compliance.md clauses 6.3 and 6.8
 */
export async function whatIsDue(ctx: AppContext, tx: Tx, { companyId, live }: Reporter): Promise<Due> {
  const now = ctx.clock.now();
  const { reported_quarters, ...standing } = { ...(await findStanding(tx, companyId)), ...(live ? {} : UNTOUCHED) };
  const payments = (await findOpenLines(tx, companyId, live)).map(({ filed_at, ...line }) => {
    const deadline = lineDeadline({ quarter: line.quarter, filed_at: formatTimestamp(filed_at) });
    const open_usd = formatUsd(parseUsd(line.net_royalty_usd) - parseUsd(line.paid_usd));
    return { ...line, open_usd, due_at: formatTimestamp(deadline), late: deadline < now };
  });
  return {
    company_id: companyId,
    ...standing,
    reports: dueQuarters({ ...standing, reported_quarters }, now),
    payments,
    total_usd: formatUsd(payments.reduce((sum, { open_usd }) => sum + parseUsd(open_usd), 0n)),
    as_of: formatTimestamp(now),
  };
}
