import { resolve } from "node:path";
import type { FiledReport } from "../client/filed-report.ts";
import { OmlaVersionError } from "../client/errors.ts";
import type { Receipt } from "../client/receipt.ts";
import type { ReportInput } from "../client/report-input.ts";
import { compareReports } from "../client/compare-reports.ts";
import { type Call, type Command, type ExitCode, flag, textOption, UsageError } from "./command.ts";
import { draftFromLogs } from "./draft-from-logs.ts";
import { differenceTable } from "./difference-table.ts";
import { receiptTables } from "./receipt-tables.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { readReport } from "./report-file/read-report.ts";
import { API_KEY_OPTIONS, requiredApiKey } from "./secrets.ts";
import { style } from "./style.ts";

export const report: Command = {
  summary: "file a quarter's report, amend it, or draft it from request logs",
  help: `
omla report FILE --registry URL [--quarter 2026-Q3] [--amend] [--final]
omla report --nil --quarter 2026-Q3 --registry URL
omla report --from-log LOG… --map MODELS.json --quarter 2026-Q3 [--out draft.json]

Files the report in FILE (JSON or CSV, see omla quote --help). The same report twice is one report. The API key comes from
OMLA_API_KEY or --api-key-file. Look at it first with omla quote.

  omla report q3.csv --quarter 2026-Q3 --registry https://registry.example
  omla report q3.json --amend              replaces what was filed for the quarter, and shows the difference
  omla report --nil --quarter 2026-Q4      no use of any model; --final says that no report will follow

--from-log reads request logs line by line, however long: LiteLLM's StandardLoggingPayload lines, LiteLLM spend-log exports
(JSON, JSON lines or CSV) and OpenAI responses with their usage. It sends nothing: it writes a draft in which requests are counted
and costs added up, doubles are dropped, and the revenue is left for you. MODELS.json names your models:
  { "llama-3-8b-omla": "omla1…", "gpt-4o": null }        null: not an OMLA model, not counted

  omla report --from-log requests.jsonl --map models.json --quarter 2026-Q3 --out draft.json
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...API_KEY_OPTIONS,
    quarter: { type: "string" },
    amend: { type: "boolean" },
    final: { type: "boolean" },
    nil: { type: "boolean" },
    "from-log": { type: "boolean" },
    map: { type: "string" },
    out: { type: "string" },
  },
  operands: { min: 0, max: 1_000 },
  run: async (call) => (flag(call, "from-log") ? draftFromLogs(call) : fileReport(call)),
};

async function fileReport(call: Call): Promise<ExitCode> {
  const { console } = call;
  const input = await readInput(call);
  const { reports } = connect(call, requiredApiKey(call));
  const options = { signal: console.signal };
  if (!flag(call, "amend")) return show(call, await reports.file(input, options), undefined);
  const before = await readBefore(call, () => reports.get(input.quarter, options));
  return show(call, await reports.amend(input, options), before);
}

/** The difference is a service to the reader: a registry that cannot show what was filed still takes the amendment. */
async function readBefore(call: Call, get: () => Promise<FiledReport | undefined>): Promise<FiledReport | undefined> {
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof OmlaVersionError)) throw error;
    call.console.err("note: this registry does not show what was filed, so no difference is shown\n");
    return undefined;
  }
}

async function readInput(call: Call): Promise<ReportInput> {
  const { console, operands } = call;
  const quarter = textOption(call, "quarter");
  const final = flag(call, "final") ? { final: true } : {};
  if (flag(call, "nil")) {
    if (quarter === undefined || operands.length > 0) throw new UsageError("a nil report takes --quarter 2026-Q3 and no file");
    return { quarter, entries: [], ...final };
  }
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw new UsageError("one report file is needed, or --nil, or --from-log with its logs");
  return { ...(await readReport(resolve(console.folder, file), quarter)), ...final };
}

function show(call: Call, receipt: Receipt, before: FiledReport | undefined): ExitCode {
  const { console } = call;
  const changes = before === undefined ? [] : compareReports(before, receipt);
  if (call.json) console.out(`${JSON.stringify(before === undefined ? receipt : { ...receipt, changes }, undefined, 2)}\n`);
  else
    console.out(
      receiptTables(receipt, style(console.outIsTerminal)) + (before === undefined ? "" : `\n${differenceTable(changes, before.version)}`),
    );
  return 0;
}
