import {
  type DocumentType,
  readBatch,
  readHosterClaim,
  readHosterReport,
  readHosterVerification,
  readKeyChallenge,
  readKeyRotation,
  readMutation,
  readRecoveryProof,
  readRegistration,
  readSidecar,
  readSignIn,
  readStatement,
} from "../protocol/index.ts";

/** The reader of each document type; signed files have readers of their own. */
const READERS: Readonly<Record<Exclude<DocumentType, "blacklist" | "heartbeat" | "keyset">, (value: unknown) => unknown>> = {
  registration: (value) => readRegistration(value),
  mutation: (value) => readMutation(value),
  "key-rotation": (value) => readKeyRotation(value),
  "key-challenge": (value) => readKeyChallenge(value),
  "hoster-claim": (value) => readHosterClaim(value),
  "hoster-verification": (value) => readHosterVerification(value),
  "hoster-report": (value) => readHosterReport(value),
  "recovery-proof": (value) => readRecoveryProof(value),
  "sign-in": (value) => readSignIn(value),
  sidecar: (value) => readSidecar(value),
  statement: (value) => readStatement(value),
  batch: (value) => readBatch(value),
};

/** Reads a document by the field table of its type. @throws {OmlaError} DOCUMENT_SCHEMA, or the reader's more precise code */
export function readAnyDocument(type: DocumentType, value: unknown): unknown {
  if (!Object.hasOwn(READERS, type)) throw new TypeError(`there is no reader for ${type}`);
  return READERS[type as keyof typeof READERS](value);
}
