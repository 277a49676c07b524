import type { Verdict } from "./verdict.ts";

/** Name of the header that carries the verdict, on what passes and on what is refused. */
export const VERDICT_HEADER = "omla-verdict";

/** `deny; reason=LISTED; state=FRESH; sequence=12`, a structured header with parameters. */
export function formatVerdict({ action, reason, state, sequence }: Verdict): string {
  return `${action}; reason=${reason}; state=${state}${sequence === null ? "" : `; sequence=${sequence}`}`;
}
