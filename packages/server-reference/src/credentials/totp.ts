import { createHmac, timingSafeEqual } from "node:crypto";

/** Codes of six digits that change every 30 seconds (RFC 6238, HMAC-SHA-1): what every authenticator app makes. */
const DIGITS = 6;
const STEP_MS = 30_000;
/** A clock may be one step off in either direction. */
const SKEW_STEPS = 1;
/** As long as the output of SHA-1 (RFC 4226 section 4). */
export const TOTP_SECRET_BYTES = 20;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The step that a moment lies in. */
export function totpStep(at: Date): number {
  return Math.floor(at.getTime() / STEP_MS);
}

/** The code of one step. @see https://www.rfc-editor.org/rfc/rfc6238 */
export function totpCode(secret: Uint8Array, step: number, digits: number = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}

/**
 * The step whose code this is, among the present one and its neighbours; none at or before `lastStep`, since a code counts once.
 *
 * @returns undefined where it is none of them
 */
export function matchTotp(secret: Uint8Array, code: string, now: Date, lastStep: number): number | undefined {
  const present = totpStep(now);
  let found: number | undefined;
  // Every candidate is compared, so that the time says nothing.
  for (let step = present - SKEW_STEPS; step <= present + SKEW_STEPS; step += 1)
    if (equal(totpCode(secret, step), code) && step > lastStep) found ??= step;
  return found;
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What an authenticator app scans or takes as text. */
export function otpauthUrl(issuer: string, account: string, secret: Uint8Array): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=30`;
}

/** RFC 4648 without padding. */
export function toBase32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}
