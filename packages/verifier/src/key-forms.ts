import { BECH32_CHARACTERS } from "@omla/sdk/protocol";

/** Hex digits of either case to their value, 255 elsewhere. */
const HEX = table("0123456789abcdef");
/** Characters of Bech32 of either case to their value, 255 elsewhere. */
const BECH32 = table(BECH32_CHARACTERS);
const DASH = 45;
const TAIL = new Uint16Array(2);

function table(alphabet: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code).toLowerCase()) & 255);
}

/** Pieces of 16 bits. */
export const UUID_PIECES = 8;
export const SHA256_PIECES = 16;

/** Reads a UUID of either case into a key, at `start`; answers whether it is one. */
export function readUuid(text: string, key: Uint16Array, start = 0): boolean {
  if (text.length !== 36) return false;
  if (text.charCodeAt(8) !== DASH || text.charCodeAt(13) !== DASH || text.charCodeAt(18) !== DASH || text.charCodeAt(23) !== DASH)
    return false;
  let bad = readPiece(text, 0, key, start) | readPiece(text, 4, key, start + 1);
  for (let piece = 2, at = 9; piece < 6; piece += 1, at += 5) bad |= readPiece(text, at, key, start + piece);
  bad |= readPiece(text, 28, key, start + 6) | readPiece(text, 32, key, start + 7);
  return bad === 0;
}

/** Reads a SHA-256 in hex of either case into a key. */
export function readSha256(text: string, key: Uint16Array, start = 0): boolean {
  if (text.length !== 64) return false;
  let bad = 0;
  for (let piece = 0; piece < SHA256_PIECES; piece += 1) bad |= readPiece(text, piece * 4, key, start + piece);
  return bad === 0;
}

/** The number of the last eight hex digits of a text, with no sign; NaN where they are none. */
export function readTail(text: string): number {
  const bad = readPiece(text, text.length - 8, TAIL, 0) | readPiece(text, text.length - 4, TAIL, 1);
  return bad === 0 ? (((TAIL[0] as number) << 16) | (TAIL[1] as number)) >>> 0 : NaN;
}

/** Reads four hex digits into a piece; answers 0 where all four are hex. */
function readPiece(text: string, at: number, key: Uint16Array, piece: number): number {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  const c = text.charCodeAt(at + 2);
  const d = text.charCodeAt(at + 3);
  const first = HEX[a & 127] as number;
  const second = HEX[b & 127] as number;
  const third = HEX[c & 127] as number;
  const fourth = HEX[d & 127] as number;
  key[piece] = (first << 12) | (second << 8) | (third << 4) | fourth;
  return ((first | second | third | fourth) & 0xf0) | ((a | b | c | d) >>> 7);
}

/**
 * Reads what an address of 16 bytes encodes, the only ones that are issued: the key is its payload, as a UUID's would be.
 *
 * The checksum and the padding are left to whoever finds the key.
 */
export function readPayload(text: string, key: Uint16Array): boolean {
  if (text.length !== 37 || (!text.startsWith("omla1") && !text.startsWith("OMLA1"))) return false;
  let bits = 0;
  let held = 0;
  let piece = 0;
  for (let at = 5; at < 37; at += 1) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? (BECH32[code] as number) : 255;
    if (value === 255) return false;
    if (piece === UUID_PIECES) continue;
    held = ((held & 0xffff) << 5) | value;
    bits += 5;
    if (bits < 16) continue;
    bits -= 16;
    key[piece] = held >>> bits;
    piece += 1;
  }
  return true;
}
