import { OmlaError } from "../../protocol/errors.ts";
import type { PipelineModel, PlainEntry, ReportEntry } from "../../protocol/report.ts";
import type { ReportInput } from "../../client/report-input.ts";
import { type CsvRow, parseCsv } from "./csv.ts";

const REQUIRED = ["model", "inferences", "revenue_usd", "run_cost_usd"] as const;
const OPTIONAL = ["routing_fees_usd", "royalty_usd", "pipeline", "weight", "quarter"] as const;
const AMOUNTS = ["revenue_usd", "run_cost_usd", "routing_fees_usd", "royalty_usd"] as const;

/**
 * A report from a table: one row per model; rows of one pipeline carry its name, and its amounts once or alike.
 *
 * @param quarter what `--quarter` says; else the column `quarter`, the same in every row
 * @throws {OmlaError} CSV_INVALID | CSV_COLUMN | QUARTER_MISSING with the line
 */
export function reportFromCsv(text: string, quarter: string | undefined): ReportInput {
  const rows = parseCsv(text);
  checkColumns(rows);
  const entries: ReportEntry[] = [];
  const pipelines = new Map<string, { readonly first: CsvRow; readonly models: PipelineModel[] }>();
  for (const row of rows) {
    const name = row.cells["pipeline"] ?? "";
    if (name === "") {
      entries.push(plainEntry(row));
      continue;
    }
    const known = pipelines.get(name);
    if (known === undefined) {
      const models = [pipelineModel(row)];
      pipelines.set(name, { first: row, models });
      entries.push({ pipeline: name, ...amountsOf(row), models });
    } else {
      checkSameAmounts(known.first, row);
      known.models.push(pipelineModel(row));
    }
  }
  return { quarter: quarter ?? quarterOf(rows), entries };
}

function checkColumns(rows: readonly CsvRow[]): void {
  const titles = Object.keys(rows[0]?.cells ?? {}).filter((title) => title !== "");
  if (rows.length === 0) return;
  const missing = REQUIRED.find((title) => !titles.includes(title));
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL];
  const unknown = titles.find((title) => !known.includes(title));
  const hint = `Columns: ${REQUIRED.join(", ")}, and where needed ${OPTIONAL.join(", ")}.`;
  if (missing !== undefined) throw new OmlaError("CSV_COLUMN", `the column ${missing} is missing`, { path: missing, hint });
  if (unknown !== undefined)
    throw new OmlaError("CSV_COLUMN", `there is no column ${JSON.stringify(unknown.slice(0, 40))}`, { path: unknown, hint });
}

function plainEntry(row: CsvRow): PlainEntry {
  return { model: row.cells["model"] ?? "", inferences: countOf(row), ...amountsOf(row) };
}

function pipelineModel(row: CsvRow): PipelineModel {
  return { model: row.cells["model"] ?? "", weight: row.cells["weight"] ?? "", inferences: countOf(row) };
}

type Amounts = Pick<PlainEntry, "revenue_usd" | "run_cost_usd" | "routing_fees_usd" | "royalty_usd">;

/** An amount that is missing is named by the client, with the path of its entry. */
function amountsOf({ cells, line }: CsvRow): Amounts {
  const filled = AMOUNTS.filter((title) => (cells[title] ?? "") !== "");
  return Object.fromEntries(filled.map((title) => [title, plainAmount(cells[title] ?? "", title, line)])) as unknown as Amounts;
}

/** Currency signs, thousands separators and decimal commas are not guessed at. */
function plainAmount(text: string, title: string, line: number): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  throw new OmlaError("AMOUNT_INVALID", `${JSON.stringify(text.slice(0, 40))} is not a plain amount (line ${line})`, {
    path: title,
    details: { line },
    hint: "Write amounts as 18400.00: a point before the cents, no separator, no currency sign. In a spreadsheet, format the column as plain numbers.",
  });
}

function countOf({ cells, line }: CsvRow): number {
  const text = cells["inferences"] ?? "";
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new OmlaError("COUNT_INVALID", `${JSON.stringify(text.slice(0, 40))} is not a whole number (line ${line})`, {
    path: "inferences",
    details: { line },
    hint: "Write counts as 1200000, without separators.",
  });
}

/** Further rows of a pipeline leave the amounts empty or repeat them. */
function checkSameAmounts(first: CsvRow, row: CsvRow): void {
  const other = AMOUNTS.find((title) => (row.cells[title] ?? "") !== "" && row.cells[title] !== first.cells[title]);
  if (other === undefined) return;
  throw new OmlaError(
    "CSV_PIPELINE",
    `line ${row.line} gives the pipeline ${JSON.stringify(row.cells["pipeline"])} another ${other} than line ${first.line}`,
    {
      path: other,
      details: { line: row.line },
      hint: "A pipeline earns once: leave the amounts empty in its further rows.",
    },
  );
}

function quarterOf(rows: readonly CsvRow[]): string {
  const named = [...new Set(rows.map(({ cells }) => cells["quarter"] ?? "").filter((text) => text !== ""))];
  const [quarter] = named;
  if (quarter !== undefined && named.length === 1) return quarter;
  const message = named.length === 0 ? "no quarter is given" : `the rows name several quarters: ${named.slice(0, 4).join(", ")}`;
  throw new OmlaError("QUARTER_MISSING", message, { path: "quarter", hint: "Add --quarter 2026-Q3; one report is one quarter." });
}
