const FORBIDDEN: readonly Uint8Array[] = ["__proto__", "constructor", "prototype"].map((name) => new TextEncoder().encode(`"${name}"`));
const BACKSLASH = 92;

/** The value of a string that stands in these bytes with its quotes. */
export function readString(bytes: Uint8Array, start: number, end: number): string {
  return JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end))) as string;
}

/** Whether these bytes are exactly those. */
export function holdsBytes(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index += 1) if (bytes[start + index] !== wanted[index]) return false;
  return true;
}

/** Names that would reach an object's prototype; in canonical form none of their letters is escaped. */
export function isForbiddenName(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return (length === 11 || length === 13) && FORBIDDEN.some((name) => holdsBytes(bytes, start, end, name));
}

/** The order of two names by UTF-16 code unit, quotes included; negative where the first comes first, 0 where they are the same. */
export function compareNames(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  const length = Math.min(aEnd - a, bEnd - b) - 1;
  for (let index = 1; index < length; index += 1) {
    const left = bytes[a + index] as number;
    const right = bytes[b + index] as number;
    // Bytes are ordered as code units are only while both are ASCII and nothing is escaped.
    if (left >= 128 || right >= 128 || left === BACKSLASH || right === BACKSLASH) return compareDecoded(bytes, a, aEnd, b, bEnd);
    if (left !== right) return left - right;
  }
  return aEnd - a - (bEnd - b);
}

function compareDecoded(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  const left = readString(bytes, a, aEnd);
  const right = readString(bytes, b, bEnd);
  return left < right ? -1 : left > right ? 1 : 0;
}
