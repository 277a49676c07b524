import { formatUsd, parseUsd } from "../protocol/money.ts";
import type { RoyaltyBasis } from "../protocol/royalty.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { expectArray, expectMembers } from "./answer.ts";

/** One model of a filed report, as the registry stores it. Amounts are US dollars with six places. */
export interface FiledLine {
  readonly report_id: string;
  readonly entry: string;
  readonly model_id: string;
  readonly name: string;
  readonly pipeline: string | null;
  readonly status: string;
  readonly inferences: number;
  readonly revenue_usd: string;
  readonly run_cost_usd: string;
  readonly weight: string;
  readonly rate: string;
  readonly royalty_basis: RoyaltyBasis;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
}

/** A version of a quarter's report. */
export interface FiledReport {
  readonly submission_id: string;
  readonly quarter: string;
  readonly version: number;
  readonly final: boolean;
  readonly live: boolean;
  readonly filed_at: string;
  readonly due_at: string;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  readonly lines: readonly FiledLine[];
}

/** What is asked of `/rest/v1/submissions`. */
export const FILED_REPORT_COLUMNS = "id,quarter,version,final,live,filed_at,due_at,usage_reports(*,models(name))";

const AMOUNTS = ["revenue_usd", "run_cost_usd", "royalty_usd", "deducted_fees_usd", "net_royalty_usd"] as const;
const TOTALS = ["royalty_usd", "deducted_fees_usd", "net_royalty_usd"] as const;

interface LineRow extends Omit<FiledLine, "report_id" | "name"> {
  readonly id: string;
  readonly models: { readonly name: string } | null;
}

interface SubmissionRow extends Omit<FiledReport, "submission_id" | "lines" | (typeof TOTALS)[number]> {
  readonly id: string;
  readonly usage_reports: readonly unknown[];
}

/** A row of `/rest/v1/submissions` with its lines. @throws {OmlaVersionError} ANSWER_SHAPE */
export function readFiledReport(row: unknown): FiledReport {
  const what = "a filed report";
  const { usage_reports, ...submission } = expectMembers<SubmissionRow>(
    row,
    { id: "string", quarter: "string", version: "number", usage_reports: "array" },
    what,
  );
  const lines = expectArray(usage_reports, what)
    .map(readLine)
    .sort((a, b) => a.entry.localeCompare(b.entry, "en", { numeric: true }));
  const totals = TOTALS.map((member) => [member, formatUsd(lines.reduce((sum, line) => sum + parseUsd(line[member]), 0n))]);
  const { id, quarter, version, final, live } = submission;
  const [filed_at, due_at] = [timeOf(submission.filed_at), timeOf(submission.due_at)];
  const sums = Object.fromEntries(totals) as Pick<FiledReport, (typeof TOTALS)[number]>;
  return { submission_id: id, quarter, version, final, live, filed_at, due_at, ...sums, lines };
}

function readLine(row: unknown): FiledLine {
  const line = expectMembers<LineRow>(
    row,
    { id: "string", entry: "string", model_id: "string", status: "string" },
    "a line of a filed report",
  );
  const amounts = Object.fromEntries(AMOUNTS.map((member) => [member, formatUsd(parseUsd(line[member]))])) as Pick<
    FiledLine,
    (typeof AMOUNTS)[number]
  >;
  const { id, entry, model_id, pipeline, status, inferences, royalty_basis } = line;
  return {
    ...{ report_id: id, entry, model_id, name: line.models?.name ?? model_id, pipeline, status, inferences, royalty_basis },
    ...{ weight: shortest(line.weight), rate: shortest(line.rate) },
    ...amounts,
  };
}

/** PostgreSQL writes `+00:00` where the protocol writes `Z`. */
function timeOf(text: string): string {
  return formatTimestamp(new Date(text));
}

/** A `numeric` comes with the places that it was stored with. */
function shortest(value: string | number): string {
  const text = String(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
