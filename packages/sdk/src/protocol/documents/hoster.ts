import { utf8Encode } from "../bytes.ts";
import { type Draft, draftDocument } from "../document-draft.ts";
import {
  type DocumentHead,
  FLAG,
  LINE_TEXT,
  MODEL_ID,
  PUBLIC_KEY,
  QUARTER,
  readDocument,
  SENT,
  SIGNATURE,
  WALLET,
} from "../document-rules.ts";
import { takeDocument, verifyDocument } from "../documents.ts";
import { SIGNATURE_INVALID } from "../codes/documents.ts";
import { protocolError } from "../errors.ts";
import { COUNT, type FieldRules, NUMBER_FROM_1, optional } from "../file-rules.ts";
import { assertPublicKey } from "../keys.ts";
import { verify } from "../signing.ts";

/** Says, by the hoster's key, that it hosts a model. One per model and hoster key. */
export interface HosterClaimDocument extends DocumentHead<"hoster-claim"> {
  readonly model_id: string;
  readonly hoster_pubkey: string;
  readonly name: string;
  readonly wallet: string;
  /** Over {@link hostMessage}, by the same key. */
  readonly host_signature: string;
  /** Of the registry; needed where an earlier claim was revoked, since `host_signature` has no time. */
  readonly challenge?: string;
  readonly signature?: string;
}

/** Accepts or revokes a claim, by the model's key. */
export interface HosterVerification extends DocumentHead<"hoster-verification"> {
  readonly model_id: string;
  readonly hoster_pubkey: string;
  /** False revokes. */
  readonly verified: boolean;
  readonly nonce: number;
  readonly signature?: string;
}

/** A hoster's volume of a quarter; closes 15 days after its end. */
export interface HosterReport extends DocumentHead<"hoster-report"> {
  readonly model_id: string;
  readonly hoster_pubkey: string;
  readonly quarter: string;
  readonly inferences: number;
  /** From 1; the highest counts. */
  readonly revision: number;
  readonly signature?: string;
}

const RULES: FieldRules = { ...SENT, model_id: MODEL_ID, hoster_pubkey: PUBLIC_KEY };

/** The bytes that `host_signature` signs: `host:` and the model id. @see docs/spec/3-identity.md clause 3.22 */
export function hostMessage(modelId: string): Uint8Array {
  return utf8Encode(`host:${modelId}`);
}

/**
 * Reads a hoster claim. Signatures are {@link verifyHosterClaim}'s matter.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID | ADDRESS_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.22
 */
export function readHosterClaim(value: unknown, path?: string): HosterClaimDocument {
  const rules = { ...RULES, name: LINE_TEXT, wallet: WALLET, host_signature: SIGNATURE, challenge: optional(LINE_TEXT) };
  return readDocument("hoster-claim", value, rules, path) as unknown as HosterClaimDocument;
}

/** An unsigned claim; `host_signature` is made before, by `sign(hostMessage(model_id), secretKey)`. @throws {OmlaError} as {@link readHosterClaim} */
export function buildHosterClaim(fields: Draft<HosterClaimDocument>): HosterClaimDocument {
  return readHosterClaim(draftDocument("hoster-claim", fields));
}

/**
 * Verifies both signatures of a claim by the key that it names, then reads it.
 *
 * @throws {OmlaError} as {@link verifyDocument} and {@link readHosterClaim}
 * @see docs/spec/3-identity.md clause 3.22
 */
export async function verifyHosterClaim(document: object | string): Promise<{ document: HosterClaimDocument; digest: string }> {
  const snapshot = takeDocument(document);
  const publicKey = assertPublicKey(snapshot["hoster_pubkey"], "hoster_pubkey");
  const { digest } = await verifyDocument("hoster-claim", snapshot, publicKey);
  const claim = readHosterClaim(snapshot);
  if (!(await verify(claim.host_signature, hostMessage(claim.model_id), publicKey))) {
    throw protocolError(SIGNATURE_INVALID, "is not the hoster key's signature over host: and the model id", "host_signature");
  }
  return { document: claim, digest };
}

/**
 * Reads a verification or revocation of a claim.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.23
 */
export function readHosterVerification(value: unknown, path?: string): HosterVerification {
  const rules = { ...RULES, verified: FLAG, nonce: NUMBER_FROM_1 };
  return readDocument("hoster-verification", value, rules, path) as unknown as HosterVerification;
}

/** An unsigned verification. @throws {OmlaError} as {@link readHosterVerification} */
export function buildHosterVerification(fields: Draft<HosterVerification>): HosterVerification {
  return readHosterVerification(draftDocument("hoster-verification", fields));
}

/**
 * Reads a hoster's volume report.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID with the path of the field
 * @see docs/spec/3-identity.md clause 3.24
 */
export function readHosterReport(value: unknown, path?: string): HosterReport {
  const rules = { ...RULES, quarter: QUARTER, inferences: COUNT, revision: NUMBER_FROM_1 };
  return readDocument("hoster-report", value, rules, path) as unknown as HosterReport;
}

/** An unsigned volume report. @throws {OmlaError} as {@link readHosterReport} */
export function buildHosterReport(fields: Draft<HosterReport>): HosterReport {
  return readHosterReport(draftDocument("hoster-report", fields));
}
