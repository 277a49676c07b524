import { SIGNATURE_INVALID } from "./codes/documents.ts";
import { CONFIG_KEYS } from "./codes/lists.ts";
import { readStatement, type Statement } from "./documents/statement.ts";
import { verifyDocument } from "./documents.ts";
import { OmlaError, protocolError } from "./errors.ts";
import { assertPublicKey, keyId } from "./keys.ts";

export interface VerifiedStatement {
  readonly statement: Statement;
  /** Of the key that signed it, such as `ed25519:0123456789abcdef`. */
  readonly key_id: string;
  /** SHA-256 of what was signed, in hex: the statement's identity. */
  readonly digest: string;
}

/**
 * Checks a statement of compliance offline: one of the pinned keys signed it, and it has the form of a statement.
 *
 * @param statement - the document, or its text exactly as it arrived
 * @param options - `keys`: the association's public keys, pinned by whoever checks and never taken from beside the statement
 * @throws {OmlaError} CONFIG_KEYS where no key is pinned | KEY_INVALID | SIGNATURE_INVALID | SIGNATURE_MEMBER | CANONICAL_JSON | DOCUMENT_SCHEMA
 * @see docs/spec/3-identity.md clause 3.27
 */
export async function verifyStatement(
  statement: string | object,
  options: { readonly keys: readonly string[] },
): Promise<VerifiedStatement> {
  const { keys } = options;
  if (keys.length === 0) throw protocolError(CONFIG_KEYS, "no key is pinned, so nothing can be proven", "keys");
  keys.forEach((key, at) => assertPublicKey(key, `keys[${at}]`));
  for (const key of keys) {
    const found = await signedBy(statement, key);
    if (found !== undefined) return { statement: readStatement(found.document), key_id: await keyId(key), digest: found.digest };
  }
  throw protocolError(SIGNATURE_INVALID, "none of the pinned keys signed this statement", "signature");
}

/** The document where the key signed it; undefined where it did not. */
async function signedBy(statement: string | object, key: string): Promise<{ document: object; digest: string } | undefined> {
  try {
    return await verifyDocument<object>("statement", statement, key);
  } catch (error) {
    if (error instanceof OmlaError && error.code === SIGNATURE_INVALID[0]) return undefined;
    throw error;
  }
}
