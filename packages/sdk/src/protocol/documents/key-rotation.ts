import { type Draft, draftDocument } from "../document-draft.ts";
import { type DocumentHead, MODEL_ID, PUBLIC_KEY, readDocument, SENT } from "../document-rules.ts";
import { DOCUMENT_SCHEMA } from "../codes/documents.ts";
import { joinPath, protocolError } from "../errors.ts";
import { type FieldRules, NUMBER_FROM_1, optional, SHA256 } from "../file-rules.ts";

/** Asks for another model key or recovery key, by either of the present ones. Pending for 7 days. */
export interface KeyRotation extends DocumentHead<"key-rotation"> {
  readonly model_id: string;
  readonly nonce: number;
  /** One of the two. */
  readonly new_pubkey?: string;
  readonly new_recovery_pubkey?: string;
  readonly signature?: string;
}

/** Stops a pending rotation, by the other key. */
export interface KeyChallenge extends DocumentHead<"key-challenge"> {
  readonly model_id: string;
  readonly nonce: number;
  /** `documentDigest` of the rotation. */
  readonly rotation_digest: string;
  readonly signature?: string;
}

const RULES: FieldRules = { ...SENT, model_id: MODEL_ID, nonce: NUMBER_FROM_1 };

/**
 * Reads a key rotation.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.21
 */
export function readKeyRotation(value: unknown, path?: string): KeyRotation {
  const rules = { ...RULES, new_pubkey: optional(PUBLIC_KEY), new_recovery_pubkey: optional(PUBLIC_KEY) };
  const rotation = readDocument("key-rotation", value, rules, path) as unknown as KeyRotation;
  if ((rotation.new_pubkey === undefined) === (rotation.new_recovery_pubkey === undefined)) {
    throw protocolError(DOCUMENT_SCHEMA, "must stand here, or new_recovery_pubkey, and not both", joinPath(path, "new_pubkey"));
  }
  return rotation;
}

/** An unsigned key rotation. @throws {OmlaError} as {@link readKeyRotation} */
export function buildKeyRotation(fields: Draft<KeyRotation>): KeyRotation {
  return readKeyRotation(draftDocument("key-rotation", fields));
}

/**
 * Reads a challenge of a key rotation.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA with the path of the field
 * @see docs/spec/3-identity.md clause 3.21
 */
export function readKeyChallenge(value: unknown, path?: string): KeyChallenge {
  return readDocument("key-challenge", value, { ...RULES, rotation_digest: SHA256 }, path) as unknown as KeyChallenge;
}

/** An unsigned challenge. @throws {OmlaError} as {@link readKeyChallenge} */
export function buildKeyChallenge(fields: Draft<KeyChallenge>): KeyChallenge {
  return readKeyChallenge(draftDocument("key-challenge", fields));
}
