import type { IconName } from "./icons.ts";

/** The six states of compliance as a registry says them. */
export type ComplianceState = "REGISTERED" | "REPORTING" | "COMPLIANT" | "UNDER_REVIEW" | "DELINQUENT" | "BLACKLISTED";

/** Everything that a badge can say; the first six are what a trusted registry answers about a model for which every check holds. */
export type BadgeState =
  | Lowercase<ComplianceState>
  | "loading"
  | "unreadable"
  | "unsigned"
  | "mismatch_signature"
  | "mismatch_key"
  | "mismatch_wallet"
  | "mismatch_weights"
  | "mismatch_location"
  | "claimed"
  | "unregistered"
  | "stale"
  | "unreachable";

/** What a colour means; only `good` is green. */
export type ColourRole = "good" | "caution" | "bad" | "neutral";

/** What was established: everything, a contradiction, nothing, or nothing yet. */
export type Tone = "proven" | "refuted" | "open" | "pending";

/** The look of a state; its text stands in every language under the state's own name. */
export interface Appearance {
  readonly role: ColourRole;
  readonly icon: IconName;
  readonly tone: Tone;
}

const refuted: Appearance = { role: "bad", icon: "differs", tone: "refuted" };
const unknown: Appearance = { role: "neutral", icon: "question", tone: "open" };

/** What is shown for what: one row for each state, so that a new one does not compile until it has a look. */
export const APPEARANCE: Readonly<Record<BadgeState, Appearance>> = {
  registered: { role: "good", icon: "check", tone: "proven" },
  reporting: { role: "good", icon: "check", tone: "proven" },
  compliant: { role: "good", icon: "seal", tone: "proven" },
  under_review: { role: "caution", icon: "eye", tone: "proven" },
  delinquent: { role: "caution", icon: "warning", tone: "proven" },
  blacklisted: { role: "bad", icon: "stop", tone: "proven" },
  loading: { role: "neutral", icon: "dots", tone: "pending" },
  unreadable: unknown,
  unsigned: unknown,
  mismatch_signature: refuted,
  mismatch_key: refuted,
  mismatch_wallet: refuted,
  mismatch_weights: refuted,
  mismatch_location: refuted,
  claimed: { role: "neutral", icon: "elsewhere", tone: "open" },
  unregistered: unknown,
  stale: { role: "neutral", icon: "clock", tone: "open" },
  unreachable: { role: "neutral", icon: "offline", tone: "open" },
};

/** The badge of a compliance state. */
export function badgeOf(state: ComplianceState): Lowercase<ComplianceState> {
  return state.toLowerCase() as Lowercase<ComplianceState>;
}

/** Whether a stranger's value is one of the six states. */
export function isComplianceState(value: unknown): value is ComplianceState {
  return typeof value === "string" && value === value.toUpperCase() && APPEARANCE[value.toLowerCase() as BadgeState]?.tone === "proven";
}
