import { TIMESTAMP_INVALID } from "./codes/values.ts";
import { protocolError } from "./errors.ts";

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Whether a value is `YYYY-MM-DDTHH:MM:SSZ` with a date of the real calendar. */
export function isTimestamp(value: unknown): value is string {
  if (typeof value !== "string" || !FORM.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && `${new Date(time).toISOString().slice(0, 19)}Z` === value;
}

/**
 * The instant of a timestamp `YYYY-MM-DDTHH:MM:SSZ`, in UTC and whole seconds.
 *
 * @throws {OmlaError} TIMESTAMP_INVALID also for 30 February, a leap second, an offset or a fraction
 * @see docs/spec/3-identity.md clause 3.17
 */
export function parseTimestamp(text: string, path?: string): Date {
  if (!isTimestamp(text)) throw protocolError(TIMESTAMP_INVALID, "not a time of the form YYYY-MM-DDTHH:MM:SSZ", path);
  return new Date(text);
}

/**
 * The timestamp of an instant, rounded down to whole seconds.
 *
 * @throws {OmlaError} TIMESTAMP_INVALID outside the years 0000 to 9999
 */
export function formatTimestamp(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19)}Z`;
  if (!isTimestamp(text)) throw protocolError(TIMESTAMP_INVALID, "the date is invalid or outside the years 0000 to 9999");
  return text;
}
