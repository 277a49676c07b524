import { decodeAddress } from "../protocol/address.ts";
import { type Registration, verifyRegistration } from "../protocol/documents/registration.ts";
import type { LineageModel } from "../protocol/lineage-walk.ts";
import { checkLineage } from "../protocol/lineage.ts";
import { planRegistration, type RegistrationPlan } from "../protocol/registration.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { RegisteredModel } from "../client/models.ts";
import { assertKnownCurrencies } from "./currencies.ts";
import { documentAt } from "./model-versions.ts";
import { checkIssued, takeDocument } from "./signed-document.ts";
import { Refusal, type State, type StoredModel } from "./state.ts";
import { assertKnownWallets, claimWallets } from "./wallets.ts";

/** Takes a signed registration in, or refuses it and stores nothing. */
export async function registerModel(
  state: State,
  body: { readonly document?: unknown; readonly private?: unknown },
): Promise<RegisteredModel & { plan: RegistrationPlan }> {
  if (typeof body.document !== "object" || body.document === null)
    throw new Refusal(400, "INPUT_INVALID", "a document is expected", { path: "document" });
  const { document, digest } = await verifyRegistration(body.document, state.limits);
  checkIssued(state, document);
  await takeDocument(state, document, digest, body.private, document.private_sha256);
  if (state.models.has(document.model_id))
    throw new Refusal(409, "MODEL_EXISTS", `the model ${document.model_id} is registered already`, { path: "model_id" });
  assertFreeHashes(state, document.model_id, hashesOf(document));
  const wallets = claimWallets(state, document);
  assertKnownWallets(wallets, document.contribution_splits);
  assertKnownCurrencies(document.creator_currency_prefs);
  assertSoundLineage(state, document);
  const known = lineageModels(state);
  const registered_at = store(state, document, digest);
  for (const wallet of wallets.values()) state.wallets.set(wallet.address, wallet);
  const plan = planRegistration(document, known, state.policy, state.limits);
  return { model_id: document.model_id, address: primaryWallet(document), name: document.name, digest, registered_at, plan };
}

function store(state: State, document: Registration, digest: string): string {
  const registered_at = formatTimestamp(state.clock.now());
  const { model_id: id } = document;
  state.documents.add(digest);
  state.models.set(id, {
    ...{ document, digest, registered_at, history: [], rotations: [], nonce: 0, isActive: true },
    hashes: new Set(hashesOf(document)),
    metadata: new Map(),
  });
  const subject = {
    kind: "model" as const,
    id,
    state: "REGISTERED" as const,
    previous_state: null,
    state_since: registered_at,
    listing: null,
  };
  state.subjects.set(`model:${id}`, subject);
  return registered_at;
}

/** A hash belongs to one active model. @see docs/spec/3-identity.md clause 3.34 */
export function assertFreeHashes(state: State, modelId: string, hashes: readonly string[]): void {
  for (const [id, { document, isActive, hashes: held }] of state.models) {
    const taken = id === modelId || !isActive ? undefined : hashes.find((hash) => held.has(hash));
    if (taken === undefined) continue;
    throw new Refusal(409, "HASH_TAKEN", `the weights ${taken} belong to ${document.name}`, {
      details: { sha256: taken, model_id: id, name: document.name },
    });
  }
}

/** What a model declares may stand among those that are registered: no cycle, no lineage beyond the limits. */
export function assertSoundLineage(state: State, document: Registration): void {
  const [fault] = checkLineage({
    models: new Map([...lineageModels(state), [document.model_id, lineageModel(document)]]),
    target_model_id: document.model_id,
    limits: state.limits,
  });
  if (fault === undefined) return;
  // A registry says of a cycle which models it goes through, not which edge closed it.
  const { code, message, path, details, hint } = fault;
  throw new Refusal(422, code, message, { path: code === "LINEAGE_CYCLE" ? undefined : path, details, hint });
}

export function primaryWallet(document: Registration): string {
  return document.wallet.address.toLowerCase();
}

export function hashesOf(document: Registration): string[] {
  return [...new Set([document.model_hash, ...(document.files ?? []).map(({ sha256 }) => sha256)])];
}

/** Every registered model as split resolution sees it, now or as it stood at a moment. */
export function lineageModels(state: State, at?: Date): Map<string, LineageModel> {
  return new Map([...state.models].map(([id, model]) => [id, lineageModel(at === undefined ? model.document : documentAt(model, at))]));
}

function lineageModel(document: Registration): LineageModel {
  const lineage_edges = document.lineage.map(({ parent_id, parent_wallet, parent_ref, relationship, contribution_weight }) => ({
    parent_id:
      parent_id ?? (parent_wallet === undefined ? undefined : decodeAddress(parent_wallet).model_id) ?? parent_wallet ?? parent_ref ?? "",
    relationship,
    contribution_weight,
  }));
  return { wallet: primaryWallet(document), lineage_edges, contribution_splits: document.contribution_splits };
}

/** A model by id, primary address or weight hash; of several that had a hash, the active one. */
export function findModel(state: State, reference: string): StoredModel | undefined {
  const name = reference.toLowerCase();
  const models = [...state.models.values()];
  return (
    models.find(({ document }) => document.model_id === name || primaryWallet(document) === name) ??
    models.find(({ isActive, hashes }) => isActive && hashes.has(name)) ??
    models.find(({ hashes }) => hashes.has(name))
  );
}
