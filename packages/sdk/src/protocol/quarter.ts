import { QUARTER_INVALID } from "./codes/values.ts";
import { protocolError } from "./errors.ts";
import { shown } from "./money.ts";

/** A calendar quarter in UTC. */
export interface Quarter {
  readonly year: number;
  readonly quarter: 1 | 2 | 3 | 4;
  /** The wire form, `2026-Q3`. */
  readonly text: string;
}

const PATTERN = /^(19[7-9][0-9]|[2-9][0-9]{3})-Q([1-4])$/;

/**
 * Reads a quarter of the years 1970 to 9999.
 *
 * @throws QUARTER_INVALID
 * @see docs/spec/2-money.md clause 2.13
 * @example parseQuarter("2026-Q3").year // 2026
 */
export function parseQuarter(text: string, path?: string): Quarter {
  const match = typeof text === "string" && text.length === 7 ? PATTERN.exec(text) : null;
  if (match === null) throw protocolError(QUARTER_INVALID, `${shown(text)} is not a quarter`, path);
  return { year: Number(match[1]), quarter: Number(match[2]) as Quarter["quarter"], text };
}

/** Whether the text is a quarter in wire form. */
export function isQuarter(text: unknown): text is string {
  return typeof text === "string" && text.length === 7 && PATTERN.test(text);
}

/** The first instant of a quarter. @throws QUARTER_INVALID */
export function quarterStart(text: string): Date {
  const { year, quarter } = parseQuarter(text);
  return new Date(Date.UTC(year, (quarter - 1) * 3, 1));
}

/** The end of a quarter, which is the first instant of the next. @throws QUARTER_INVALID @see docs/spec/2-money.md clause 2.13 */
export function quarterEnd(text: string): Date {
  const { year, quarter } = parseQuarter(text);
  return new Date(Date.UTC(year, quarter * 3, 1));
}

/** The quarter after the given one. @throws QUARTER_INVALID, also past the year 9999 */
export function nextQuarter(text: string): string {
  return stepQuarter(text, 1);
}

/** The quarter before the given one. @throws QUARTER_INVALID, also before the year 1970 */
export function previousQuarter(text: string): string {
  return stepQuarter(text, -1);
}

function stepQuarter(text: string, step: number): string {
  const { year, quarter } = parseQuarter(text);
  const index = year * 4 + quarter - 1 + step;
  return parseQuarter(`${Math.floor(index / 4)}-Q${(index % 4) + 1}`).text;
}

/** The quarter in which an instant falls, in UTC. @throws QUARTER_INVALID for an invalid date or one outside 1970 to 9999 */
export function quarterOf(date: Date): string {
  return parseQuarter(`${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`).text;
}

/** Negative, zero or positive as the first quarter is before, the same as, or after the second. @throws QUARTER_INVALID */
export function compareQuarters(a: string, b: string): number {
  const [first, second] = [parseQuarter(a), parseQuarter(b)];
  return (first.year - second.year) * 4 + first.quarter - second.quarter;
}
