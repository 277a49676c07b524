import { decodeAddress, encodeAddress } from "../address.ts";
import { type Draft, draftDocument } from "../document-draft.ts";
import {
  type DocumentHead,
  HOSTER_SHARE,
  LINE_TEXT,
  LONG_TEXT,
  listOf,
  MODEL_ID,
  objectOf,
  oneOf,
  PRIVATE,
  PUBLIC_KEY,
  readDocument,
  SENT,
  WALLET,
} from "../document-rules.ts";
import {
  assertParents,
  assertPreferences,
  assertSplits,
  type DeclaredParent,
  type DeclaredSplit,
  FILES,
  LINEAGE,
  LOCATIONS,
  type ModelFile,
  PREFS,
  SPLITS,
} from "../document-sets.ts";
import { takeDocument, verifyDocument } from "../documents.ts";
import { DOCUMENT_SCHEMA, SIGNATURE_INVALID } from "../codes/documents.ts";
import { joinPath, protocolError } from "../errors.ts";
import { type FieldRules, OBJECT, optional, SHA256 } from "../file-rules.ts";
import { ASSET_KINDS, type AssetKind, MAX, RAILS, type Rail } from "../forms.ts";
import { assertPublicKey } from "../keys.ts";
import type { LineageLimits } from "../limits.ts";
import type { CurrencyPreference } from "../payout-currency.ts";
import { type RecoveryProof, readRecoveryProof } from "./recovery-proof.ts";

/** A model, as its creator registers it by the model's key. */
export interface Registration extends DocumentHead<"registration"> {
  /** A UUID v4 that the client makes. */
  readonly model_id: string;
  readonly name: string;
  readonly description?: string;
  readonly domain?: string;
  /** `model` where left out. */
  readonly asset_kind?: AssetKind;
  readonly license_version: string;
  readonly ed25519_pubkey: string;
  readonly recovery_pubkey?: string;
  /** Signed by the recovery key; there where `recovery_pubkey` is. */
  readonly recovery_proof?: RecoveryProof;
  /** SHA-256 of the weights in lower-case hex. */
  readonly model_hash: string;
  readonly files?: readonly ModelFile[];
  /** 0 to 50, up to six places. */
  readonly hoster_share_pct?: string;
  /** The primary wallet: its address encodes the model id. */
  readonly wallet: { readonly address: string; readonly rail: Rail };
  /** Further wallets; each one's rail is set by its own owner's key. */
  readonly wallets?: readonly { readonly address: string; readonly owner_pubkey: string; readonly label: string }[];
  /** In order, which decides amounts. */
  readonly lineage: readonly DeclaredParent[];
  /** In order, likewise. */
  readonly contribution_splits: readonly DeclaredSplit[];
  readonly creator_currency_prefs?: readonly CurrencyPreference[];
  /** Where the weights may honestly stand. */
  readonly locations?: readonly string[];
  /** {@link privateDigest} of what travels beside the document. */
  readonly private_sha256: string;
  readonly registration_signature?: string;
}

const RULES: FieldRules = {
  ...SENT,
  model_id: MODEL_ID,
  name: LINE_TEXT,
  description: optional(LONG_TEXT),
  domain: optional(LINE_TEXT),
  asset_kind: optional(oneOf(ASSET_KINDS)),
  license_version: LINE_TEXT,
  ed25519_pubkey: PUBLIC_KEY,
  recovery_pubkey: optional(PUBLIC_KEY),
  recovery_proof: optional(OBJECT),
  model_hash: SHA256,
  files: optional(FILES),
  hoster_share_pct: optional(HOSTER_SHARE),
  wallet: objectOf({ address: WALLET, rail: oneOf(RAILS), rail_identifier: PRIVATE }),
  wallets: optional(
    listOf(objectOf({ address: WALLET, owner_pubkey: PUBLIC_KEY, label: LINE_TEXT, rail_identifier: PRIVATE }), MAX.wallets),
  ),
  lineage: LINEAGE,
  contribution_splits: SPLITS,
  creator_currency_prefs: optional(PREFS),
  locations: optional(LOCATIONS),
  private_sha256: SHA256,
  contact_email: PRIVATE,
  private: PRIVATE,
};

/**
 * Reads a registration: its fields, then its sets. Signatures are {@link verifyRegistration}'s matter.
 *
 * @throws {OmlaError} DOCUMENT_SCHEMA | ADDRESS_INVALID | KEY_INVALID | HOSTER_SHARE_RANGE | CURRENCY_BACKUP | PREFERENCE_DUPLICATE |
 * a set's code of `docs/spec/4-splits.md`, with the path of the field
 * @see docs/spec/3-identity.md clause 3.19
 */
export function readRegistration(value: unknown, path?: string, limits?: LineageLimits): Registration {
  const document = readDocument("registration", value, RULES, path) as unknown as Registration;
  checkRecovery(document, path);
  checkWallets(document, path);
  assertParents(document.model_id, document.lineage, joinPath(path, "lineage"), limits);
  assertSplits(document.contribution_splits, joinPath(path, "contribution_splits"), limits);
  if (document.creator_currency_prefs) assertPreferences(document.creator_currency_prefs, joinPath(path, "creator_currency_prefs"));
  return document;
}

/** An unsigned registration. @throws {OmlaError} as {@link readRegistration} */
export function buildRegistration(fields: Draft<Registration>, limits?: LineageLimits): Registration {
  return readRegistration(draftDocument("registration", fields), undefined, limits);
}

/**
 * Verifies a registration by the key that it registers, and the recovery key's proof inside it, then reads it.
 *
 * @param document - the text as it arrived, or an object
 * @throws {OmlaError} as {@link verifyDocument} and {@link readRegistration}
 * @see docs/spec/3-identity.md clauses 3.13 and 3.25
 */
export async function verifyRegistration(
  document: object | string,
  limits?: LineageLimits,
): Promise<{ document: Registration; digest: string }> {
  const snapshot = takeDocument(document);
  const publicKey = assertPublicKey(snapshot["ed25519_pubkey"], "ed25519_pubkey");
  const { digest } = await verifyDocument("registration", snapshot, publicKey);
  const registration = readRegistration(snapshot, undefined, limits);
  const { recovery_proof: proof, recovery_pubkey: recoveryKey } = registration;
  if (proof && recoveryKey && !(await isProof(proof, recoveryKey))) {
    throw protocolError(SIGNATURE_INVALID, "the recovery key did not sign this proof", "recovery_proof.signature");
  }
  return { document: registration, digest };
}

async function isProof(proof: RecoveryProof, recoveryKey: string): Promise<boolean> {
  return verifyDocument("recovery-proof", proof, recoveryKey).then(
    () => true,
    () => false,
  );
}

/** The recovery key is another one, and its proof speaks of this model, this key and this registry. */
function checkRecovery(document: Registration, path: string | undefined): void {
  const { recovery_pubkey: key, recovery_proof: proof } = document;
  const at = joinPath(path, "recovery_proof");
  if ((key === undefined) !== (proof === undefined)) throw protocolError(DOCUMENT_SCHEMA, "must stand beside recovery_pubkey", at);
  if (proof === undefined) return;
  if (key === document.ed25519_pubkey) {
    throw protocolError(DOCUMENT_SCHEMA, "must be another key than the model's", joinPath(path, "recovery_pubkey"));
  }
  readRecoveryProof(proof, at);
  for (const member of ["model_id", "ed25519_pubkey", "registry"] as const) {
    if (proof[member] !== document[member]) throw protocolError(DOCUMENT_SCHEMA, `must be the document's ${member}`, joinPath(at, member));
  }
}

function checkWallets({ model_id, wallet, wallets = [] }: Registration, path: string | undefined): void {
  const primary = encodeAddress(model_id);
  const at = (index: number): string => joinPath(path, index === 0 ? "wallet.address" : `wallets[${index - 1}].address`);
  const addresses = [wallet, ...wallets].map(({ address }) => decodeAddress(address).address);
  if (addresses[0] !== primary) throw protocolError(DOCUMENT_SCHEMA, `must encode the model id: ${primary}`, at(0));
  const again = addresses.findIndex((address, index) => addresses.indexOf(address) < index);
  if (again >= 0) throw protocolError(DOCUMENT_SCHEMA, "is named twice", at(again));
}
