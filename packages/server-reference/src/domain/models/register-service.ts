import {
  canonicalize,
  type JsonValue,
  parseTimestamp,
  privateDigest,
  readPrivatePart,
  type Registration,
  signedBody,
  verifyRegistration,
} from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { modelError } from "./errors.ts";
import { applyRegistration, type RegisteredModel } from "./repository.ts";
import type { RegistrationInput } from "./schema.ts";

const CLOCK_SKEW_MS = 300_000;

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
  if (parseTimestamp(document.issued_at).getTime() > ctx.clock.now().getTime() + CLOCK_SKEW_MS)
    throw modelError("ISSUED_IN_FUTURE", `The document was issued at ${document.issued_at}.`, "document.issued_at");
  return { document, digest, privateText: await checkPrivate(document, input.private) };
}

async function checkPrivate(document: Registration, part: RegistrationInput["private"]): Promise<string | null> {
  if (part === undefined) return null;
  readPrivatePart(part, "private");
  if ((await privateDigest(part)) !== document.private_sha256)
    throw modelError("PRIVATE_MISMATCH", "The private data is not what the document commits to.", "private");
  return canonicalize(part as JsonValue);
}

/** Stores a verified registration through the one function of the database that can. */
export async function registerModel(tx: Tx, { document, digest, privateText }: VerifiedRegistration): Promise<RegisteredModel> {
  const body = canonicalize(signedBody("registration", document) as unknown as JsonValue);
  return applyRegistration(tx, { body, digest, signature: document.registration_signature ?? "", privateText });
}
