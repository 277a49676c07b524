/** What an operator should hear of; `code` says what, `alarm` whether somebody should look now. */
export interface VerifierEvent {
  readonly type: "accepted" | "unchanged" | "refused" | "download_failed" | "store_failed" | "clock_rollback" | "held_back";
  readonly alarm: boolean;
  /** `LIST_…`, `KEYSET_…`, `HTTP_…` or the verifier's own. */
  readonly code: string;
  readonly message: string;
  /** Number of the list that answers from now on; null where there is none. */
  readonly sequence: number | null;
}
