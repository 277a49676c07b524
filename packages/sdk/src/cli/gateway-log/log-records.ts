import { createCsvReader, hasOpenQuote } from "../report-file/csv.ts";
import { linesOf, type LogChunk, logChunks } from "./log-lines.ts";
import { createObjectSplitter } from "./object-splitter.ts";

/** One request of a log, not yet understood. */
export interface LogRecord {
  /** Undefined where the text could not be read. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  /** Its line, or its number in an array. */
  readonly line: number;
  readonly bytesRead: number;
}

/** An array, bare or as the first member of an object; everything else is one object per line. */
const ARRAY = /^\s*(\[|\{\s*"\w+"\s*:\s*\[)/;

/**
 * The requests of a log: JSON lines, a JSON array over one or many lines, or CSV with titles.
 *
 * A record that cannot be read is given as such: one bad line does not lose a quarter.
 */
export async function* logRecords(path: string): AsyncGenerator<LogRecord> {
  const chunks = logChunks(path);
  if (/\.(csv|tsv)(\.gz)?$/i.test(path)) {
    yield* csvRecords(chunks);
    return;
  }
  const first = await chunks.next();
  if (first.done === true) return;
  const all = startingWith(first.value, chunks);
  yield* ARRAY.test(first.value.text) ? arrayRecords(all) : lineRecords(all);
}

async function* startingWith(first: LogChunk, rest: AsyncGenerator<LogChunk>): AsyncGenerator<LogChunk> {
  yield first;
  yield* rest;
}

async function* csvRecords(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogRecord> {
  const reader = createCsvReader();
  let record = "";
  for await (const { text, number, bytesRead } of linesOf(chunks)) {
    record = record === "" ? text : `${record}\n${text}`;
    if (hasOpenQuote(record)) continue;
    const row = reader.read(record, number);
    record = "";
    if (row !== undefined) yield { value: row.cells, line: number, bytesRead };
  }
  if (record !== "") yield { value: undefined, line: 0, bytesRead: 0 };
}

async function* lineRecords(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogRecord> {
  for await (const { text, number, bytesRead } of linesOf(chunks)) {
    if (text.trim() !== "") yield { value: parseObject(text), line: number, bytesRead };
  }
}

async function* arrayRecords(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogRecord> {
  const splitter = createObjectSplitter();
  let number = 0;
  for await (const { text, bytesRead } of chunks) {
    for (const part of splitter.push(text)) yield { value: parseObject(part), line: (number += 1), bytesRead };
  }
  if (splitter.isInside()) yield { value: undefined, line: number + 1, bytesRead: 0 };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
