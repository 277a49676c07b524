import { formatUsd, parseUsd } from "../protocol/money.ts";
import type { FiledLine, FiledReport } from "./filed-report.ts";

/** One figure that an amendment changed; null where the line is only in one of the two. */
export interface ReportChange {
  /** The model's name, or "total". */
  readonly name: string;
  readonly model_id: string | null;
  readonly member: string;
  readonly before: string | null;
  readonly after: string | null;
  /** After less before, with its sign; null where it is no number. */
  readonly difference: string | null;
}

const LINE_MEMBERS = [
  "inferences",
  "revenue_usd",
  "run_cost_usd",
  "weight",
  "royalty_basis",
  "royalty_usd",
  "deducted_fees_usd",
  "net_royalty_usd",
] as const;
const TOTALS = ["royalty_usd", "deducted_fees_usd", "net_royalty_usd"] as const;

/** What a receipt and a filed report have in common. */
export type Comparable = Pick<FiledReport, (typeof TOTALS)[number]> & { readonly lines: readonly ComparableLine[] };
type ComparableLine = Pick<FiledLine, "model_id" | "name" | (typeof LINE_MEMBERS)[number]>;

/** What differs between two versions of a quarter's report: lines by model, then totals. */
export function compareReports(before: Comparable, after: Comparable): ReportChange[] {
  return [...lineChanges(before, after), ...TOTALS.flatMap((member) => change("total", null, member, before[member], after[member]))];
}

function lineChanges(before: Comparable, after: Comparable): ReportChange[] {
  const [old, now] = [byModel(before), byModel(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    const name = (is ?? was)?.name ?? id;
    return LINE_MEMBERS.flatMap((member) => change(name, id, member, textOf(was, member), textOf(is, member)));
  });
}

function byModel({ lines }: Comparable): Map<string, ComparableLine> {
  return new Map(lines.map((line) => [line.model_id, line]));
}

function textOf(line: ComparableLine | undefined, member: (typeof LINE_MEMBERS)[number]): string | null {
  return line === undefined ? null : String(line[member]);
}

function change(name: string, model_id: string | null, member: string, before: string | null, after: string | null): ReportChange[] {
  return before === after ? [] : [{ name, model_id, member, before, after, difference: differenceOf(member, before, after) }];
}

function differenceOf(member: string, before: string | null, after: string | null): string | null {
  if (member.endsWith("_usd")) {
    const units = parseUsd(after ?? "0") - parseUsd(before ?? "0");
    return `${units < 0n ? "-" : "+"}${formatUsd(units < 0n ? -units : units)}`;
  }
  if (member !== "inferences") return null;
  const count = Number(after ?? 0) - Number(before ?? 0);
  return `${count < 0 ? "-" : "+"}${Math.abs(count)}`;
}
