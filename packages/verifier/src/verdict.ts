import type { ListState } from "@omla/sdk/protocol";
import type { Match } from "./index-of-entries.ts";
import { type Action, decide, type Listing, type PolicyFunction, type PolicyName, type Reason, type Standing } from "./policy.ts";

/** The answer to one request. A denial is a verdict, not an exception. */
export interface Verdict {
  readonly action: Action;
  readonly listed: boolean;
  readonly matches: readonly Match[];
  readonly state: ListState | "NONE";
  /** True where the list has no authority: unsigned, or no key is pinned. Never a reason to deny. */
  readonly advisory: boolean;
  readonly reason: Reason;
  /** Number of the list that answered; null where there is none. */
  readonly sequence: number | null;
}

const LISTINGS: Readonly<Record<Match["enforce"], Listing>> = { deny: "DENY", warn: "WARN", suspended: "SUSPENDED" };
const STRICTEST: readonly Listing[] = ["DENY", "WARN", "SUSPENDED"];

/** How the strictest of the matches is enforced. */
export function listingOf(matches: readonly Match[]): Listing {
  if (matches.length === 0) return "NOT_LISTED";
  const found = new Set(matches.map((match) => LISTINGS[match.enforce]));
  return STRICTEST.find((listing) => found.has(listing)) ?? "NOT_LISTED";
}

/** What the policy makes of the matches; an unsigned list never denies, whatever a policy function says. */
export function verdictOf(
  matches: readonly Match[],
  standing: { readonly state: ListState | "NONE"; readonly standing: Standing; readonly sequence: number | null },
  policy: PolicyName | PolicyFunction,
): Verdict {
  const { state, sequence } = standing;
  const decision = decide(policy, { listing: listingOf(matches), state, standing: standing.standing });
  const advisory = state === "ADVISORY";
  const action = advisory && decision.action === "deny" ? "review" : decision.action;
  return { action, listed: matches.length > 0, matches, state, advisory, reason: decision.reason, sequence };
}
