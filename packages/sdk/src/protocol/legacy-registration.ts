import { utf8Encode } from "./bytes.ts";
import { LONG_TEXT, PUBLIC_KEY, SIGNATURE } from "./document-rules.ts";
import { DOCUMENT_SCHEMA, SIGNATURE_INVALID } from "./codes/documents.ts";
import { protocolError } from "./errors.ts";
import { checkFields, type FieldRules } from "./file-rules.ts";
import { verify } from "./signing.ts";
import type { JsonValue } from "./strict-subset.ts";

/** The four signed fields of a registration before documents were signed as a whole. */
export interface LegacyRegistration {
  readonly name: string;
  readonly model_hash: string;
  readonly pubkey: string;
  /** As it was signed: a text, or milliseconds as a number. */
  readonly timestamp: string | number;
}

/** What an old signature proves: who, and nothing about wallet, lineage or splits. */
export interface LegacyVerdict extends LegacyRegistration {
  readonly proves: "identity only";
}

const RULES: FieldRules = {
  name: LONG_TEXT,
  model_hash: LONG_TEXT,
  pubkey: PUBLIC_KEY,
  timestamp: ["a text or a whole number", (value) => LONG_TEXT[1](value) === true || Number.isSafeInteger(value)],
  registration_signature: SIGNATURE,
};

/**
 * Verifies the old form: a signature over `JSON.stringify({ name, model_hash, pubkey, timestamp })`.
 *
 * Other members were never signed and are not given back. A registry takes no new registration of this form.
 *
 * @param document - the four fields and `registration_signature`
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID | SIGNATURE_INVALID
 * @see docs/spec/3-identity.md clause 3.30
 */
export async function verifyLegacyRegistration(
  document: LegacyRegistration & { readonly registration_signature: string },
): Promise<LegacyVerdict> {
  checkFields(DOCUMENT_SCHEMA, document as unknown as JsonValue, Object.entries(RULES));
  const { name, model_hash, pubkey, timestamp } = document;
  const message = utf8Encode(JSON.stringify({ name, model_hash, pubkey, timestamp }));
  if (!(await verify(document.registration_signature, message, pubkey))) {
    throw protocolError(SIGNATURE_INVALID, "the signature does not belong to these four fields and this key", "registration_signature");
  }
  return { proves: "identity only", name, model_hash, pubkey, timestamp };
}
