import { littleEndian } from "./bytes.ts";

/** The prime of the field. */
export const P: bigint = 2n ** 255n - 19n;
/** The order of the base point. */
export const L: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;
/** The y of the order-8 points; the other one is p − y8. */
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

const SMALL_ORDER = new Set([0n, 1n, P - 1n, Y8, P - Y8]);

/**
 * Whether an encoded point may be a public key or the R of a signature: canonical, and not of small order in either sign.
 *
 * @see docs/spec/3-identity.md clause 3.6
 */
export function isPointAllowed(encoded: Uint8Array): boolean {
  const y = littleEndian(encoded) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER.has(y);
}

/**
 * The byte check in front of every back end: lengths, S below the order of the base point (S = 0 is legal), then A and R.
 *
 * OpenSSL, BoringSSL and noble disagree on exactly what this refuses.
 *
 * @see docs/spec/3-identity.md clauses 3.5 and 3.6
 */
export function passesPrecheck(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return littleEndian(signature.subarray(32)) < L && isPointAllowed(publicKey) && isPointAllowed(signature.subarray(0, 32));
}
