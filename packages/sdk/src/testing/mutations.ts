import { type Change, type ChangeKind, type Mutation, readMutation } from "../protocol/documents/mutation.ts";
import type { Registration } from "../protocol/documents/registration.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { MutatedModel } from "../client/models.ts";
import { assertKnownCurrencies } from "./currencies.ts";
import { changeDocument } from "./model-versions.ts";
import { assertFreeHashes, assertSoundLineage } from "./registrations.ts";
import { checkIssued, documentOf, takeDocument, type Verified, verifyByOne } from "./signed-document.ts";
import { Refusal, type State, type StoredModel, type StoredWallet } from "./state.ts";
import { assertKnownWallets } from "./wallets.ts";

type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;

/** What each kind of change does to a model; what it refuses, it refuses before anything is changed. */
const CHANGES: {
  readonly [Kind in ChangeKind]: (state: State, model: StoredModel, change: ChangeOf<Kind>, wallet: StoredWallet | undefined) => void;
} = {
  "wallet-rail": (_state, model, { rail }, wallet) => {
    if (wallet === undefined) return;
    wallet.rail = rail;
    if (wallet.isPrimary) model.document = { ...model.document, wallet: { ...model.document.wallet, rail } };
  },
  lineage: (state, model, { lineage }) => {
    assertSoundLineage(state, { ...model.document, lineage });
    replace(state, model, { lineage });
  },
  splits: (state, model, { contribution_splits }) => {
    assertKnownWallets(state.wallets, contribution_splits);
    replace(state, model, { contribution_splits });
  },
  "currency-prefs": (state, model, { creator_currency_prefs }) => {
    assertKnownCurrencies(creator_currency_prefs);
    replace(state, model, { creator_currency_prefs });
  },
  "hoster-share": (state, model, { hoster_share_pct }) => replace(state, model, { hoster_share_pct }),
  metadata: (_state, model, { metadata }) => {
    for (const [name, value] of Object.entries(metadata)) {
      if (value === null) model.metadata.delete(name);
      else model.metadata.set(name, value);
    }
  },
  locations: (state, model, { locations }) => replace(state, model, { locations }),
  files: (state, model, { files }) => {
    const hashes = files.map(({ sha256 }) => sha256);
    assertFreeHashes(state, model.document.model_id, hashes);
    replace(state, model, { files });
    for (const hash of hashes) model.hashes.add(hash);
  },
  deactivate: (_state, model) => {
    model.isActive = false;
  },
};

function replace(state: State, model: StoredModel, set: Partial<Registration>): void {
  changeDocument(state, model, { ...model.document, ...set });
}

/**
 * Changes a model by a signed mutation with a higher nonce.
 *
 * @see docs/spec/3-identity.md clauses 3.20 and 3.33
 */
export async function mutateModel(state: State, body: Readonly<Record<string, unknown>>): Promise<MutatedModel> {
  const { sent } = documentOf(body, ["mutation"]);
  const mutation = readMutation(sent, undefined, state.limits);
  checkIssued(state, mutation);
  const { change } = mutation;
  const named = change.kind === "wallet-rail" ? state.wallets.get(change.address.toLowerCase()) : undefined;
  const verified = await verifyByOne("mutation", mutation, [...keysOf(state.models.get(mutation.model_id)), ...ownerOf(named)]);
  await takeDocument(state, mutation, verified.digest, body["private"], "private_sha256" in change ? change.private_sha256 : undefined);
  return apply(state, verified, named);
}

function apply(
  state: State,
  { document: { model_id, nonce, change }, digest, signer }: Verified<Mutation>,
  wallet: StoredWallet | undefined,
): MutatedModel {
  const model = activeModel(state, model_id);
  if (change.kind === "wallet-rail" && wallet === undefined)
    throw new Refusal(422, "WALLET_UNKNOWN", `${change.address} is no wallet of this registry`, { path: "change.address" });
  const isOwners = wallet !== undefined && !wallet.isPrimary;
  const mayChange = isOwners
    ? signer === wallet.owner_pubkey
    : keysOf(model).includes(signer) && (wallet?.model_id ?? model_id) === model_id;
  if (!mayChange) throw new Refusal(403, "KEY_NOT_ALLOWED", "this key may not make this change");
  const counted = isOwners ? wallet : model;
  assertHigher(nonce, counted.nonce);
  (CHANGES[change.kind] as (state: State, model: StoredModel, change: Change, wallet: StoredWallet | undefined) => void)(
    state,
    model,
    change,
    wallet,
  );
  counted.nonce = nonce;
  state.documents.add(digest);
  return { model_id, kind: change.kind, nonce, digest, effective_from: formatTimestamp(state.clock.now()) };
}

function activeModel(state: State, id: string): StoredModel {
  const model = state.models.get(id);
  if (model === undefined) throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${id}`, { path: "model_id" });
  if (model.isActive) return model;
  throw new Refusal(409, "MODEL_INACTIVE", "the model was deactivated", { path: "model_id" });
}

/** The model's key and its recovery key. */
export function keysOf(model: StoredModel | undefined): string[] {
  if (model === undefined) return [];
  const { ed25519_pubkey, recovery_pubkey } = model.document;
  return recovery_pubkey === undefined ? [ed25519_pubkey] : [ed25519_pubkey, recovery_pubkey];
}

function ownerOf(wallet: StoredWallet | undefined): string[] {
  return wallet?.owner_pubkey == null ? [] : [wallet.owner_pubkey];
}

/** At the highest number a nonce stays: a document is taken once all the same, by its digest. @see docs/spec/3-identity.md clause 3.20 */
export function assertHigher(nonce: number, current: number): void {
  if (nonce > current || (nonce === current && current === Number.MAX_SAFE_INTEGER)) return;
  throw new Refusal(409, "NONCE_NOT_HIGHER", `the nonce ${nonce} was used before`, {
    path: "nonce",
    details: { current },
    hint: "Sign again with a higher nonce.",
  });
}
