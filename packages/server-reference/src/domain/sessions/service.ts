import { formatTimestamp, keyId, readSignIn, verifyDocument } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { signToken } from "../../credentials/jwt.ts";
import type { Tx } from "../../db/database.ts";
import { checkIssuedAt } from "../documents/issued-at.ts";
import { sessionError } from "./errors.ts";
import { insertChallenge, useChallenge } from "./repository.ts";

const CHALLENGE_BYTES = 32;
const CHALLENGE_MS = 5 * 60_000;
const SESSION_SECONDS = 15 * 60;

export interface Challenge {
  readonly challenge: string;
  readonly registry: string;
  readonly expires_at: string;
}

/** A random text to be signed with any key; also what a hoster signs into a claim after a revocation. */
export async function createChallenge(ctx: AppContext, tx: Tx): Promise<Challenge> {
  const challenge = Buffer.from(ctx.random(CHALLENGE_BYTES)).toString("base64url");
  const expiresAt = new Date(ctx.clock.now().getTime() + CHALLENGE_MS);
  await insertChallenge(tx, challenge, expiresAt);
  return { challenge, registry: ctx.config.publicUrl, expires_at: formatTimestamp(expiresAt) };
}

export interface Session {
  readonly access_token: string;
  readonly token_type: "bearer";
  readonly expires_in: number;
  readonly key_id: string;
}

/**
 * Gives a short session for a signed challenge. It reads what belongs to the key, and changes nothing.
 *
 * @throws {OmlaError} SIGNATURE_INVALID | CHALLENGE_UNKNOWN | REGISTRY_MISMATCH | DOCUMENT_SCHEMA | ISSUED_IN_FUTURE
 * @see docs/spec/3-identity.md clause 3.26
 */
export async function signIn(ctx: AppContext, tx: Tx, document: object): Promise<Session> {
  const { pubkey, challenge, registry, issued_at } = readSignIn(document);
  await verifyDocument("sign-in", document, pubkey);
  checkIssuedAt(ctx, { issued_at });
  if (registry !== ctx.config.publicUrl)
    throw sessionError("REGISTRY_MISMATCH", `The document is meant for ${registry}.`, "document.registry");
  if (!(await useChallenge(tx, challenge))) throw sessionError("CHALLENGE_UNKNOWN", "This challenge is not open.", "document.challenge");
  const iat = Math.floor(ctx.clock.now().getTime() / 1_000);
  const sub = await keyId(pubkey);
  const access_token = signToken({ role: "authenticated", sub, pubkey, iat, exp: iat + SESSION_SECONDS }, ctx.config.jwtSecret);
  return { access_token, token_type: "bearer", expires_in: SESSION_SECONDS, key_id: sub };
}
