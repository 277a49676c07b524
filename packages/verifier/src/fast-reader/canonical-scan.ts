import { compareNames, isForbiddenName } from "./member-names.ts";

/** The bytes at hand are not canonical JSON of the strict subset. */
export const FAULT = -1;
/** The bytes end inside a value. */
export const CUT = -2;

/** Levels of objects and arrays, the document itself included. @see docs/spec/3-identity.md clause 3.11 */
const MAX_DEPTH = 16;
const [QUOTE, COMMA, MINUS, ZERO, NINE, COLON, BACKSLASH] = [34, 44, 45, 48, 57, 58, 92] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125] as const;
const LITERALS: Readonly<Record<number, readonly number[]>> = {
  116: Array.from("true", (char) => char.charCodeAt(0)),
  102: Array.from("false", (char) => char.charCodeAt(0)),
  110: Array.from("null", (char) => char.charCodeAt(0)),
};
/** Escapes of one letter that the canonical form uses: `"`, `\`, b, f, n, r, t. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([34, 92, 98, 102, 110, 114, 116]);
/** `\u00xx` of the control characters that have no short escape; NUL is not in the subset. */
const LONG_ESCAPE = /^u00(?:0[1-7be-f]|1[0-9a-f])$/;

/**
 * Passes over one value in canonical form; the bytes are known to be UTF-8.
 *
 * @param depth - levels around the value
 * @returns where it ends, FAULT or CUT
 * @see docs/spec/3-identity.md clauses 3.9 to 3.11
 */
export function scanValue(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (at >= end) return CUT;
  const first = bytes[at] as number;
  if (first === QUOTE) return scanString(bytes, at, end);
  if (first === OPEN_OBJECT) return scanObject(bytes, at, end, depth);
  if (first === OPEN_LIST) return scanList(bytes, at, end, depth);
  if (first === MINUS || (first >= ZERO && first <= NINE)) return scanNumber(bytes, at, end);
  return scanLiteral(bytes, at, end, first);
}

/** Passes over a string that begins at `at`. */
export function scanString(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return CUT;
  if (bytes[at] !== QUOTE) return FAULT;
  for (let next = at + 1; next < end; next += 1) {
    const byte = bytes[next] as number;
    if (byte === QUOTE) return next + 1;
    if (byte < 32) return FAULT;
    if (byte !== BACKSLASH) continue;
    const length = escapeLength(bytes, next + 1, end);
    if (length < 0) return length;
    next += length;
  }
  return CUT;
}

function escapeLength(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return CUT;
  if (SHORT_ESCAPES.has(bytes[at] as number)) return 1;
  if (at + 5 > end) return CUT;
  return LONG_ESCAPE.test(String.fromCharCode(...bytes.subarray(at, at + 5))) ? 5 : FAULT;
}

/** Safe integers as JavaScript prints them: no point, exponent, leading zero or −0. */
function scanNumber(bytes: Uint8Array, at: number, end: number): number {
  const digits = bytes[at] === MINUS ? at + 1 : at;
  let next = digits;
  let value = 0;
  while (next < end && (bytes[next] as number) >= ZERO && (bytes[next] as number) <= NINE) {
    value = value * 10 + ((bytes[next] as number) - ZERO);
    next += 1;
  }
  if (next >= end) return CUT;
  const isPadded = bytes[digits] === ZERO && (next - digits > 1 || digits > at);
  return next === digits || isPadded || !Number.isSafeInteger(value) ? FAULT : next;
}

function scanLiteral(bytes: Uint8Array, at: number, end: number, first: number): number {
  const literal = LITERALS[first];
  if (literal === undefined) return FAULT;
  for (let index = 0; index < literal.length; index += 1) {
    if (at + index >= end) return CUT;
    if (bytes[at + index] !== literal[index]) return FAULT;
  }
  return at + literal.length;
}

function scanList(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (depth >= MAX_DEPTH) return FAULT;
  let next = at + 1;
  if (bytes[next] === CLOSE_LIST && next < end) return next + 1;
  for (;;) {
    next = scanValue(bytes, next, end, depth + 1);
    if (next < 0) return next;
    if (next >= end) return CUT;
    if (bytes[next] === CLOSE_LIST) return next + 1;
    if (bytes[next] !== COMMA) return FAULT;
    next += 1;
  }
}

function scanObject(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (depth >= MAX_DEPTH) return FAULT;
  let next = at + 1;
  if (bytes[next] === CLOSE_OBJECT && next < end) return next + 1;
  let previous = 0;
  let previousEnd = 0;
  for (;;) {
    const name = next;
    const nameEnd = scanName(bytes, name, end, previous, previousEnd);
    if (nameEnd < 0) return nameEnd;
    next = scanValue(bytes, nameEnd + 1, end, depth + 1);
    if (next < 0) return next;
    if (next >= end) return CUT;
    if (bytes[next] === CLOSE_OBJECT) return next + 1;
    if (bytes[next] !== COMMA) return FAULT;
    next += 1;
    previous = name;
    previousEnd = nameEnd;
  }
}

/**
 * Passes over a member's name, which must follow the one before it, and checks that a colon follows.
 *
 * @param previous - where the name before it stands, quotes included; `previousEnd` is 0 where there is none
 * @returns where the colon stands
 */
export function scanName(bytes: Uint8Array, at: number, end: number, previous: number, previousEnd: number): number {
  const nameEnd = scanString(bytes, at, end);
  if (nameEnd < 0) return nameEnd;
  if (nameEnd >= end) return CUT;
  if (bytes[nameEnd] !== COLON || isForbiddenName(bytes, at, nameEnd)) return FAULT;
  return previousEnd > 0 && compareNames(bytes, previous, previousEnd, at, nameEnd) >= 0 ? FAULT : nameEnd;
}
