import type { Bounds } from "./bounds.ts";
import { limitError, RestError } from "./rest-error.ts";

/** A body whose members are known; the text itself goes to PostgreSQL, so that no digit of a number is lost. */
export interface Payload {
  /** A JSON array of objects. */
  readonly text: string;
  readonly rows: number;
  readonly keys: readonly string[];
}

/**
 * Looks at a body that writes rows: one object, or an array of objects.
 *
 * @param keysMayDiffer - whether `columns` says what counts
 * @throws {RestError} PGRST102
 */
export function readPayload(text: string, bounds: Bounds, keysMayDiffer: boolean): Payload {
  const value = parseJson(text, bounds);
  const rows = Array.isArray(value) ? (value as unknown[]) : [value];
  if (rows.length > bounds.bodyRows) throw limitError(`A body holds at most ${bounds.bodyRows} rows.`, 413);
  const keys = rows.map((row) => Object.keys(objectOf(row)));
  const [first = []] = keys;
  const expected = new Set(first);
  const same = keys.every((members) => members.length === expected.size && members.every((member) => expected.has(member)));
  if (!same && !keysMayDiffer) throw new RestError(400, "PGRST102", "All object keys must match");
  return { text: Array.isArray(value) ? text : `[${text}]`, rows: rows.length, keys: first };
}

/** The arguments of a function: one object, or nothing. */
export function readArguments(text: string, bounds: Bounds): { readonly text: string; readonly keys: readonly string[] } {
  if (text.trim() === "") return { text: "{}", keys: [] };
  return { text, keys: Object.keys(objectOf(parseJson(text, bounds))) };
}

/** @throws {RestError} PGRST102 | PGRST100 where it is nested too deeply for PostgreSQL's stack */
export function parseJson(text: string, bounds: Bounds): unknown {
  if (depthOf(text) > bounds.bodyDepth) throw limitError(`JSON is nested at most ${bounds.bodyDepth} levels deep.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RestError(400, "PGRST102", "Empty or invalid json");
  }
}

const BRACKETS = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [token] of text.matchAll(BRACKETS)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RestError(400, "PGRST102", "Body must be a JSON object or an array of objects");
}
