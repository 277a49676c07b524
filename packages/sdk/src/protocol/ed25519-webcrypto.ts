import { concatBytes, fromBase64, fromHex } from "./bytes.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { createKeyCache } from "./key-cache.ts";
import { web, type WebCryptoKey, type WebSubtle } from "./web.ts";

const ALGORITHM = "Ed25519";
/** RFC 8410: what stands before the 32 bytes of a seed in PKCS #8. */
const PKCS8_PREFIX = "302e020100300506032b657004220420";
const CACHED_KEYS = 256;

/** The runtime's own Ed25519, or undefined where it has none. */
export async function createWebCryptoBackend(): Promise<Ed25519Backend | undefined> {
  const subtle = web.crypto?.subtle;
  if (!subtle) return undefined;
  const backend = backendOf(subtle);
  try {
    await backend.publicKey(new Uint8Array(32));
    return backend;
  } catch {
    return undefined;
  }
}

function backendOf(subtle: WebSubtle): Ed25519Backend {
  const importPublic = createKeyCache(CACHED_KEYS, (publicKey) => subtle.importKey("raw", publicKey, ALGORITHM, true, ["verify"]));
  const importSeed = (seed: Uint8Array): Promise<WebCryptoKey> =>
    subtle.importKey("pkcs8", concatBytes(fromHex(PKCS8_PREFIX) as Uint8Array, seed), ALGORITHM, true, ["sign"]);
  return {
    async publicKey(seed) {
      const { x = "" } = await subtle.exportKey("jwk", await importSeed(seed));
      return fromBase64(`${x.replaceAll("-", "+").replaceAll("_", "/")}=`) as Uint8Array;
    },
    async sign(seed, message) {
      return new Uint8Array(await subtle.sign(ALGORITHM, await importSeed(seed), message));
    },
    async verify(publicKey, signature, message) {
      return subtle.verify(ALGORITHM, await importPublic(publicKey), signature, message);
    },
  };
}
