import { type ComplianceFacts, tickCompliance } from "../protocol/compliance.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { State, Subject, Submission } from "./state.ts";

/** Moves every subject by what the facts say now. */
export function tickAll(state: State): void {
  tickSubjects(state, [...state.subjects.keys()]);
}

/** Moves some subjects, named `kind:id`. */
export function tickSubjects(state: State, names: readonly string[]): void {
  for (const name of names) {
    const subject = state.subjects.get(name);
    if (subject !== undefined) tick(state, subject);
  }
}

function tick(state: State, subject: Subject): void {
  const now = formatTimestamp(state.clock.now());
  const { kind, state: was, previous_state } = subject;
  const step = tickCompliance({ subject_kind: kind, state: was, previous_state, facts: factsOf(state, subject), now });
  if (step.state !== was) subject.state_since = now;
  subject.state = step.state;
  subject.previous_state = step.previous_state;
  if (!step.entered.includes("BLACKLISTED")) return;
  state.cases += 1;
  subject.listing = {
    reason: "DELINQUENT_90D",
    since: now,
    enforce: "deny",
    case: `C-${now.slice(0, 4)}-${String(state.cases).padStart(4, "0")}`,
  };
}

/** @see docs/spec/6-compliance.md clause 6.4 */
function factsOf(state: State, { kind, id }: Subject): ComplianceFacts {
  const live = state.submissions.filter((submission) => submission.live);
  if (kind === "model") return { lines: live.flatMap((submission) => linesOf(submission, isOwn(state, submission, id), id)) };
  const company = state.companies.get(id);
  const own = live.filter(({ company_id }) => company_id === id);
  const reported = own.filter(({ lines }) => lines.length === 0 || lines.some(({ status }) => status !== "rejected"));
  return {
    lines: own.flatMap((submission) => linesOf(submission, false)),
    reporting_from: company?.reporting_from ?? null,
    reporting_until: company?.reporting_until ?? null,
    reported_quarters: [...new Set(reported.map(({ input }) => input.quarter))],
  };
}

function linesOf({ input, lines, first_filed_at }: Submission, own: boolean, modelId?: string): ComplianceFacts["lines"] {
  return lines
    .filter(({ model_id }) => modelId === undefined || model_id === modelId)
    .map(({ status, disputed_at }) => ({ quarter: input.quarter, status, own, filed_at: first_filed_at, disputed_at }));
}

function isOwn(state: State, { company_id }: Submission, modelId: string): boolean {
  const owner = state.companies.get(company_id)?.owner_pubkey ?? null;
  return owner !== null && owner === state.models.get(modelId)?.document.ed25519_pubkey;
}
