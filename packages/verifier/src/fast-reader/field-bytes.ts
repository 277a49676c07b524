import { BECH32_CHARACTERS, CHECKSUM_HOLDS, CHECKSUM_OF_PREFIX, checksumStep } from "@omla/sdk/protocol";

/** Lower-case hex digits to their value, 255 elsewhere. */
const HEX = table("0123456789abcdef");
/** Lower-case characters of Bech32 to their value, 255 elsewhere. */
const BECH32 = table(BECH32_CHARACTERS);
const [QUOTE, DASH, COLON] = [34, 45, 58] as const;

function table(alphabet: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)) & 255);
}

/** Reads a quoted UUID in lower case into a key; answers whether it is one. */
export function readUuidBytes(bytes: Uint8Array, at: number, key: Uint16Array, start: number): boolean {
  if (bytes[at] !== QUOTE || bytes[at + 37] !== QUOTE) return false;
  if (bytes[at + 9] !== DASH || bytes[at + 14] !== DASH || bytes[at + 19] !== DASH || bytes[at + 24] !== DASH) return false;
  let bad = readPiece(bytes, at + 1, key, start) | readPiece(bytes, at + 5, key, start + 1);
  for (let piece = 2, from = at + 10; piece < 6; piece += 1, from += 5) bad |= readPiece(bytes, from, key, start + piece);
  bad |= readPiece(bytes, at + 29, key, start + 6) | readPiece(bytes, at + 33, key, start + 7);
  return (bad & 0xf0) === 0;
}

/** Reads a quoted SHA-256 in lower-case hex into a key. */
export function readSha256Bytes(bytes: Uint8Array, at: number, key: Uint16Array, start: number): boolean {
  if (bytes[at] !== QUOTE || bytes[at + 65] !== QUOTE) return false;
  let bad = 0;
  for (let piece = 0; piece < 16; piece += 1) bad |= readPiece(bytes, at + 1 + piece * 4, key, start + piece);
  return (bad & 0xf0) === 0;
}

function readPiece(bytes: Uint8Array, at: number, key: Uint16Array, piece: number): number {
  const first = HEX[bytes[at] as number] as number;
  const second = HEX[bytes[at + 1] as number] as number;
  const third = HEX[bytes[at + 2] as number] as number;
  const fourth = HEX[bytes[at + 3] as number] as number;
  key[piece] = (first << 12) | (second << 8) | (third << 4) | fourth;
  return first | second | third | fourth;
}

/** What stands before the characters of an address. */
const HEAD = new TextEncoder().encode('"omla1');
/**
 * Reads a quoted address of 16 bytes in lower case, its checksum and its padding included; the key is its payload.
 *
 * @see docs/spec/3-identity.md clauses 3.37 to 3.39
 */
export function readAddressBytes(bytes: Uint8Array, at: number, key: Uint16Array, start: number): boolean {
  if (bytes[at + 38] !== QUOTE) return false;
  for (let index = 0; index < 6; index += 1) if (bytes[at + index] !== HEAD[index]) return false;
  let checksum = CHECKSUM_OF_PREFIX;
  let bits = 0;
  let held = 0;
  let piece = start;
  for (let from = at + 6; from < at + 38; from += 1) {
    const value = BECH32[bytes[from] as number] as number;
    if (value === 255) return false;
    checksum = checksumStep(checksum, value);
    if (piece === start + 8) continue;
    held = ((held & 0xffff) << 5) | value;
    bits += 5;
    if (bits < 16) continue;
    bits -= 16;
    key[piece] = held >>> bits;
    piece += 1;
    // 26 characters are 130 bits: two of padding.
    if (piece === start + 8 && (held & 3) !== 0) return false;
  }
  return checksum === CHECKSUM_HOLDS;
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;
const DAYS_TO_1970 = 719_162;

const two = (bytes: Uint8Array, at: number): number => {
  const tens = (bytes[at] as number) - 48;
  const ones = (bytes[at + 1] as number) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
};

/** The instant of a quoted `YYYY-MM-DDTHH:MM:SSZ` of the years 1970 to 9999; NaN for anything else. */
export function readTimeBytes(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE || bytes[at + 11] !== 84 || bytes[at + 20] !== 90 || bytes[at + 21] !== QUOTE) return NaN;
  if (bytes[at + 5] !== DASH || bytes[at + 8] !== DASH || bytes[at + 14] !== COLON || bytes[at + 17] !== COLON) return NaN;
  const days = dayNumber(two(bytes, at + 1) * 100 + two(bytes, at + 3), two(bytes, at + 6), two(bytes, at + 9));
  const hour = two(bytes, at + 12);
  const minute = two(bytes, at + 15);
  const second = two(bytes, at + 18);
  return hour < 24 && minute < 60 && second < 60 ? (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 : NaN;
}

/** Days since 1970; NaN for a date that the calendar does not have. */
function dayNumber(year: number, month: number, day: number): number {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1)) return NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const before = DAYS_BEFORE[month - 1] as number;
  if (day > (DAYS_BEFORE[month] as number) - before + (isLeap && month === 2 ? 1 : 0)) return NaN;
  const past = year - 1;
  const years = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return years - DAYS_TO_1970 + before + (isLeap && month > 2 ? 1 : 0) + day - 1;
}
