/** Hex digits of either case to their value, 255 elsewhere. */
const HEX = table((code) => "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()));
/** Characters of Bech32 of either case to their value, 255 elsewhere. */
const BECH32 = table((code) => "qpzry9x8gf2tvdw0s3jn54khce6mua7l".indexOf(String.fromCharCode(code).toLowerCase()));

function table(valueOf: (code: number) => number): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => {
    const value = valueOf(code);
    return value < 0 ? 255 : value;
  });
}

/** A way to write keys: `read` fills `key` from a text and answers whether the text has that form. */
export interface KeyForm {
  readonly pieces: number;
  read(text: string, key: Uint16Array): boolean;
}

/** UUIDs, 16 bytes. */
export const UUID_FORM: KeyForm = {
  pieces: 8,
  read(text, key) {
    if (text.length !== 36 || text[8] !== "-" || text[13] !== "-" || text[18] !== "-" || text[23] !== "-") return false;
    let bad = 0;
    for (let piece = 0, at = 0; piece < 8; piece += 1, at += 4) {
      if (piece >= 2 && piece <= 5) at += 1;
      bad |= readPiece(text, at, piece, key);
    }
    return bad === 0;
  },
};

/** SHA-256 in hex, 32 bytes. */
export const SHA256_FORM: KeyForm = {
  pieces: 16,
  read(text, key) {
    if (text.length !== 64) return false;
    let bad = 0;
    for (let piece = 0; piece < 16; piece += 1) bad |= readPiece(text, piece * 4, piece, key);
    return bad === 0;
  },
};

/** Addresses of 16 bytes, the only ones that are issued: 32 characters of 5 bits behind `omla1`, checksum included. */
export const ADDRESS_FORM: KeyForm = {
  pieces: 10,
  read(text, key) {
    if (text.length !== 37 || (!text.startsWith("omla1") && !text.startsWith("OMLA1"))) return false;
    let bits = 0;
    let held = 0;
    let piece = 0;
    for (let at = 5; at < 37; at += 1) {
      const code = text.charCodeAt(at);
      const value = code < 128 ? (BECH32[code] ?? 255) : 255;
      if (value === 255) return false;
      held = ((held & 0xffff) << 5) | value;
      bits += 5;
      if (bits < 16) continue;
      bits -= 16;
      key[piece] = held >>> bits;
      piece += 1;
    }
    return true;
  },
};

/** Reads four hex digits into a piece; answers 0 where all four are hex. */
function readPiece(text: string, at: number, piece: number, key: Uint16Array): number {
  let value = 0;
  let bad = 0;
  for (let end = at + 4, digit = at; digit < end; digit += 1) {
    const code = text.charCodeAt(digit);
    const nibble = code < 128 ? (HEX[code] ?? 255) : 255;
    bad |= nibble & 0xf0;
    value = (value << 4) | (nibble & 15);
  }
  key[piece] = value;
  return bad;
}
