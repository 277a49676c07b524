export { verifyBlacklist } from "@omla/sdk/protocol";
export { createVerifier } from "./create-verifier.ts";
export { createDiskStore, type ListStore, type SaveOptions, type StoredList } from "./disk-store.ts";
export type { Match, MatchedBy, Subject } from "./index-of-entries.ts";
export { formatMetrics } from "./metrics.ts";
export {
  type Action,
  type Decision,
  type Listing,
  POLICIES,
  type PolicyFunction,
  type PolicyInput,
  type PolicyName,
  type Reason,
  type Standing,
} from "./policy.ts";
export type { Verdict } from "./verdict.ts";
export type { VerifierEvent } from "./verifier-event.ts";
export type { VerifierOptions } from "./verifier-options.ts";
export type { RefreshResult, Verifier, VerifierStatus } from "./verifier.ts";
