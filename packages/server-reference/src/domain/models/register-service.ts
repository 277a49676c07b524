import { canonicalize, type Registration, signedBody, verifyRegistration } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { checkIssuedAt } from "../documents/issued-at.ts";
import { checkPrivate } from "../documents/private-part.ts";
import { applyRegistration, type RegisteredModel } from "./repository.ts";
import type { RegistrationInput } from "./schema.ts";

/** A registration whose signatures hold, before anything is stored. */
export interface VerifiedRegistration {
  readonly document: Registration;
  readonly digest: string;
  /** Canonical JSON of what travelled beside the document. */
  readonly privateText: string | null;
}

/**
 * Verifies a signed registration and what travels beside it; needs no database.
 *
 * @throws {OmlaError} SIGNATURE_INVALID | DOCUMENT_SCHEMA | PRIVATE_MISMATCH | ISSUED_IN_FUTURE | … with the path of the field
 * @see docs/spec/3-identity.md clauses 3.13 and 3.28
 */
export async function verifyInput(ctx: AppContext, input: RegistrationInput): Promise<VerifiedRegistration> {
  const { document, digest } = await verifyRegistration(input.document, ctx.config.limits);
  checkIssuedAt(ctx, document);
  return { document, digest, privateText: await checkPrivate(input.private, document.private_sha256) };
}

/** Stores a verified registration through the one function of the database that can. */
export async function registerModel(tx: Tx, { document, digest, privateText }: VerifiedRegistration): Promise<RegisteredModel> {
  const body = canonicalize(signedBody("registration", document));
  return applyRegistration(tx, { body, digest, signature: document.registration_signature ?? "", privateText });
}
