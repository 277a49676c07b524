import { fromBase64, toHex, utf8Encode } from "./bytes.ts";
import { canonicalize } from "./canonical-json.ts";
import { SIGNATURE_INVALID } from "./codes/documents.ts";
import { HEARTBEAT_SCHEMA, KEYSET_SCHEMA, LIST_SCHEMA } from "./codes/lists.ts";
import { protocolError, type HintedCode } from "./errors.ts";
import { keyId, keyPairFromSecretKey } from "./keys.ts";
import { bodyDigest, type FileSignature, MAX_SIGNATURES, type SignedFileType } from "./signed-file.ts";
import { sign } from "./signing.ts";

/** A file that waits for its signatures; it can be carried to signers who are offline. */
export interface SignableFile<Body extends object = object> {
  readonly type: SignedFileType;
  readonly body: Body;
  /** Hex SHA-256 of the canonical body. */
  readonly digest: string;
  /** Bytes of the canonical body. */
  readonly length: number;
  /** What each signer signs: `omla.<type>.v1`, a zero byte, the digest. 50 bytes for a list or heartbeat, 47 for a keyset. */
  readonly message: Uint8Array;
  readonly messageHex: string;
}

export const SCHEMA_CODES: Readonly<Record<SignedFileType, HintedCode>> = {
  blacklist: LIST_SCHEMA,
  heartbeat: HEARTBEAT_SCHEMA,
  keyset: KEYSET_SCHEMA,
};

/** Freezes a body as its canonical form, so that what is signed and what is assembled cannot drift apart. */
export async function signableFile<Body extends object>(type: SignedFileType, body: Body): Promise<SignableFile<Body>> {
  const text = canonicalize(body);
  const bytes = utf8Encode(text);
  const { digest, message } = await bodyDigest(type, bytes);
  return { type, body: JSON.parse(text) as Body, digest: toHex(digest), length: bytes.length, message, messageHex: toHex(message) };
}

/**
 * The text of a file with its signatures: canonical, with one newline. `signature` repeats the first of them.
 *
 * The signatures are not verified here, as the keys are not known; read the result with the file's own reader before it is published.
 * @param signatures - 1 to 16; a blacklist without any carries the placeholder and is advisory
 * @throws {OmlaError} SIGNATURE_INVALID for one that is not 64 bytes of base64; LIST_SCHEMA, KEYSET_SCHEMA or HEARTBEAT_SCHEMA for their number
 * @see docs/spec/7-blacklist.md clause 7.9
 */
export function assembleFile(file: SignableFile, signatures: readonly FileSignature[]): string {
  const none = file.type === "blacklist" ? "UNSIGNED_PLACEHOLDER" : undefined;
  const signature = signatures[0]?.sig ?? none;
  if (signature === undefined || signatures.length > MAX_SIGNATURES) {
    throw protocolError(SCHEMA_CODES[file.type], `${signatures.length} signatures; 1 to ${MAX_SIGNATURES} are needed`, "signatures");
  }
  for (const [index, { key_id, sig }] of signatures.entries()) {
    const good = typeof key_id === "string" && fromBase64(sig)?.length === 64;
    if (!good) throw protocolError(SIGNATURE_INVALID, "a signature is a key id and 64 bytes in base64", `signatures[${index}].sig`);
  }
  const members = signatures.map(({ key_id, sig }) => ({ key_id, sig }));
  return `${canonicalize({ ...file.body, signature, signatures: members })}\n`;
}

/**
 * Signs a file with secret keys that are at hand.
 *
 * @returns the signatures, for {@link assembleFile} together with those of others
 * @throws {OmlaError} KEY_INVALID
 */
export async function signFile(file: SignableFile, secretKeys: readonly (string | Uint8Array)[]): Promise<FileSignature[]> {
  return Promise.all(
    secretKeys.map(async (secretKey) => {
      const { publicKey } = await keyPairFromSecretKey(secretKey);
      return { key_id: await keyId(publicKey), sig: await sign(file.message, secretKey) };
    }),
  );
}
