import { type DocumentHead, MODEL_ID, PUBLIC_KEY, readDocument, SENT } from "../document-rules.ts";
import { type Draft, draftDocument } from "../document-draft.ts";
import type { FieldRules } from "../file-rules.ts";

/** Says, by the recovery key, that it may recover this model. Carried inside the registration. */
export interface RecoveryProof extends DocumentHead<"recovery-proof"> {
  readonly model_id: string;
  /** The model's own key, not the recovery key. */
  readonly ed25519_pubkey: string;
  readonly signature?: string;
}

export const RECOVERY_PROOF_RULES: FieldRules = { ...SENT, model_id: MODEL_ID, ed25519_pubkey: PUBLIC_KEY };

/**
 * Reads a recovery proof.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.25
 */
export function readRecoveryProof(value: unknown, path?: string): RecoveryProof {
  return readDocument("recovery-proof", value, RECOVERY_PROOF_RULES, path) as unknown as RecoveryProof;
}

/** An unsigned recovery proof, to be signed by the recovery key. @throws {OmlaError} as {@link readRecoveryProof} */
export function buildRecoveryProof(fields: Draft<RecoveryProof>): RecoveryProof {
  return readRecoveryProof(draftDocument("recovery-proof", fields));
}
