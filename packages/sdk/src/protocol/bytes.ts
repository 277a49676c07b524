import { web } from "./web.ts";

/** UTF-8 bytes of a text. */
export function utf8Encode(text: string): Uint8Array {
  return new web.TextEncoder().encode(text);
}

/**
 * Text of UTF-8 bytes; a byte order mark is kept, not swallowed.
 *
 * @throws {TypeError} where the bytes are not UTF-8
 */
export function utf8Decode(bytes: Uint8Array): string {
  return new web.TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

/** Bytes of lower-case hex; undefined for anything else. */
export function fromHex(hex: string): Uint8Array | undefined {
  if (typeof hex !== "string" || hex.length % 2 === 1 || /[^0-9a-f]/.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) => parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return web.btoa(binary);
}

/**
 * Bytes of standard base64, only where encoding them gives the same text again; undefined otherwise.
 *
 * @see docs/spec/3-identity.md clause 3.2
 */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const binary = web.atob(text);
    if (web.btoa(binary) !== text) return undefined;
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

/** One array of all parts. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether two arrays hold the same bytes; for public data, not constant in time. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The unsigned integer of little-endian bytes; their number is a multiple of eight. */
export function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0n;
  for (let offset = bytes.length - 8; offset >= 0; offset -= 8) value = (value << 64n) | view.getBigUint64(offset, true);
  return value;
}
