import type { SubjectKind } from "../protocol/compliance.ts";
import { formatTimestamp, parseTimestamp } from "../protocol/timestamp.ts";
import type { ComplaintReceipt, ComplaintStanding } from "../client/complaints.ts";
import { findModel } from "./registrations.ts";
import { Refusal, type State, type StoredComplaint, type Subject } from "./state.ts";

const LAPSE_MS = 60 * 86_400_000;
const REASONS: readonly unknown[] = ["FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "OWNERSHIP", "APPEAL", "OTHER"];

/**
 * Takes a complaint; its target is under review at once, which takes nobody off the blacklist.
 *
 * @see docs/spec/6-compliance.md clauses 6.15 and 6.16
 */
export function fileComplaint(state: State, body: Readonly<Record<string, unknown>>): ComplaintReceipt {
  const { target, reason, description } = body;
  const { kind, id } = (target ?? {}) as { kind?: unknown; id?: unknown };
  if (kind !== "model" && kind !== "commercial_user") throw invalid("target.kind");
  if (typeof id !== "string" || id === "") throw invalid("target.id");
  if (!REASONS.includes(reason)) throw invalid("reason");
  if (typeof description !== "string" || description.trim() === "") throw invalid("description");
  const subject = `${kind}:${idOf(state, kind, id)}`;
  if (reason === "APPEAL") assertAppeal(state.subjects.get(subject), body["evidence"]);
  const filed_at = formatTimestamp(state.clock.now());
  const receipt = crypto.randomUUID();
  state.complaints.push({ receipt, subject, reason: String(reason), filed_at, isOpen: true });
  review(state.subjects.get(subject), filed_at);
  return { receipt, status: "open", filed_at };
}

/** How a complaint stands, by its receipt; nobody is told anything here. */
export function complaintStanding(state: State, { receipt }: Readonly<Record<string, unknown>>): ComplaintStanding {
  lapseComplaints(state);
  const complaint = state.complaints.find((other) => other.receipt === receipt);
  if (complaint === undefined) throw new Refusal(404, "COMPLAINT_NOT_FOUND", "there is no complaint of this receipt", { path: "receipt" });
  const { reason, filed_at, closed } = complaint;
  return {
    receipt: complaint.receipt,
    status: closed?.status ?? "open",
    reason,
    filed_at,
    notified_at: null,
    closed_at: closed?.at ?? null,
    resolution: null,
  };
}

/** A listed subject disputes its listing with evidence. @see docs/spec/6-compliance.md clause 6.19 */
function assertAppeal(subject: Subject | undefined, evidence: unknown): void {
  if (subject?.listing == null) throw new Refusal(422, "APPEAL_NOT_LISTED", "this target is not blacklisted", { path: "target.id" });
  if (!Array.isArray(evidence) || evidence.length === 0)
    throw new Refusal(422, "EVIDENCE_MISSING", "an appeal needs evidence", { path: "evidence" });
}

function invalid(path: string): Refusal {
  return new Refusal(400, "INPUT_INVALID", `${path} is missing or wrong`, { path });
}

function idOf(state: State, kind: SubjectKind, id: string): string {
  const path = "target.id";
  if (kind === "commercial_user") {
    if (state.companies.has(id.toLowerCase())) return id.toLowerCase();
    throw new Refusal(422, "TARGET_UNKNOWN", "there is no company of this id", { path });
  }
  const model = findModel(state, id);
  if (model !== undefined) return model.document.model_id;
  throw new Refusal(404, "MODEL_NOT_FOUND", `no registered model is named ${id}`, { path });
}

function review(subject: Subject | undefined, now: string): void {
  if (subject === undefined || subject.state === "UNDER_REVIEW") return;
  Object.assign(subject, { state: "UNDER_REVIEW", previous_state: subject.state, state_since: now });
}

/** Reviews that nobody decided in 60 days lapse. @see docs/spec/6-compliance.md clause 6.18 */
export function lapseComplaints(state: State): void {
  const now = state.clock.now();
  for (const complaint of state.complaints)
    if (complaint.isOpen && parseTimestamp(complaint.filed_at).getTime() + LAPSE_MS < now.getTime())
      closeComplaint(state, complaint, "lapsed");
}

/** What was under the review shows again when the last open complaint closes. */
export function closeComplaint(state: State, complaint: StoredComplaint, status: "dismissed" | "lapsed" = "dismissed"): void {
  complaint.isOpen = false;
  complaint.closed = { status, at: formatTimestamp(state.clock.now()) };
  const subject = state.subjects.get(complaint.subject);
  const isReviewed = state.complaints.some((other) => other.isOpen && other.subject === complaint.subject);
  if (isReviewed || subject?.state !== "UNDER_REVIEW") return;
  Object.assign(subject, { state: subject.previous_state, previous_state: null, state_since: formatTimestamp(state.clock.now()) });
}
