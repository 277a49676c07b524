import { getPublicKeyAsync, hashes, Point, signAsync } from "@noble/ed25519";
import { concatBytes, littleEndian, toHex } from "./bytes.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { L } from "./ed25519-precheck.ts";
import { web } from "./web.ts";

/**
 * Ed25519 by noble's points, for runtimes without their own.
 *
 * Pages that are not served by https have no WebCrypto, which noble hashes with; there it gets a hash of ours.
 * noble's `verify` is lenient by default and cofactored even with `zip215: false`, so only its points are used.
 *
 * @see docs/spec/3-identity.md clauses 3.7 and 3.8
 */
export async function createNobleBackend(): Promise<Ed25519Backend> {
  if (!web.crypto?.subtle) {
    const { sha512 } = await import("./sha512.ts");
    hashes.sha512Async = (message) => Promise.resolve(sha512(message));
  }
  return {
    publicKey: (seed) => getPublicKeyAsync(seed),
    sign: (seed, message) => signAsync(message, seed),
    async verify(publicKey, signature, message) {
      const r = signature.subarray(0, 32);
      const s = littleEndian(signature.subarray(32));
      const k = littleEndian(await hashes.sha512Async(concatBytes(r, publicKey, message))) % L;
      const a = Point.fromBytes(publicKey);
      const point = Point.BASE.multiply(s, false).subtract(a.multiply(k, false));
      return point.toHex() === toHex(r);
    },
  };
}
