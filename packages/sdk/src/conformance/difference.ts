import { joinPath } from "../protocol/index.ts";

/** Where and how two JSON values differ; undefined where they are the same. The order of arrays counts, that of members does not. */
export function difference(expected: unknown, actual: unknown, path?: string): string | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual)) return arrayDifference(expected, actual, path);
  if (isRecord(expected) && isRecord(actual)) return recordDifference(expected, actual, path);
  return `${path === undefined ? "" : `${path}: `}expected ${shown(expected)}, got ${shown(actual)}`;
}

function arrayDifference(expected: readonly unknown[], actual: readonly unknown[], path: string | undefined): string | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    const found = difference(expected[index], actual[index], joinPath(path, index));
    if (found !== undefined) return found;
  }
  return undefined;
}

function recordDifference(
  expected: Record<string, unknown>,
  actual: Record<string, unknown>,
  path: string | undefined,
): string | undefined {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(own(expected, name), own(actual, name), joinPath(path, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
