import { fromBase64, toBase64 } from "./bytes.ts";
import { ed25519Backend, ed25519BackendNamed } from "./ed25519.ts";
import type { Ed25519BackendName } from "./ed25519-backend.ts";
import { passesPrecheck } from "./ed25519-precheck.ts";
import { readSecretKey } from "./keys.ts";

/**
 * Signs bytes with Ed25519.
 *
 * @param message - the exact bytes; documents are signed with `signDocument`
 * @param secretKey - base64 of the 32-byte seed, or of tweetnacl's 64 bytes
 * @returns the 64-byte signature in base64 (88 characters); some runtimes sign with randomness, so it is no identifier
 * @throws {OmlaError} KEY_INVALID
 * @see docs/spec/3-identity.md clause 3.1
 */
export async function sign(message: Uint8Array, secretKey: string | Uint8Array): Promise<string> {
  const { seed } = await readSecretKey(secretKey);
  return toBase64(await (await ed25519Backend()).sign(seed, message));
}

/**
 * Whether a signature holds under the `strict` profile; never throws.
 *
 * @param signature - base64, 88 characters
 * @param message - the exact bytes that were signed
 * @param publicKey - base64, 44 characters
 * @param options - `backend` forces one: `node`, `webcrypto` or `noble`; one that the runtime lacks verifies nothing
 * @see docs/spec/3-identity.md clauses 3.5 to 3.8
 */
export async function verify(
  signature: string,
  message: Uint8Array,
  publicKey: string,
  options: { readonly backend?: Ed25519BackendName } = {},
): Promise<boolean> {
  const signatureBytes = fromBase64(signature);
  const keyBytes = fromBase64(publicKey);
  if (!signatureBytes || !keyBytes || !passesPrecheck(keyBytes, signatureBytes)) return false;
  try {
    const backend = await (options.backend ? ed25519BackendNamed(options.backend) : ed25519Backend());
    return (await backend?.verify(keyBytes, signatureBytes, message)) === true;
  } catch {
    return false;
  }
}
