import { concatBytes, fromBase64, fromHex } from "./bytes.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import type { WebCryptoKey, WebSubtle } from "./web.ts";

const ALGORITHM = "Ed25519";
/** RFC 8410: what stands before the 32 bytes of a seed in PKCS #8. */
const PKCS8_PREFIX = "302e020100300506032b657004220420";

/** The half of WebCrypto's Ed25519 that holds secrets; most programs only verify. */
export function createWebCryptoSigner(subtle: WebSubtle): Pick<Ed25519Backend, "publicKey" | "sign"> {
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
  };
}
