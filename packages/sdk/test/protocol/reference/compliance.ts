import type { BaseState, ComplianceInput, ComplianceLine, ComplianceState, ComplianceStep } from "../../../src/protocol/compliance.ts";

/**
 * Section 6 once more, written from its text and as unlike the code under test as possible: times are compared as text, quarters are counted
 * off a calendar, and the subject walks one arrow at a time until no arrow is left.
 */
export function referenceTick(input: ComplianceInput): ComplianceStep {
  const now = typeof input.now === "string" ? input.now : `${input.now.toISOString().slice(0, 19)}Z`;
  const walked: BaseState[] = [];
  let base = (input.state === "UNDER_REVIEW" ? input.previous_state : input.state) as BaseState;
  const stood = base;
  for (let arrow = nextState(base, input, now, stood); arrow !== base; arrow = nextState(base, input, now, stood)) {
    base = arrow;
    walked.push(base);
    if (walked.length > 2) throw new Error("the reference walks in a circle");
  }
  const state: ComplianceState = input.state === "UNDER_REVIEW" && !walked.includes("BLACKLISTED") ? "UNDER_REVIEW" : base;
  return { state, previous_state: state === "UNDER_REVIEW" ? base : null, entered: walked };
}

function nextState(at: BaseState, input: ComplianceInput, now: string, stood: BaseState): BaseState {
  if (at === "BLACKLISTED") return at;
  const overdue = overdueDeadlines(input, now).sort();
  const [oldest] = overdue;
  if (oldest !== undefined) {
    if (at !== "DELINQUENT") return "DELINQUENT";
    return now >= addDays(oldest, 90) ? "BLACKLISTED" : at;
  }
  const wish = wishedState(at, input, now);
  const order = ["REGISTERED COMPLIANT", "REPORTING", "DELINQUENT", "BLACKLISTED"];
  const rank = (state: BaseState): number => order.findIndex((names) => names.split(" ").includes(state));
  const youngDispute = input.facts.lines.some((line) => line.status === "disputed" && isYoung(line, now));
  return youngDispute && rank(wish) < rank(stood) ? at : wish;
}

function wishedState(at: BaseState, input: ComplianceInput, now: string): BaseState {
  const { facts, subject_kind } = input;
  if (facts.lines.some((line) => isOpen(line, now))) return "REPORTING";
  if (facts.lines.some((line) => line.status === "funded" || line.status === "paid")) return "COMPLIANT";
  const reported = facts.reported_quarters ?? [];
  if (subject_kind === "commercial_user" && reported.length > 0 && missingQuarters(input, now).length === 0) return "COMPLIANT";
  return at === "DELINQUENT" ? "REGISTERED" : at;
}

function overdueDeadlines(input: ComplianceInput, now: string): string[] {
  const isCompany = input.subject_kind === "commercial_user";
  const deadlines: string[] = [];
  for (const line of input.facts.lines) {
    if (!isOpen(line, now)) continue;
    if (!isCompany && !line.own) continue;
    const end = endOfQuarter(line.quarter);
    deadlines.push(addDays(end > line.filed_at ? end : line.filed_at, 30));
  }
  if (isCompany) for (const quarter of missingQuarters(input, now)) deadlines.push(addDays(endOfQuarter(quarter), 30));
  return deadlines.filter((deadline) => deadline < now);
}

function missingQuarters({ facts }: ComplianceInput, now: string): string[] {
  const { reporting_from: from, reporting_until: until, reported_quarters: reported = [] } = facts;
  if (!from) return [];
  return calendar().filter(
    (quarter) => quarter >= from && quarter <= (until ?? "9999-Q4") && endOfQuarter(quarter) <= now && !reported.includes(quarter),
  );
}

function isOpen(line: ComplianceLine, now: string): boolean {
  return line.status === "submitted" || (line.status === "disputed" && !isYoung(line, now));
}

function isYoung(line: ComplianceLine, now: string): boolean {
  return now <= addDays(line.disputed_at as string, 90);
}

function endOfQuarter(quarter: string): string {
  const year = quarter.slice(0, 4);
  return { Q1: `${year}-04`, Q2: `${year}-07`, Q3: `${year}-10`, Q4: `${Number(year) + 1}-01` }[quarter.slice(5)] + "-01T00:00:00Z";
}

function addDays(time: string, days: number): string {
  const date = new Date(time);
  date.setUTCDate(date.getUTCDate() + days);
  return `${date.toISOString().slice(0, 19)}Z`;
}

const CALENDAR: string[] = [];

function calendar(): string[] {
  if (CALENDAR.length === 0) for (let year = 2000; year < 2060; year += 1) for (const n of [1, 2, 3, 4]) CALENDAR.push(`${year}-Q${n}`);
  return CALENDAR;
}
