import { decodeAddress } from "../protocol/address.ts";
import { canonicalize } from "../protocol/canonical-json.ts";
import { privateDigest, readPrivatePart } from "../protocol/documents/private-part.ts";
import { type Registration, verifyRegistration } from "../protocol/documents/registration.ts";
import type { LineageModel } from "../protocol/lineage-walk.ts";
import { assertLineage } from "../protocol/lineage.ts";
import { planRegistration, type RegistrationPlan } from "../protocol/registration.ts";
import { formatTimestamp, parseTimestamp } from "../protocol/timestamp.ts";
import type { RegisteredModel } from "../client/models.ts";
import { Refusal, type State } from "./state.ts";

const SKEW_MS = 300_000;

/** Takes a signed registration in, or refuses it and stores nothing. */
export async function registerModel(
  state: State,
  body: { readonly document?: unknown; readonly private?: unknown },
): Promise<RegisteredModel & { plan: RegistrationPlan }> {
  if (typeof body.document !== "object" || body.document === null)
    throw new Refusal(400, "INPUT_INVALID", "a document is expected", { path: "document" });
  const { document, digest } = await verifyRegistration(body.document, state.limits);
  const now = state.clock.now();
  if (parseTimestamp(document.issued_at).getTime() > now.getTime() + SKEW_MS) {
    throw new Refusal(422, "ISSUED_IN_FUTURE", `the document was issued at ${document.issued_at}`, {
      path: "document.issued_at",
      hint: "Set the clock of the signing machine, and sign again.",
    });
  }
  await checkPrivate(document, body.private);
  checkNew(state, document, digest);
  const known = lineageModels(state);
  checkWallets(state, document);
  assertLineage({
    models: new Map([...known, [document.model_id, lineageModel(document)]]),
    target_model_id: document.model_id,
    limits: state.limits,
  });
  const registered_at = formatTimestamp(now);
  state.models.set(document.model_id, { document, digest, registered_at });
  const subject = {
    kind: "model" as const,
    id: document.model_id,
    state: "REGISTERED" as const,
    previous_state: null,
    state_since: registered_at,
    listing: null,
  };
  state.subjects.set(`model:${document.model_id}`, subject);
  const plan = planRegistration(document, known, state.policy, state.limits);
  return { model_id: document.model_id, address: primaryWallet(document), name: document.name, digest, registered_at, plan };
}

async function checkPrivate(document: Registration, part: unknown): Promise<void> {
  if (part === undefined) return;
  readPrivatePart(part, "private");
  if ((await privateDigest(part as object)) === document.private_sha256) return;
  throw new Refusal(422, "PRIVATE_MISMATCH", "the private data is not what the document commits to", { path: "private" });
}

function checkNew(state: State, document: Registration, digest: string): void {
  if (document.registry !== state.origin) {
    throw new Refusal(422, "REGISTRY_MISMATCH", `the document is meant for ${document.registry}`, {
      path: "registry",
      details: { origin: state.origin },
    });
  }
  for (const model of state.models.values()) {
    if (model.digest === digest) throw new Refusal(409, "DOCUMENT_EXISTS", "this document was accepted before", { details: { digest } });
    if (model.document.model_id === document.model_id)
      throw new Refusal(409, "MODEL_EXISTS", `the model ${document.model_id} is registered already`, { path: "model_id" });
    const taken = hashesOf(document).find((hash) => hashesOf(model.document).includes(hash));
    if (taken !== undefined)
      throw new Refusal(409, "HASH_TAKEN", `the weights ${taken} belong to ${model.document.name}`, {
        path: "model_hash",
        details: { model_id: model.document.model_id },
      });
  }
}

/** A split goes to a wallet that somebody holds: of this document, or of the registry. */
function checkWallets(state: State, document: Registration): void {
  const known = new Set([...state.models.values(), { document }].flatMap(({ document: of }) => walletsOf(of)));
  document.contribution_splits.forEach(({ wallet }, at) => {
    if (known.has(wallet.toLowerCase())) return;
    throw new Refusal(422, "WALLET_UNKNOWN", `${wallet} is no wallet of this registry`, { path: `contribution_splits[${at}].wallet` });
  });
}

export function primaryWallet(document: Registration): string {
  return document.wallet.address.toLowerCase();
}

export function walletsOf(document: Registration): string[] {
  return [primaryWallet(document), ...(document.wallets ?? []).map(({ address }) => address.toLowerCase())];
}

export function hashesOf(document: Registration): string[] {
  return [...new Set([document.model_hash, ...(document.files ?? []).map(({ sha256 }) => sha256)])];
}

/** Every registered model as split resolution sees it. */
export function lineageModels(state: State): Map<string, LineageModel> {
  return new Map([...state.models].map(([id, { document }]) => [id, lineageModel(document)]));
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

/** A model by id, primary address or weight hash. */
export function findModel(state: State, reference: string): Registration | undefined {
  const name = reference.toLowerCase();
  for (const { document } of state.models.values()) {
    if (document.model_id === name || primaryWallet(document) === name || hashesOf(document).includes(name)) return document;
  }
  return undefined;
}

/** Canonical text of a body, by which two calls are the same. */
export function contentOf(body: unknown): string {
  return canonicalize(body ?? null);
}
