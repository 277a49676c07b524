import type { ListState } from "@omla/sdk/protocol";

/** What a gateway is told to do; `review` means: a person or a rule of the operator decides. */
export type Action = "allow" | "deny" | "review";

/** How the strictest matching entry is enforced; `NOT_LISTED` where nothing matches. */
export type Listing = "DENY" | "WARN" | "SUSPENDED" | "NOT_LISTED";

/** The five states of a list, where two of them change with their age: 14 days is where trust in an old list runs out. */
export type Standing = "FRESH" | "STALE" | "STALE_LONG" | "EXPIRED" | "EXPIRED_LONG" | "ADVISORY" | "NONE";

export type Reason =
  | "NOT_LISTED"
  | "LISTED"
  | "LISTED_WARN"
  | "LISTED_SUSPENDED"
  | "LIST_STALE"
  | "LIST_EXPIRED"
  | "LIST_ADVISORY"
  | "NO_LIST"
  | "ANNOTATED";

export interface Decision {
  readonly action: Action;
  readonly reason: Reason;
}

export interface PolicyInput {
  readonly listing: Listing;
  readonly state: ListState | "NONE";
  readonly standing: Standing;
}

/** Decides by itself; what it throws or answers amiss is read as the table's answer for `payments`. */
export type PolicyFunction = (input: PolicyInput) => Decision;
export type PolicyName = "gateway" | "payments" | "advisory";

type Row = Readonly<Record<Listing, Decision>>;
type Table = Readonly<Record<Standing, Row>>;

const to = (action: Action, reason: Reason): Decision => ({ action, reason });
const allowed = to("allow", "NOT_LISTED");
const warned = to("review", "LISTED_WARN");
const suspended = to("review", "LISTED_SUSPENDED");

const enforced: Row = { DENY: to("deny", "LISTED"), WARN: warned, SUSPENDED: suspended, NOT_LISTED: allowed };
const row = (listed: Decision, notListed: Decision): Row => ({ DENY: listed, WARN: listed, SUSPENDED: listed, NOT_LISTED: notListed });
const annotated = row(to("allow", "ANNOTATED"), to("allow", "NOT_LISTED"));

/** Every state of the list × what was found × policy; each cell with its reason. */
export const POLICIES: Readonly<Record<PolicyName, Table>> = {
  // Fails open: the registry being down must not take inference down with it.
  gateway: {
    FRESH: enforced,
    STALE: { ...enforced, NOT_LISTED: to("allow", "LIST_STALE") },
    STALE_LONG: { ...enforced, NOT_LISTED: to("allow", "LIST_STALE") },
    EXPIRED: { ...enforced, NOT_LISTED: to("allow", "LIST_EXPIRED") },
    EXPIRED_LONG: row(to("review", "LIST_EXPIRED"), to("allow", "LIST_EXPIRED")),
    ADVISORY: row(to("review", "LIST_ADVISORY"), to("allow", "LIST_ADVISORY")),
    NONE: row(to("allow", "NO_LIST"), to("allow", "NO_LIST")),
  },
  // Fails closed: who moves money asks a person rather than guess.
  payments: {
    FRESH: enforced,
    STALE: { ...enforced, NOT_LISTED: to("allow", "LIST_STALE") },
    STALE_LONG: { ...enforced, NOT_LISTED: to("review", "LIST_STALE") },
    EXPIRED: { ...enforced, NOT_LISTED: to("review", "LIST_EXPIRED") },
    EXPIRED_LONG: row(to("review", "LIST_EXPIRED"), to("review", "LIST_EXPIRED")),
    ADVISORY: row(to("review", "LIST_ADVISORY"), to("allow", "LIST_ADVISORY")),
    NONE: row(to("review", "NO_LIST"), to("review", "NO_LIST")),
  },
  advisory: {
    FRESH: annotated,
    STALE: annotated,
    STALE_LONG: annotated,
    EXPIRED: annotated,
    EXPIRED_LONG: annotated,
    ADVISORY: annotated,
    NONE: row(to("allow", "NO_LIST"), to("allow", "NO_LIST")),
  },
};

const ACTIONS: ReadonlySet<unknown> = new Set<Action>(["allow", "deny", "review"]);

/** The decision of a named policy, or of the operator's function; a function that fails is answered as `payments` would. */
export function decide(policy: PolicyName | PolicyFunction, input: PolicyInput): Decision {
  if (typeof policy === "string") return POLICIES[policy][input.standing][input.listing];
  const fallback = POLICIES.payments[input.standing][input.listing];
  try {
    // Each member is read once, in here: a getter may throw, or answer otherwise the next time.
    const { action, reason } = policy(input);
    if (!ACTIONS.has(action)) return fallback;
    return { action, reason: typeof reason === "string" ? reason : fallback.reason };
  } catch {
    return fallback;
  }
}
