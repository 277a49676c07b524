import type { Speech } from "./speech.ts";
import { badgeOf } from "./state.ts";
import type { Verdict } from "./verdict.ts";

/** What stands on the badge for a verdict. Of a registry that cannot be reached, the day (of the UTC calendar) and the answer of the last time. */
export function labelOf({ state, lastKnown, claimedAt }: Verdict, { labels, code }: Speech): string {
  if (!lastKnown) return labels[state].replace("{host}", () => (claimedAt ? new URL(claimedAt).host : "?"));
  const day = new Date(lastKnown.as_of).toLocaleDateString(code, { month: "short", day: "numeric", timeZone: "UTC" });
  return `${day}: ${labels[badgeOf(lastKnown.state)]}`;
}
