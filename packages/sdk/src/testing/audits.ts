import { parseTimestamp, formatTimestamp } from "../protocol/timestamp.ts";
import type { Audit } from "../client/audits.ts";
import {
  caseLineOf,
  concernedLine,
  type FiledLine,
  findFiledLine,
  holdLine,
  type Party,
  readDescription,
  readEvidence,
  releaseLine,
} from "./cases.ts";
import { Refusal, type State, type StoredAudit } from "./state.ts";

type Body = Readonly<Record<string, unknown>>;
const ANSWER_MS = 14 * 86_400_000;

/** Asks a company for the evidence behind a line; it has 14 days to answer. */
export function requestAudit(state: State, party: Party, body: Body): Audit {
  const description = readDescription(body["description"]);
  const { line, as } = concernedLine(state, party, body["report_id"]);
  if (as === "company") throw new Refusal(401, "PARTY_NEEDED", "a company does not audit itself");
  if (state.audits.some((other) => other.report_id === line.report_id && other.party === party.id))
    throw new Refusal(409, "CASE_EXISTS", "this line was audited for the same party before", { path: "report_id" });
  const now = state.clock.now();
  const audit: StoredAudit = {
    ...{ audit_id: crypto.randomUUID(), report_id: line.report_id, party: party.id, party_kind: as, description, status: "requested" },
    ...{ requested_at: formatTimestamp(now), answer_by: formatTimestamp(new Date(now.getTime() + ANSWER_MS)) },
    ...{ answered_at: null, overdue_at: null, closed_at: null, resolution: null, evidence: [] },
  };
  state.audits.push(audit);
  return show(state, audit);
}

/** The company's answer with its evidence; also a late one. What is held stays held until the board decides. */
export async function respondAudit(state: State, companyId: string, body: Body): Promise<Audit> {
  readDescription(body["description"]);
  const { audit_id, evidence } = body;
  if (Array.isArray(evidence) && evidence.length === 0)
    throw new Refusal(400, "INPUT_INVALID", "an answer needs a file", { path: "evidence" });
  const audit = state.audits.find((other) => other.audit_id === audit_id);
  if (audit === undefined || findFiledLine(state, audit.report_id)?.submission.company_id !== companyId)
    throw new Refusal(404, "CASE_NOT_FOUND", "there is no such audit of your lines", { path: "audit_id" });
  if (audit.closed_at !== null || audit.status === "answered") throw new Refusal(409, "CASE_CLOSED", `this audit is ${audit.status}`);
  const stored = await readEvidence(state, evidence ?? []);
  Object.assign(audit, { status: "answered", answered_at: formatTimestamp(state.clock.now()), evidence: [...audit.evidence, ...stored] });
  return show(state, audit);
}

/** Disputes and holds the lines of audits that nobody answered in time. */
export function holdUnanswered(state: State): void {
  const now = state.clock.now();
  for (const audit of state.audits.filter(({ status, answer_by }) => status === "requested" && parseTimestamp(answer_by) < now)) {
    Object.assign(audit, { status: "overdue", overdue_at: formatTimestamp(now) });
    const current = currentLine(state, audit.report_id);
    if (current !== undefined) holdLine(state, current, audit.audit_id);
  }
}

/** The line itself, or the one that a later version put in its place. */
function currentLine(state: State, reportId: string): FiledLine | undefined {
  const asked = findFiledLine(state, reportId);
  if (asked === undefined) return undefined;
  const { company_id, live, input } = asked.submission;
  return state.submissions
    .filter((other) => other.company_id === company_id && other.live === live && other.input.quarter === input.quarter)
    .flatMap((submission) => submission.lines.map((line) => ({ submission, line })))
    .find(({ line }) => line.model_id === asked.line.model_id && line.status !== "superseded" && line.status !== "rejected");
}

/** Ends an audit without consequence, as the board does, and lets its line go. */
export function closeAudit(state: State, audit: StoredAudit, status: "waived" | "dismissed", resolution: string): void {
  if (audit.closed_at !== null) throw new Refusal(409, "CASE_CLOSED", `this audit is ${audit.status}`);
  Object.assign(audit, { status, resolution, closed_at: formatTimestamp(state.clock.now()) });
  releaseLine(state, audit.audit_id);
}

/** What a party asked for, and what a company is asked; the newest first. */
export function auditsOf(state: State, party: Party): Audit[] {
  return state.audits
    .filter(({ party: by, report_id }) => by === party.id || findFiledLine(state, report_id)?.submission.company_id === party.company_id)
    .map((audit) => show(state, audit))
    .reverse();
}

function show(state: State, { party: _, ...audit }: StoredAudit): Audit {
  const filed = findFiledLine(state, audit.report_id);
  if (filed === undefined) throw new RangeError("an audit is about a line");
  return { ...audit, result_report_id: null, line: caseLineOf(state, filed) };
}
