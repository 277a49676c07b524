import type { DraftCounts, ReportDraft } from "./draft.ts";

const SHOWN_NAMES = 10;

/** What the user should know before the draft becomes a report, the gravest first. */
export function draftWarnings(draft: ReportDraft, counts: DraftCounts): string[] {
  const unmapped = Object.entries(counts.unmapped).sort(([, a], [, b]) => b - a);
  const names = unmapped.slice(0, SHOWN_NAMES).map(([name, count]) => `${name} (${count})`);
  const more = unmapped.length > SHOWN_NAMES ? ` and ${unmapped.length - SHOWN_NAMES} more names` : "";
  const rows: readonly (readonly [number, string])[] = [
    [
      unmapped.length,
      `not in the model map, so not counted: ${names.join(", ")}${more}. Map each to its address, or to null where it is no OMLA model.`,
    ],
    [counts.unreadable, `${counts.unreadable} records could not be read; the log may be cut off there.`],
    [counts.unknown_format, `${counts.unknown_format} records are of no known format and were not counted.`],
    [counts.without_id, `${counts.without_id} requests have no id: doubles among them cannot be told.`],
    [counts.without_time, `${counts.without_time} requests have no time: they are counted as if they fell into ${draft.quarter}.`],
    [
      counts.without_usage,
      `${counts.without_usage} requests have no token usage: was the answer cut off, or usage not asked for when streaming?`,
    ],
    [counts.without_cost, `${counts.without_cost} requests have no cost: add what they cost to run_cost_usd.`],
    [
      counts.zero_cost,
      `${counts.zero_cost} requests cost 0 and were not answered from a cache: the gateway may have no price for the model.`,
    ],
  ];
  return [
    ...rows.filter(([count]) => count > 0).map(([, text]) => text),
    "revenue_usd is left for you, and run_cost_usd holds only what the gateway recorded: add storage, bandwidth, hardware and support.",
  ];
}
