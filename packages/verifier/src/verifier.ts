import type { ListState } from "@omla/sdk/protocol";
import type { Subject } from "./index-of-entries.ts";
import type { Verdict } from "./verdict.ts";
import type { VerifierEvent } from "./verifier-event.ts";

export interface RefreshResult {
  readonly changed: boolean;
  readonly state: ListState | "NONE";
  /** Why nothing new was accepted. */
  readonly code?: string;
}

export interface VerifierStatus {
  readonly state: ListState | "NONE";
  readonly sequence: number | null;
  readonly digest: string | null;
  readonly key_ids: readonly string[];
  readonly entry_count: number;
  readonly generated_at: string | null;
  readonly next_update: string | null;
  readonly expires_at: string | null;
  readonly last_success_at: string | null;
  readonly last_error: { readonly code: string; readonly message: string } | null;
  readonly source: "network" | "disk" | "none";
  /** Downloads that have failed since the last good one. */
  readonly failures: number;
  /** How often each type of event came since the start. */
  readonly events: Readonly<Partial<Record<VerifierEvent["type"], number>>>;
}

export interface Verifier {
  /** Synchronous, without any I/O; never throws, whatever it is given. */
  check(subject: Subject): Verdict;
  /** Downloads now; never rejects on a fault of the network, the list or the disk. */
  refresh(): Promise<RefreshResult>;
  /** Accepts at the next refresh a list that was held back because it changes too much at once. */
  confirm(): Promise<RefreshResult>;
  status(): VerifierStatus;
  /** Resolves once the list on disk was read and, where there was none, the first download was tried. */
  readonly ready: Promise<void>;
  /** Stops the refreshing; `check` goes on answering from the list that is held. */
  close(): void;
}
