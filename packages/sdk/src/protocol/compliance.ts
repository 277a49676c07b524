import { COMPLIANCE_STATE } from "./codes/documents.ts";
import { TIMESTAMP_INVALID } from "./codes/values.ts";
import { protocolError } from "./errors.ts";
import { nextQuarter, quarterEnd } from "./quarter.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

export type SubjectKind = "model" | "commercial_user";
export type BaseState = "REGISTERED" | "REPORTING" | "COMPLIANT" | "DELINQUENT" | "BLACKLISTED";
export type ComplianceState = BaseState | "UNDER_REVIEW";
export type LineStatus = "submitted" | "funded" | "paid" | "disputed" | "superseded" | "rejected";

/** What counts of one reported line. Times are `YYYY-MM-DDTHH:MM:SSZ`. */
export interface ComplianceLine {
  readonly quarter: string;
  readonly status: LineStatus;
  /** Whether the reporting company belongs to the model's key. */
  readonly own: boolean;
  /** When the first version of its submission was filed. */
  readonly filed_at: string;
  /** When it was first disputed; needed while it is `disputed`. */
  readonly disputed_at?: string | null;
}

/** What a company owes: the quarters it must report, and those it has reported. */
export interface ReportingDuty {
  readonly reporting_from?: string | null;
  readonly reporting_until?: string | null;
  /** Quarters with a submission that is not wholly rejected. */
  readonly reported_quarters?: readonly string[];
}

/** The facts of a subject; the duty stands only in those of a company. */
export interface ComplianceFacts extends ReportingDuty {
  readonly lines: readonly ComplianceLine[];
}

export interface ComplianceInput {
  readonly subject_kind: SubjectKind;
  readonly state: ComplianceState;
  /** The state under a review, null outside one. */
  readonly previous_state: BaseState | null;
  readonly facts: ComplianceFacts;
  readonly now: string | Date;
}

export interface ComplianceStep {
  readonly state: ComplianceState;
  readonly previous_state: BaseState | null;
  /** The states that the base entered, in order; empty where nothing moved. */
  readonly entered: readonly BaseState[];
}

/** An ended quarter of the duty that nobody has reported. */
export interface DueQuarter {
  readonly quarter: string;
  readonly due_at: string;
  readonly late: boolean;
}

const DAY_MS = 86_400_000;
const GRACE_MS = 30 * DAY_MS;
const LISTING_MS = 90 * DAY_MS;
const DISPUTE_MS = 90 * DAY_MS;

/** How harsh a state is; a young dispute lets nothing become milder. */
const SEVERITY: Readonly<Record<BaseState, number>> = { REGISTERED: 0, COMPLIANT: 0, REPORTING: 1, DELINQUENT: 2, BLACKLISTED: 3 };

/** What a line counts for. A disputed one is held while the dispute is young, and open again after it. */
const STANDING: Readonly<Record<LineStatus, "open" | "settled" | "held" | "void">> = {
  submitted: "open",
  funded: "settled",
  paid: "settled",
  disputed: "held",
  superseded: "void",
  rejected: "void",
};

/**
 * One compliance step of a model or a company; the same moment a second time changes nothing.
 *
 * @returns the state afterwards and what the base state entered on the way, in order
 * @throws {OmlaError} COMPLIANCE_STATE where a review has no state under it or a state is unknown; TIMESTAMP_INVALID; QUARTER_INVALID
 * @see docs/spec/6-compliance.md clause 6.2, vectors/compliance.json
 */
export function tickCompliance({ subject_kind, state, previous_state, facts, now }: ComplianceInput): ComplianceStep {
  const base = state === "UNDER_REVIEW" ? previous_state : state;
  if (base === null || !Object.hasOwn(SEVERITY, base)) {
    throw protocolError(COMPLIANCE_STATE, `there is no base state in ${state}`, state === "UNDER_REVIEW" ? "previous_state" : "state");
  }
  const entered = base === "BLACKLISTED" ? [] : statesEntered(base, subject_kind, facts, instant(now));
  const next = entered.at(-1) ?? base;
  // A review ends by itself only where the base reaches the list; an appeal against the list goes on.
  const reviewed = state === "UNDER_REVIEW" && (next !== "BLACKLISTED" || base === next);
  return { state: reviewed ? state : next, previous_state: reviewed ? next : null, entered };
}

/**
 * When a line must be settled: 30 days after its quarter's end or its filing, whichever is later.
 *
 * @see docs/spec/6-compliance.md clause 6.3
 */
export function lineDeadline({ quarter, filed_at }: Pick<ComplianceLine, "quarter" | "filed_at">): Date {
  return new Date(Math.max(+quarterEnd(quarter), +parseTimestamp(filed_at)) + GRACE_MS);
}

/**
 * When a quarter must be reported: 30 days after its end.
 *
 * @see docs/spec/6-compliance.md clause 6.3
 */
export function quarterDeadline(quarter: string): Date {
  return new Date(+quarterEnd(quarter) + GRACE_MS);
}

/** What a report changes of its company's duty: its quarter, an earlier beginning that it names, and whether it is the last. */
export interface DutyReport {
  readonly quarter: string;
  readonly reporting_from?: string | undefined;
  readonly final?: boolean | undefined;
}

/** From when until when a company has to report; null where there is no beginning, or no end. */
export interface DutySpan {
  readonly reporting_from: string | null;
  readonly reporting_until: string | null;
}

/**
 * A company's duty to report after one more report: it begins with the earliest quarter reported or named and ends with the final one;
 * a report after that opens a new duty from its own quarter.
 *
 * @param report - its quarters are those of a report that was read; a beginning after the reported quarter is the caller's to refuse
 * @see docs/spec/6-compliance.md clause 6.4
 */
export function dutyAfter(
  { reporting_from, reporting_until }: DutySpan,
  { quarter, reporting_from: named, final }: DutyReport,
): DutySpan & { readonly reporting_from: string } {
  const isReopened = reporting_until !== null && quarter > reporting_until;
  const earliest = [reporting_from, named, quarter].filter((begin) => begin != null).sort()[0] ?? quarter;
  const keptUntil = isReopened || quarter === reporting_until ? null : reporting_until;
  return {
    reporting_from: isReopened ? (named ?? quarter) : earliest,
    reporting_until: final === true ? quarter : keptUntil,
  };
}

/**
 * The ended quarters of a company's duty without a report, oldest first.
 *
 * @see docs/spec/6-compliance.md clause 6.8
 */
export function dueQuarters({ reporting_from, reporting_until, reported_quarters = [] }: ReportingDuty, now: string | Date): DueQuarter[] {
  const due: DueQuarter[] = [];
  if (!reporting_from) return due;
  const nowMs = instant(now);
  const reported = new Set(reported_quarters);
  // Quarters sort as text.
  for (
    let quarter = reporting_from;
    +quarterEnd(quarter) <= nowMs && !(reporting_until && quarter > reporting_until);
    quarter = nextQuarter(quarter)
  ) {
    if (reported.has(quarter)) continue;
    const deadline = quarterDeadline(quarter);
    due.push({ quarter, due_at: formatTimestamp(deadline), late: +deadline < nowMs });
  }
  return due;
}

function statesEntered(base: BaseState, kind: SubjectKind, facts: ComplianceFacts, now: number): BaseState[] {
  const isCompany = kind === "commercial_user";
  const due = isCompany ? dueQuarters(facts, new Date(now)) : [];
  const lines = facts.lines.map((line) => ({ ...line, standing: standingOf(line, now) }));
  const debts = lines.filter(({ standing, own }) => standing === "open" && (isCompany || own));
  const deadlines = [...debts.map(lineDeadline), ...due.map(({ quarter }) => quarterDeadline(quarter))].map(Number);
  const oldest = deadlines.filter((deadline) => deadline < now).reduce((a, b) => Math.min(a, b), Infinity);
  if (oldest < Infinity) return statesOfDebt(base, now >= oldest + LISTING_MS);

  const has = (wanted: string): boolean => lines.some(({ standing }) => standing === wanted);
  const hasReported = due.length === 0 && isCompany && (facts.reported_quarters ?? []).length > 0;
  const calm = has("open") ? "REPORTING" : has("settled") || hasReported ? "COMPLIANT" : base === "DELINQUENT" ? "REGISTERED" : base;
  return calm === base || (has("held") && SEVERITY[calm] < SEVERITY[base]) ? [] : [calm];
}

/** A step that comes late takes both moves. */
function statesOfDebt(base: BaseState, isListed: boolean): BaseState[] {
  const moved: BaseState[] = base === "DELINQUENT" ? [] : ["DELINQUENT"];
  return isListed ? [...moved, "BLACKLISTED"] : moved;
}

function standingOf(line: ComplianceLine, now: number): "open" | "settled" | "held" | "void" {
  const standing = STANDING[line.status];
  return standing === "held" && now > +parseTimestamp(line.disputed_at as string) + DISPUTE_MS ? "open" : standing;
}

function instant(now: string | Date): number {
  const time = +(typeof now === "string" ? parseTimestamp(now) : now);
  // Not a number compares as "never late".
  if (Number.isNaN(time)) throw protocolError(TIMESTAMP_INVALID, "now is not a date", "now");
  return time;
}
