import { OmlaError } from "../../protocol/errors.ts";

/** A row of a CSV file by its titles, and the line on which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** By delimiter, what ends a cell without quotes. */
const STOPS: Readonly<Record<string, RegExp>> = { ",": /[,\r\n]/g, ";": /[;\r\n]/g, "\t": /[\t\r\n]/g };

/** Reads one record at a time; the first one gives the titles. */
export interface CsvReader {
  /** The row of a record's text, which may hold line breaks in quotes; undefined for the titles and for empty rows. */
  read(record: string, line: number): CsvRow | undefined;
}

/**
 * Reads CSV as RFC 4180 and spreadsheets write it: quoted cells with line breaks inside, CRLF, and `,` `;` or tab between cells.
 *
 * Titles are trimmed and lower case. Empty rows are left out.
 *
 * @throws {OmlaError} CSV_INVALID with the line
 */
export function parseCsv(text: string): CsvRow[] {
  const reader = createCsvReader();
  const rows: CsvRow[] = [];
  for (const { record, line } of csvRecords(text.split("\n"))) {
    const row = reader.read(record, line);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** Lines put together where a quoted cell goes over several of them. */
export function* csvRecords(lines: Iterable<string>): Generator<{ record: string; line: number }> {
  let record = "";
  let begins = 1;
  let line = 0;
  for (const text of lines) {
    line += 1;
    if (record === "") begins = line;
    record = record === "" ? text : `${record}\n${text}`;
    if (hasOpenQuote(record)) continue;
    yield { record, line: begins };
    record = "";
  }
  if (record !== "") throw fault("a quoted cell does not end; the file may be cut off", begins);
}

/** A record is whole where its quotes come in pairs. */
export function hasOpenQuote(record: string): boolean {
  let isOpen = false;
  for (let at = record.indexOf('"'); at >= 0; at = record.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}

export function createCsvReader(): CsvReader {
  let titles: readonly string[] | undefined;
  let delimiter = ",";
  return {
    read(record, line) {
      const text = record.endsWith("\r") ? record.slice(0, -1) : record;
      if (text.trim() === "") return undefined;
      if (titles === undefined) {
        delimiter = delimiterOf(text);
        titles = readTitles(readCells(text, delimiter, line), line);
        return undefined;
      }
      return rowOf(titles, readCells(text, delimiter, line), line);
    },
  };
}

/** The delimiter that the titles use most. */
function delimiterOf(titles: string): string {
  const count = (delimiter: string): number => titles.split(delimiter).length;
  return Object.keys(STOPS).reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",");
}

function readTitles(cells: readonly string[], line: number): readonly string[] {
  const titles = cells.map((title) => title.trim().toLowerCase());
  const twice = titles.find((title, at) => title !== "" && titles.indexOf(title) !== at);
  if (twice !== undefined) throw fault(`the column ${JSON.stringify(twice)} stands twice`, line);
  return titles;
}

function rowOf(titles: readonly string[], cells: readonly string[], line: number): CsvRow | undefined {
  if (cells.every((cell) => cell.trim() === "")) return undefined;
  if (cells.slice(titles.length).some((cell) => cell.trim() !== ""))
    throw fault(`${cells.length} cells under ${titles.length} titles`, line);
  return { line, cells: Object.fromEntries(titles.map((title, at) => [title, (cells[at] ?? "").trim()])) };
}

function readCells(text: string, delimiter: string, line: number): string[] {
  const cells: string[] = [];
  for (let at = 0; ; at += 1) {
    const { value, end } = text[at] === '"' ? quotedCell(text, at, delimiter, line) : plainCell(text, at, delimiter);
    cells.push(value);
    at = end;
    if (text[at] !== delimiter) return cells;
  }
}

interface Cell {
  readonly value: string;
  /** Where the cell ends: at a delimiter or the end of the record. */
  readonly end: number;
}

function plainCell(text: string, start: number, delimiter: string): Cell {
  const stop = STOPS[delimiter] ?? /$/g;
  stop.lastIndex = start;
  const end = stop.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number, delimiter: string, line: number): Cell {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) throw fault("a quoted cell does not end; the file may be cut off", line);
  const end = close + 1;
  if (end < text.length && text[end] !== delimiter) throw fault("something follows a closing quote", line);
  return { value: text.slice(start + 1, close).replaceAll('""', '"'), end };
}

function fault(message: string, line: number): OmlaError {
  return new OmlaError("CSV_INVALID", `${message} (line ${line})`, { details: { line }, hint: "Export the table again as CSV in UTF-8." });
}
