import type { LanguageCode, Speech } from "./language.ts";
import { badgeOf } from "./state.ts";
import type { Verdict } from "./verdict.ts";

/** What stands on the badge for a verdict. */
export function labelOf({ state, lastKnown, claimedAt }: Verdict, { labels, code }: Speech): string {
  if (lastKnown) return `${formatDate(lastKnown.as_of, code)}: ${labels[badgeOf(lastKnown.state)]}`;
  return labels[state].replace("{host}", () => (claimedAt ? new URL(claimedAt).host : "?"));
}

/** A day of the UTC calendar in the reader's language. */
export function formatDate(timestamp: string, code: LanguageCode): string {
  return new Intl.DateTimeFormat(code, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(timestamp));
}
