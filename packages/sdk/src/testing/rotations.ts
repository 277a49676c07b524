import { type KeyChallenge, type KeyRotation, readKeyChallenge, readKeyRotation } from "../protocol/documents/key-rotation.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { PendingRotation } from "../client/models.ts";
import { assertHigher, keysOf } from "./mutations.ts";
import { checkIssued, documentOf, takeDocument, type Verified, verifyByOne } from "./signed-document.ts";
import { Refusal, type State, type StoredModel, type StoredRotation } from "./state.ts";

const PENDING_MS = 7 * 86_400_000;

/**
 * Asks for another key by either of the present ones, or stops one within seven days by the other.
 *
 * @see docs/spec/3-identity.md clause 3.21
 */
export async function rotateKey(state: State, body: Readonly<Record<string, unknown>>): Promise<PendingRotation> {
  const { type, sent } = documentOf(body, ["key-rotation", "key-challenge"]);
  const document = type === "key-rotation" ? readKeyRotation(sent) : readKeyChallenge(sent);
  checkIssued(state, document);
  const verified = await verifyByOne(type, document, keysOf(state.models.get(document.model_id)));
  await takeDocument(state, document, verified.digest, body["private"], undefined);
  const model = lockModel(state, verified);
  const answer = "rotation_digest" in document ? challenge(model, document, verified.signer) : ask(state, model, document, verified);
  model.nonce = document.nonce;
  state.documents.add(verified.digest);
  return answer;
}

/** The model of a signed change that counts in its nonce, by one of its own keys. */
export function lockModel(state: State, { document, signer }: Verified<{ model_id: string; nonce: number }>): StoredModel {
  const model = state.models.get(document.model_id);
  if (model === undefined) throw new Refusal(404, "MODEL_NOT_FOUND", `no model ${document.model_id}`, { path: "model_id" });
  if (!keysOf(model).includes(signer)) throw new Refusal(403, "KEY_NOT_ALLOWED", "this key may not make this change");
  assertHigher(document.nonce, model.nonce);
  return model;
}

function ask(
  state: State,
  model: StoredModel,
  { model_id, new_pubkey, new_recovery_pubkey }: KeyRotation,
  { digest, signer }: Verified<unknown>,
): PendingRotation {
  if (keysOf(model).includes(new_pubkey ?? new_recovery_pubkey ?? ""))
    throw new Refusal(422, "KEY_NOT_NEW", "the model has this key already", {
      path: new_pubkey === undefined ? "new_recovery_pubkey" : "new_pubkey",
    });
  if (model.rotations.some(({ isPending }) => isPending))
    throw new Refusal(409, "ROTATION_PENDING", "another rotation of this model is pending", { path: "model_id" });
  const completes_at = formatTimestamp(new Date(state.clock.now().getTime() + PENDING_MS));
  model.rotations.push({ digest, signer, new_pubkey, new_recovery_pubkey, completes_at, isPending: true });
  return { model_id, digest, completes_at };
}

function challenge(model: StoredModel, { model_id, rotation_digest }: KeyChallenge, signer: string): PendingRotation {
  const rotation = model.rotations.find(({ digest, isPending }) => isPending && digest === rotation_digest);
  if (rotation === undefined) throw new Refusal(404, "ROTATION_NOT_FOUND", "no such rotation is pending", { path: "rotation_digest" });
  if (rotation.signer === signer) throw new Refusal(403, "KEY_NOT_ALLOWED", "the key that asked for a rotation cannot challenge it");
  rotation.isPending = false;
  return { model_id, rotation_digest };
}

/** Completes every rotation whose seven days are over. */
export function completeRotations(state: State): void {
  const now = formatTimestamp(state.clock.now());
  for (const model of state.models.values())
    for (const rotation of model.rotations) if (rotation.isPending && rotation.completes_at <= now) complete(model, rotation);
}

function complete(model: StoredModel, rotation: StoredRotation): void {
  rotation.isPending = false;
  const { new_pubkey, new_recovery_pubkey } = rotation;
  model.document = {
    ...model.document,
    ...(new_pubkey === undefined ? {} : { ed25519_pubkey: new_pubkey }),
    ...(new_recovery_pubkey === undefined ? {} : { recovery_pubkey: new_recovery_pubkey }),
  };
}
