import { writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseQuarter } from "../protocol/quarter.ts";
import { type Call, type ExitCode, requiredOption, textOption, UsageError } from "./command.ts";
import type { Console } from "./console.ts";
import { createDraftBuilder, type DraftBuilder, type DraftCounts } from "./gateway-log/draft.ts";
import { draftWarnings } from "./gateway-log/draft-warnings.ts";
import { logRecords } from "./gateway-log/log-records.ts";
import { readModelMap } from "./gateway-log/model-map.ts";
import { readUsage } from "./gateway-log/usage-record.ts";
import { byteText, createProgress } from "./progress.ts";
import { style } from "./style.ts";

/** Between two looks at whether the user wants it stopped. */
const RECORDS_PER_PAUSE = 20_000;

/** Reads request logs into a draft of a report; sends nothing. */
export async function draftFromLogs(call: Call): Promise<ExitCode> {
  const { console, operands } = call;
  if (operands.length === 0) throw new UsageError("--from-log needs at least one log file");
  const quarter = parseQuarter(requiredOption(call, "quarter", "2026-Q3"), "quarter").text;
  const models = await readModelMap(resolve(console.folder, requiredOption(call, "map", "models.json")));
  const builder = createDraftBuilder(quarter, models);
  for (const file of operands) await addLog(resolve(console.folder, file), builder, console);
  const { draft, counts } = builder.finish();
  const warnings = draftWarnings(draft, counts);
  const out = textOption(call, "out");
  const text = `${JSON.stringify(draft, undefined, 2)}\n`;
  if (out !== undefined) writeFileSync(resolve(console.folder, out), text, { flag: "wx" });
  if (call.json) console.out(`${JSON.stringify({ draft, counts, warnings }, undefined, 2)}\n`);
  else showDraft(console, text, out, counts, warnings);
  return 0;
}

async function addLog(path: string, builder: DraftBuilder, console: Console): Promise<void> {
  const progress = createProgress(console, basename(path), (await stat(path)).size, byteText);
  let read = 0;
  for await (const { value, bytesRead } of logRecords(path)) {
    const usage = value === undefined ? undefined : readUsage(value);
    if (usage !== undefined) builder.add(usage);
    else builder.skip(value === undefined ? "unreadable" : "unknown_format");
    read += 1;
    if (read % RECORDS_PER_PAUSE === 0) {
      console.signal.throwIfAborted();
      progress.update(bytesRead);
    }
  }
  progress.end();
}

function showDraft(console: Console, text: string, out: string | undefined, counts: DraftCounts, warnings: readonly string[]): void {
  const paint = style(console.errIsTerminal);
  if (out === undefined) console.out(text);
  const left = [
    [counts.doubles, "doubles dropped"],
    [counts.failed, "failed"],
    [counts.outside_quarter, "outside the quarter"],
    [counts.not_omla, "of other models"],
  ].filter(([count]) => count !== 0);
  console.err(`${counts.records} records read, ${counts.counted} counted${left.map(([count, what]) => `, ${count} ${what}`).join("")}\n`);
  for (const warning of warnings) console.err(`${paint.yellow("note:")} ${warning}\n`);
  if (out !== undefined) console.err(`draft written to ${out}; fill it in, then: omla quote ${out}\n`);
}
