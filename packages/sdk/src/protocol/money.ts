import { AMOUNT_INVALID, AMOUNT_RANGE, DECIMAL_INVALID } from "./codes/values.ts";
import { protocolError, type HintedCode } from "./errors.ts";

/** A decimal as it may be handed in: the wire's string, or a number whose shortest form is that string. */
export type DecimalInput = string | number;

/** Digits before the point; amounts are below 10^12 units of their currency. */
const INTEGER_DIGITS = 12;
const MAX_TEXT = 48;
const POINT = -2;

/**
 * The value of a wire decimal in units of 10^-places, -1 where it is not one.
 *
 * Exact below 2^53, which covers weights, rates and percentages; above that only its sign and rough size mean something.
 */
export function readDecimal(value: unknown, places: number): number {
  const text = decimalText(value);
  const length = text.length;
  if (length > MAX_TEXT) return -1;
  let units = 0;
  let point = length;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === POINT && point === length && at < length - 1) point = at;
    else return -1;
  }
  const decimals = point === length ? 0 : length - point - 1;
  if (point === 0 || decimals > places || (point > 1 && text.startsWith("0"))) return -1;
  for (let place = decimals; place < places; place += 1) units *= 10;
  return units;
}

/** A number counts by its shortest form; a sign, an exponent, NaN then fail like any other text. */
function decimalText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" && !Object.is(value, -0) ? String(value) : "";
}

function wholeUnits(value: unknown, places: number, code: HintedCode, path: string | undefined): bigint {
  if (readDecimal(value, places) < 0) {
    throw protocolError(code, `${shown(value)} is not a decimal with at most ${places} places`, path);
  }
  const [whole = "", decimals = ""] = decimalText(value).split(".");
  if (whole.length > INTEGER_DIGITS) throw protocolError(AMOUNT_RANGE, `${shown(value)} is not below 10^${INTEGER_DIGITS}`, path);
  return BigInt(whole + decimals.padEnd(places, "0"));
}

/** What a message repeats of a stranger's value. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * Reads an amount of a currency into its smallest units.
 *
 * Takes ASCII digits on both sides of an optional point, without sign, superfluous leading zeros or exponent, with at most
 * `scale` places (6 for USD, 8 for BTC, 0 for BUZZ), below 10^12 units of the currency; a number where its shortest form is that.
 * @returns the amount in units of 10^-scale
 * @throws AMOUNT_INVALID | AMOUNT_RANGE
 * @see docs/spec/2-money.md clause 2.2, vectors/amounts.json
 * @example parseAmount("0.30") // 300000n
 */
export function parseAmount(value: DecimalInput, scale = 6, path?: string): bigint {
  return wholeUnits(value, scale, AMOUNT_INVALID, path);
}

/**
 * Writes smallest units as a decimal string with exactly `scale` places.
 *
 * @throws AMOUNT_RANGE for negative units: the wire knows no sign
 * @see docs/spec/2-money.md clause 2.2
 * @example formatAmount(300000n) // "0.300000"
 */
export function formatAmount(units: bigint, scale = 6): string {
  if (units < 0n) throw protocolError(AMOUNT_RANGE, `${units} units are below zero`);
  const digits = String(units).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Reads US dollars into micro-dollars. @throws AMOUNT_INVALID | AMOUNT_RANGE @see docs/spec/2-money.md clause 2.2 */
export function parseUsd(value: DecimalInput, path?: string): bigint {
  return parseAmount(value, 6, path);
}

/** Writes micro-dollars as US dollars with six places. @throws AMOUNT_RANGE @see docs/spec/2-money.md clause 2.2 */
export function formatUsd(microUsd: bigint): string {
  return formatAmount(microUsd, 6);
}

/**
 * Reads a decimal that is no amount (a rate of exchange, a percentage) in the amounts' grammar.
 *
 * @returns units of 10^-places
 * @throws DECIMAL_INVALID | AMOUNT_RANGE
 * @see docs/spec/2-money.md clause 2.2
 */
export function parseDecimal(value: DecimalInput, places: number, path?: string): bigint {
  return wholeUnits(value, places, DECIMAL_INVALID, path);
}

/** Writes units of 10^-places in the shortest decimal form: no superfluous zero, no lone point. @example formatDecimal(2500000n, 6) // "2.5" */
export function formatDecimal(units: bigint, places: number): string {
  const text = formatAmount(units, places);
  return places === 0 ? text : text.replace(/\.?0+$/, "");
}

/** Places of weights, rates and percentages. */
const PART_PLACES = 6;

/**
 * Reads a weight, rate or percentage between 0 and `max`, up to six places.
 *
 * @returns units of 10^-6
 * @throws the given code, for a sign, a seventh place and everything above `max` alike
 */
export function parsePart(value: DecimalInput, max: number, code: HintedCode, path?: string): bigint {
  const units = readDecimal(value, PART_PLACES);
  if (units >= 0 && units <= max * 10 ** PART_PLACES) return BigInt(units);
  throw protocolError(code, `${shown(value)} is not between 0 and ${max} with at most six places`, path);
}
