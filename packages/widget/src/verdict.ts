import type { LastKnown } from "./memory.ts";
import type { RegistryRecord } from "./registry-record.ts";
import type { BadgeState } from "./state.ts";

export type CheckName = "signature" | "registry" | "page" | "weights";

/** What a look-up established, and by what. */
export interface Verdict {
  readonly state: BadgeState;
  /** What was checked and held or did not; what is missing was not checked. */
  readonly checks: Readonly<Partial<Record<CheckName, boolean>>>;
  /** Origin of the trusted registry that was asked. */
  readonly registry?: string | undefined;
  /** What that registry answered. */
  readonly record?: RegistryRecord | undefined;
  /** Origin of a registry that only the sidecar names. It was not asked. */
  readonly claimedAt?: string | undefined;
  /** The last answer of a registry that cannot be reached now. */
  readonly lastKnown?: LastKnown | undefined;
}
