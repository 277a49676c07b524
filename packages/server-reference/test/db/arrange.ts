import { randomBytes, randomUUID } from "node:crypto";
import {
  canonicalize,
  type Change,
  documentDigest,
  type DocumentType,
  DOCUMENT_TYPES,
  encodeAddress,
  generateKeyPair,
  type JsonValue,
  type KeyPair,
  privateDigest,
  signDocument,
  signedBody,
} from "@omla/sdk/protocol";
import type { Tx } from "../../src/db/database.ts";
import { databaseError } from "../../src/db/errors.ts";
import type { TestDatabase } from "../helpers/database.ts";

const REGISTRY = "https://registry.test";
const LICENSE = "v8-10-2025";

/** A signed document in the form that the apply functions take. */
export interface Signed {
  readonly body: string;
  readonly digest: string;
  readonly signature: string;
}

export async function signed(type: DocumentType, document: object, secretKey: string): Promise<Signed> {
  const complete = (await signDocument(type, document, secretKey)) as Record<string, unknown>;
  return {
    body: canonicalize(signedBody(type, document) as JsonValue),
    digest: await documentDigest(type, document),
    signature: String(complete[DOCUMENT_TYPES[type][0]]),
  };
}

export interface ModelDraft {
  readonly id?: string;
  readonly name?: string;
  readonly keys?: KeyPair;
  readonly recovery?: KeyPair;
  readonly hash?: string;
  readonly rail?: "stripe" | "other";
  readonly railIdentifier?: string;
  readonly email?: string;
  /** Parent id or other reference → weight, in order. */
  readonly parents?: readonly (readonly [parent: string, weight: string])[];
  /** Wallet → percentage, in order. */
  readonly splits?: readonly (readonly [wallet: string, percentage: string])[];
  readonly wallets?: readonly { readonly address: string; readonly owner_pubkey: string; readonly label: string }[];
  readonly prefs?: readonly (readonly [code: string, isBackup: boolean])[];
  readonly hosterShare?: string;
  readonly files?: readonly { readonly path: string; readonly sha256: string; readonly size: number }[];
  readonly locations?: readonly string[];
}

export interface ArrangedModel {
  readonly id: string;
  readonly address: string;
  readonly keys: KeyPair;
  readonly document: Signed;
}

export function randomHash(): string {
  return randomBytes(32).toString("hex");
}

export function randomAddress(): string {
  return encodeAddress(randomBytes(16));
}

/** The body of a registration without the checks of its builder, so that the database has something to refuse. */
export async function registrationOf(draft: ModelDraft, keys: KeyPair, id: string): Promise<{ document: object; privateText: string }> {
  const privatePart = {
    rail_identifier: draft.railIdentifier ?? "acct_1",
    salt: randomBytes(16).toString("hex"),
    ...(draft.email && { contact_email: draft.email }),
  };
  const document = {
    spec: "omla-registration/1",
    issued_at: "2026-07-01T00:00:00Z",
    registry: REGISTRY,
    model_id: id,
    name: draft.name ?? "A model",
    asset_kind: "model",
    license_version: LICENSE,
    ed25519_pubkey: keys.publicKey,
    ...(draft.recovery && { recovery_pubkey: draft.recovery.publicKey }),
    model_hash: draft.hash ?? randomHash(),
    wallet: { address: encodeAddress(id), rail: draft.rail ?? "stripe" },
    ...(draft.wallets && { wallets: draft.wallets }),
    lineage: (draft.parents ?? []).map(([parent, contribution_weight]) => ({
      ...parentOf(parent),
      relationship: "fine-tune",
      contribution_weight,
    })),
    contribution_splits: (draft.splits ?? []).map(([wallet, percentage], index) => ({
      recipient: `Recipient ${index}`,
      wallet,
      percentage,
    })),
    ...(draft.prefs && { creator_currency_prefs: draft.prefs.map(([code, is_backup]) => ({ code, is_backup })) }),
    ...(draft.hosterShare && { hoster_share_pct: draft.hosterShare }),
    ...(draft.files && { files: draft.files }),
    ...(draft.locations && { locations: draft.locations }),
    private_sha256: await privateDigest(privatePart),
  };
  return { document, privateText: canonicalize(privatePart as unknown as JsonValue) };
}

function parentOf(parent: string): object {
  if (/^[0-9a-f-]{36}$/.test(parent)) return { parent_id: parent };
  return /^omla1/i.test(parent) ? { parent_wallet: parent } : { parent_ref: parent };
}

/** Registers a model as the server does: signed, and through the one function that stores it. */
export async function registerModel(tx: Tx, draft: ModelDraft = {}): Promise<ArrangedModel> {
  const id = draft.id ?? randomUUID();
  const keys = draft.keys ?? (await generateKeyPair());
  const { document, privateText } = await registrationOf(draft, keys, id);
  const body = await signed("registration", document, keys.secretKey);
  await tx.query("select omla.apply_registration($1, $2, $3, $4)", [body.body, body.digest, body.signature, privateText]);
  return { id, address: encodeAddress(id), keys, document: body };
}

export async function register(database: TestDatabase, draft: ModelDraft = {}): Promise<ArrangedModel> {
  return database.db.service((tx) => registerModel(tx, draft));
}

export interface MutationDraft {
  readonly model_id: string;
  readonly nonce: number;
  readonly change: Change | Record<string, unknown>;
}

/** Applies a signed mutation as the server does. */
export async function mutate(tx: Tx, draft: MutationDraft, keys: KeyPair, privateText: string | null = null): Promise<unknown> {
  const document = { spec: "omla-mutation/1", issued_at: "2026-07-02T00:00:00Z", registry: REGISTRY, ...draft };
  const body = await signed("mutation", document, keys.secretKey);
  const { rows } = await tx.query<{ answer: unknown }>("select omla.apply_mutation($1, $2, $3, $4, $5) as answer", [
    body.body,
    body.digest,
    body.signature,
    keys.publicKey,
    privateText,
  ]);
  return rows[0]?.answer;
}

export async function mutateIn(
  database: TestDatabase,
  draft: MutationDraft,
  keys: KeyPair,
  privateText: string | null = null,
): Promise<unknown> {
  return database.db.service((tx) => mutate(tx, draft, keys, privateText));
}

export function lineageChange(parents: readonly (readonly [parent: string, weight: string])[]): Record<string, unknown> {
  return {
    kind: "lineage",
    lineage: parents.map(([parent, contribution_weight]) => ({ ...parentOf(parent), relationship: "merge", contribution_weight })),
  };
}

export function splitsChange(splits: readonly (readonly [wallet: string, percentage: string])[]): Record<string, unknown> {
  return {
    kind: "splits",
    contribution_splits: splits.map(([wallet, percentage], index) => ({ recipient: `R${index}`, wallet, percentage })),
  };
}

/** The code and details of what a promise is refused with. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ readonly code: string; readonly status: number; readonly path: string | undefined; readonly details: unknown }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const known = databaseError(error);
  if (known === undefined) throw new Error("expected a refusal of the database", { cause: error });
  return { code: known.code, status: known.status, path: known.path, details: known.details };
}
