import type { ReportChange } from "../client/compare-reports.ts";
import { shortUsd, table } from "./table.ts";

/** What an amendment changed, by model and figure. */
export function differenceTable(changes: readonly ReportChange[], version: number): string {
  if (changes.length === 0) return `Nothing differs from version ${version}.\n`;
  return `Changes against version ${version}:\n${table(changes, [
    { title: "what", of: ({ name }) => name },
    { title: "figure", of: ({ member }) => member },
    { title: "before", of: ({ before }) => shown(before), align: "right" },
    { title: "now", of: ({ after }) => shown(after), align: "right" },
    { title: "difference", of: ({ difference }) => shown(difference), align: "right" },
  ])}`;
}

function shown(value: string | null): string {
  if (value === null) return "-";
  return /\.\d{6}$/.test(value) ? shortUsd(value) : value;
}
