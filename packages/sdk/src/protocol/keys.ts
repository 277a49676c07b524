import { concatBytes, equalBytes, fromBase64, littleEndian, toBase64, toHex, utf8Encode } from "./bytes.ts";
import { ed25519Backend } from "./ed25519.ts";
import { isPointAllowed, P } from "./ed25519-precheck.ts";
import { KEY_INVALID } from "./codes/documents.ts";
import { protocolError } from "./errors.ts";
import { sha256 } from "./sha256.ts";
import { web } from "./web.ts";

/** An Ed25519 key pair in standard base64. The secret key never leaves the device that made it. */
export interface KeyPair {
  /** 32 bytes, 44 characters. */
  readonly publicKey: string;
  /** The 32-byte seed of RFC 8032, 44 characters. */
  readonly secretKey: string;
}

/**
 * Makes a new key pair.
 *
 * @param random - gives that many unpredictable bytes; the runtime's own generator where left out
 * @throws {OmlaError} KEY_INVALID where `random` gives another number of bytes
 * @see docs/spec/3-identity.md clause 3.1
 */
export async function generateKeyPair(random: (length: number) => Uint8Array = randomBytes): Promise<KeyPair> {
  const seed = random(32);
  if (seed.length !== 32) throw protocolError(KEY_INVALID, "the generator gave another number of bytes than 32");
  return keyPairFromSecretKey(seed);
}

/**
 * The key pair of a secret key.
 *
 * @param secretKey - 32 bytes (seed) or 64 (tweetnacl: seed, then public key), as base64 or bytes
 * @throws {OmlaError} KEY_INVALID for another length, base64 that is not exact, or halves that disagree
 * @see docs/spec/3-identity.md clause 3.3
 */
export async function keyPairFromSecretKey(secretKey: string | Uint8Array): Promise<KeyPair> {
  const { seed, publicKey } = await readSecretKey(secretKey);
  const derived = publicKey ?? (await (await ed25519Backend()).publicKey(seed));
  return { publicKey: toBase64(derived), secretKey: toBase64(seed) };
}

/** The seed of a secret key, and its public key where the input claims one; messages never show the key. */
export async function readSecretKey(secretKey: string | Uint8Array): Promise<{ seed: Uint8Array; publicKey?: Uint8Array }> {
  const bytes = typeof secretKey === "string" ? fromBase64(secretKey) : secretKey;
  if (!(bytes instanceof Uint8Array)) throw protocolError(KEY_INVALID, "a secret key is standard base64");
  if (bytes.length !== 32 && bytes.length !== 64) {
    throw protocolError(KEY_INVALID, `a secret key has 32 or 64 bytes, not ${bytes.length}`);
  }
  const seed = bytes.slice(0, 32);
  if (bytes.length === 32) return { seed };
  const publicKey = await (await ed25519Backend()).publicKey(seed);
  if (!equalBytes(publicKey, bytes.subarray(32))) {
    throw protocolError(KEY_INVALID, "the second half of the 64-byte secret key is not the public key of the first");
  }
  return { seed, publicKey };
}

/** Whether a text has the form of a public key: exact base64 of 32 bytes. */
export function isPublicKey(text: unknown): text is string {
  return typeof text === "string" && fromBase64(text)?.length === 32;
}

/**
 * Demands a public key that may be registered or pinned: its form, the pre-check, and a point on the curve.
 *
 * @throws {OmlaError} KEY_INVALID
 * @see docs/spec/3-identity.md clauses 3.4 and 3.6
 */
export function assertPublicKey(text: unknown, path?: string): string {
  if (!isPublicKey(text)) throw protocolError(KEY_INVALID, "a public key is 32 bytes in standard base64 (44 characters)", path);
  const bytes = fromBase64(text) as Uint8Array;
  if (!isPointAllowed(bytes)) throw protocolError(KEY_INVALID, "the public key has small order or is not canonical", path);
  if (!isOnCurve(bytes)) throw protocolError(KEY_INVALID, "the public key is not a point of the curve", path);
  return text;
}

/** Whether some x belongs to the encoded y: x² = (y² − 1) / (d·y² + 1) is a square (Euler's criterion). */
export function isOnCurve(encoded: Uint8Array): boolean {
  const y = littleEndian(encoded) & (2n ** 255n - 1n);
  const y2 = (y * y) % P;
  // u/v is a square where u·v is one; d = −121665/121666, so both sides are multiplied by 121666.
  const u = ((y2 - 1n) * 121666n) % P;
  const v = (121666n - 121665n * y2) % P;
  const criterion = power((((u * v) % P) + P) % P, (P - 1n) / 2n);
  return criterion === 1n || (criterion === 0n && (encoded[31] as number) < 128);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, bits = exponent; bits > 0n; bits >>= 1n, square = (square * square) % P) {
    if (bits & 1n) result = (result * square) % P;
  }
  return result;
}

/**
 * A short name of a public key, `ed25519:` and 16 hex digits; it says which key is meant and proves nothing.
 *
 * @throws {OmlaError} KEY_INVALID
 * @see docs/spec/7-blacklist.md clause 7.10
 */
export async function keyId(publicKey: string): Promise<string> {
  if (!isPublicKey(publicKey)) throw protocolError(KEY_INVALID, "a public key is 32 bytes in standard base64 (44 characters)");
  const digest = await sha256(concatBytes(utf8Encode("omla.key.v1\0"), fromBase64(publicKey) as Uint8Array));
  return `ed25519:${toHex(digest.subarray(0, 8))}`;
}

function randomBytes(length: number): Uint8Array {
  if (!web.crypto) throw protocolError(KEY_INVALID, "this runtime has no secure random numbers");
  return web.crypto.getRandomValues(new Uint8Array(length));
}
