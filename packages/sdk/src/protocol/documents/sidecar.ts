import { type Draft, draftDocument } from "../document-draft.ts";
import { type DocumentHead, LINE_TEXT, listOf, MODEL_ID, PUBLIC_KEY, readDocument, SENT, URL_TEXT, WALLET } from "../document-rules.ts";
import { LOCATIONS } from "../document-sets.ts";
import { takeDocument, verifyDocument } from "../documents.ts";
import { type FieldRules, optional, SHA256 } from "../file-rules.ts";
import { MAX } from "../forms.ts";
import { assertPublicKey } from "../keys.ts";

/** `omla.json`, which stands beside the weights. Alone it proves nothing about compliance. */
export interface Sidecar extends DocumentHead<"sidecar"> {
  readonly $schema?: string;
  readonly model_id: string;
  readonly name: string;
  readonly pubkey: string;
  readonly wallet: string;
  readonly license_version: string;
  /** Of the weights. */
  readonly sha256: readonly string[];
  /** Where this file may honestly stand. */
  readonly locations: readonly string[];
  readonly signature?: string;
}

const RULES: FieldRules = {
  $schema: optional(URL_TEXT),
  ...SENT,
  model_id: MODEL_ID,
  name: LINE_TEXT,
  pubkey: PUBLIC_KEY,
  wallet: WALLET,
  license_version: LINE_TEXT,
  sha256: listOf(SHA256, MAX.hashes),
  locations: LOCATIONS,
};

/**
 * Reads a sidecar. Its signature is {@link verifySidecar}'s matter.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | KEY_INVALID | ADDRESS_INVALID with the path of the field
 * @see docs/spec/8-sidecar.md clause 8.1
 */
export function readSidecar(value: unknown, path?: string): Sidecar {
  return readDocument("sidecar", value, RULES, path) as unknown as Sidecar;
}

/** An unsigned sidecar. @throws {OmlaError} as {@link readSidecar} */
export function buildSidecar(fields: Draft<Sidecar>): Sidecar {
  return readSidecar(draftDocument("sidecar", fields));
}

/**
 * Verifies a sidecar by the key that it names, then reads it. Whether that key is the model's, only a trusted registry can say.
 *
 * @param document - the text as it arrived, or an object
 * @throws {OmlaError} as {@link verifyDocument} and {@link readSidecar}
 * @see docs/spec/8-sidecar.md clauses 8.1 and 8.3
 */
export async function verifySidecar(document: object | string): Promise<{ document: Sidecar; digest: string }> {
  const snapshot = takeDocument(document);
  const publicKey = assertPublicKey(snapshot["pubkey"], "pubkey");
  const { digest } = await verifyDocument("sidecar", snapshot, publicKey);
  return { document: readSidecar(snapshot), digest };
}
