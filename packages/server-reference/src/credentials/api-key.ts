import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A company's key, taken apart. Only the key id and the hash are ever stored. */
export interface ApiKey {
  readonly text: string;
  /** Public part, by which the key is looked up. */
  readonly keyId: string;
  /** A test key works on a separate ledger and never pays. */
  readonly live: boolean;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KEY_ID_LENGTH = 10;
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const PATTERN = /^omla_(live|test)_([0-9A-Za-z]{10})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/**
 * Mints `omla_live_<kid 10>_<secret 32><crc32 6>`: about 190 bits of secret, selected whole by a double click, found by scanners.
 *
 * @param random - gives the asked-for number of random bytes
 */
export function createApiKey(live: boolean, random: (length: number) => Uint8Array): ApiKey {
  const keyId = base62(KEY_ID_LENGTH, random);
  const body = `omla_${live ? "live" : "test"}_${keyId}_${base62(SECRET_LENGTH, random)}`;
  return { text: body + checksum(body), keyId, live };
}

/** Reads a key's form and checksum, without looking anything up; undefined where it cannot be one. */
export function parseApiKey(text: string): ApiKey | undefined {
  const match = PATTERN.exec(text);
  if (match === null || checksum(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)) return undefined;
  return { text, keyId: match[2] ?? "", live: match[1] === "live" };
}

/** What bcrypt is given: it ignores bytes past 72, and a digest's base64 has 44. */
export function bcryptInput(key: string): string {
  return createHash("sha256").update(key).digest("base64");
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = "";
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    text = (ALPHABET[rest % 62] ?? "") + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Rejection sampling, so that every character is equally likely. */
function base62(length: number, random: (length: number) => Uint8Array): string {
  let text = "";
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62] ?? "";
    }
  }
  return text;
}
