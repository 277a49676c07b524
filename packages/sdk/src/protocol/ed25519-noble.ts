import { getPublicKeyAsync, hashes, Point, signAsync } from "@noble/ed25519";
import { concatBytes, equalBytes, littleEndian } from "./bytes.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { L } from "./ed25519-precheck.ts";

/**
 * Ed25519 by noble's points, for runtimes without their own.
 *
 * noble's `verify` is lenient by default and cofactored even with `zip215: false`, so only its points are used.
 *
 * @see docs/spec/3-identity.md clauses 3.7 and 3.8
 */
export async function createNobleBackend(): Promise<Ed25519Backend> {
  return {
    publicKey: (seed) => getPublicKeyAsync(seed),
    sign: (seed, message) => signAsync(message, seed),
    async verify(publicKey, signature, message) {
      const r = signature.subarray(0, 32);
      const s = littleEndian(signature.subarray(32));
      const k = littleEndian(await hashes.sha512Async(concatBytes(r, publicKey, message))) % L;
      const a = Point.fromBytes(publicKey);
      const point = Point.BASE.multiply(s, false).subtract(a.multiply(k, false));
      return equalBytes(point.toBytes(), r);
    },
  };
}
