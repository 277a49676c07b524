import type { Ed25519Backend } from "./ed25519-backend.ts";
import type { createWebCryptoSigner } from "./ed25519-webcrypto-signer.ts";
import { createKeyCache } from "./key-cache.ts";
import { web } from "./web.ts";

const ALGORITHM = "Ed25519";
const CACHED_KEYS = 256;

/** The runtime's own Ed25519, or undefined where it has none. What signs is loaded with the first secret key. */
export async function createWebCryptoBackend(): Promise<Ed25519Backend | undefined> {
  const subtle = web.crypto?.subtle;
  if (!subtle) return undefined;
  const importPublic = createKeyCache(CACHED_KEYS, (publicKey) => subtle.importKey("raw", publicKey, ALGORITHM, true, ["verify"]));
  const signer = async (): Promise<ReturnType<typeof createWebCryptoSigner>> =>
    (await import("./ed25519-webcrypto-signer.ts")).createWebCryptoSigner(subtle);
  try {
    // The base point: a key that every implementation takes.
    await importPublic(new Uint8Array(32).fill(0x66).fill(0x58, 0, 1));
  } catch {
    return undefined;
  }
  return {
    publicKey: async (seed) => (await signer()).publicKey(seed),
    sign: async (seed, message) => (await signer()).sign(seed, message),
    verify: async (publicKey, signature, message) => subtle.verify(ALGORITHM, await importPublic(publicKey), signature, message),
  };
}
