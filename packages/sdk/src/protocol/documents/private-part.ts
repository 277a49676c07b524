import { DOCUMENT_SCHEMA } from "../codes/documents.ts";
import { utf8Encode } from "../bytes.ts";
import { canonicalize } from "../canonical-json.ts";
import { form, LINE_TEXT } from "../document-rules.ts";
import { checkFields, type FieldRules, optional } from "../file-rules.ts";
import { sha256Hex } from "../sha256.ts";
import type { JsonValue } from "../strict-subset.ts";

/** What travels beside a public document and can be erased without breaking its signature. */
export interface PrivatePart {
  /** The account at the rail, such as `acct_…`. */
  readonly rail_identifier: string;
  readonly contact_email?: string;
  /** At least 16 random characters, so that the digest cannot be guessed back. */
  readonly salt: string;
}

const RULES: FieldRules = {
  rail_identifier: LINE_TEXT,
  contact_email: optional(form("an e-mail address", /^[^\s@]+@[^\s@]+$/)),
  salt: form("16 to 200 characters without spaces", /^\S{16,}$/),
};

/** Reads the private part that belongs to a document. @throws {OmlaError} DOCUMENT_SCHEMA with the path of the field */
export function readPrivatePart(value: unknown, path?: string): PrivatePart {
  return checkFields(DOCUMENT_SCHEMA, value as JsonValue, Object.entries(RULES), path) as unknown as PrivatePart;
}

/**
 * What a document carries in `private_sha256`: hex SHA-256 of the canonical private part.
 *
 * @throws {OmlaError} CANONICAL_JSON
 * @see docs/spec/3-identity.md clause 3.28
 */
export function privateDigest(part: object): Promise<string> {
  return sha256Hex(utf8Encode(canonicalize(part)));
}
