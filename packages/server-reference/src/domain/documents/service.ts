import { assertPublicKey, canonicalize, OmlaError, signedBody, verifyDocument } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { documentError } from "./errors.ts";
import { checkIssuedAt } from "./issued-at.ts";
import { checkPrivate } from "./private-part.ts";
import { applyDocument, findSigners, type VerifiedDocument } from "./repository.ts";
import type { SignedInput } from "./schema.ts";
import { SIGNED_ACTIONS, type SignedAction, type SignedType } from "./signed-actions.ts";

export interface Verified {
  readonly type: SignedType;
  readonly document: VerifiedDocument;
}

/**
 * Verifies a signed document of one of the given types by the keys that may sign it; the database checks again who may.
 *
 * @throws {OmlaError} DOCUMENT_TYPE | SIGNATURE_INVALID | DOCUMENT_SCHEMA | ISSUED_IN_FUTURE | PRIVATE_MISMATCH | …
 * @see docs/spec/3-identity.md clauses 3.20 to 3.24
 */
export async function verifySigned(ctx: AppContext, types: readonly SignedType[], input: SignedInput): Promise<Verified> {
  const { document } = input;
  const type = types.find((candidate) => document["spec"] === `omla-${candidate}/1`);
  if (type === undefined) throw documentError("DOCUMENT_TYPE", `This action takes ${types.join(" or ")}.`, "document.spec");
  const action: SignedAction = SIGNED_ACTIONS[type];
  await action.alsoVerify?.(document);
  const sent = action.read(document, ctx.config.limits);
  checkIssuedAt(ctx, sent);
  const candidates = await candidatesOf(ctx, action, document, sent.model_id);
  const { digest, signer } = await verifyByOne(type, document, candidates);
  const privateText = await checkPrivate(input.private, committedOf(document));
  const body = canonicalize(signedBody(type, document));
  return { type, document: { body, digest, signature: String(document["signature"]), signer, privateText } };
}

/** Acts on a verified document, in the transaction of the caller. */
export function applySigned(tx: Tx, { type, document }: Verified): Promise<Readonly<Record<string, unknown>>> {
  return applyDocument(tx, SIGNED_ACTIONS[type].apply, document);
}

async function candidatesOf(
  ctx: AppContext,
  { signer }: SignedAction,
  document: SignedInput["document"],
  modelId: string,
): Promise<string[]> {
  if (signer === "hoster") return [assertPublicKey(document["hoster_pubkey"], "hoster_pubkey")];
  const change = document["change"] as { address?: unknown } | undefined;
  const wallet = typeof change?.address === "string" ? change.address.toLowerCase() : null;
  const keys = await ctx.db.service((tx) => findSigners(tx, modelId, wallet));
  if (keys.length > 0) return keys;
  throw new OmlaError("SIGNATURE_INVALID", "no key is registered that could sign for this model", {
    path: "model_id",
    hint: "Register the model first, or correct its id.",
  });
}

async function verifyByOne(type: SignedType, document: object, keys: readonly string[]): Promise<{ digest: string; signer: string }> {
  let refusal: unknown;
  for (const signer of keys) {
    try {
      return { digest: (await verifyDocument(type, document, signer)).digest, signer };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** A mutation commits inside its change. */
function committedOf(document: SignedInput["document"]): string | undefined {
  const change = document["change"] as { private_sha256?: unknown } | undefined;
  return typeof change?.private_sha256 === "string" ? change.private_sha256 : undefined;
}
