import type { AppContext } from "../../context.ts";
import { readToken, signToken } from "../../credentials/jwt.ts";
import type { Tx } from "../../db/database.ts";
import type { CompanyPrincipal } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { enqueueNotice } from "../notices/service.ts";
import { insertChallenge, useChallenge } from "../sessions/repository.ts";
import { emailDigest } from "./confirmation.ts";
import { companyError } from "./errors.ts";
import { findCompaniesByEmail, hasEmail } from "./repository.ts";

const ROLE = "company-sign-in";
const LINK_MINUTES = 15;
const SESSION_SECONDS = 15 * 60;
const NONCE_BYTES = 32;

export interface CompanySession {
  readonly access_token: string;
  readonly token_type: "bearer";
  readonly expires_in: number;
  readonly company_id: string;
}

/** Mails a sign-in token to the companies of an address; whoever asks does not learn whether there are any. */
export async function mailSignIn(ctx: AppContext, tx: Tx, email: string): Promise<{ sent: true }> {
  for (const company_id of await findCompaniesByEmail(tx, email)) await enqueueNotice(ctx, tx, { kind: "company-sign-in", company_id });
  return { sent: true };
}

/** What that mail says. The token is made when the mail is sent, so that none lies in the queue. */
export async function signInText(ctx: AppContext, companyId: string, email: string): Promise<string> {
  const now = ctx.clock.now();
  const nonce = Buffer.from(ctx.random(NONCE_BYTES)).toString("base64url");
  const expires = new Date(now.getTime() + LINK_MINUTES * 60_000);
  await ctx.db.service((tx) => insertChallenge(tx, nonce, expires));
  const claims = { role: ROLE, sub: companyId, nonce, email_sha256: emailDigest(email), iat: secondsOf(now), exp: secondsOf(expires) };
  const { publicUrl } = ctx.config;
  return `Somebody asked to sign in as a company with this address at ${publicUrl}.

To look at the company's reports and payments, send within ${LINK_MINUTES} minutes, once:

  curl -X POST ${publicUrl}/functions/v1/company-session -H 'content-type: application/json' -d '{"token":"${signToken(claims, ctx.config.jwtSecret)}"}'

The session reads and changes nothing. If this was not you, do nothing.
`;
}

/**
 * Gives a company's session for a token of such a mail, once. It does not confirm the address: whoever signs in to a company of its own
 * shall not vouch for another that a stranger registered with the same address.
 *
 * @throws {ApiError} SIGN_IN_TOKEN
 */
export async function signInByMail(ctx: AppContext, tx: Tx, token: string): Promise<CompanySession> {
  const claims = readToken(token, ctx.config.jwtSecret, ctx.clock.now());
  const { sub, nonce, email_sha256 } = (claims?.role === ROLE ? claims : {}) as { sub?: string; nonce?: string; email_sha256?: string };
  const isOurs = sub !== undefined && nonce !== undefined && email_sha256 !== undefined;
  if (!isOurs || !(await useChallenge(tx, nonce)) || !(await hasEmail(tx, sub, email_sha256)))
    throw companyError("SIGN_IN_TOKEN", "This token opens no session.", "token");
  await appendAudit(tx, { actor: sub, action: "company.sign_in", entity: "commercial_user", entityId: sub, detail: {} });
  return companySession(ctx, sub, { live: true });
}

/** A session that sees what the given key sees, for a browser or a colleague who shall not hold the key; it ends when the key is revoked. */
export function keySession(ctx: AppContext, { companyId, live, keyId: kid }: CompanyPrincipal): CompanySession {
  return companySession(ctx, companyId, { live, kid });
}

function companySession(ctx: AppContext, companyId: string, key: { readonly live: boolean; readonly kid?: string }): CompanySession {
  const iat = secondsOf(ctx.clock.now());
  const claims = { role: "authenticated", sub: companyId, company_id: companyId, ...key, iat, exp: iat + SESSION_SECONDS };
  return {
    access_token: signToken(claims, ctx.config.jwtSecret),
    token_type: "bearer",
    expires_in: SESSION_SECONDS,
    company_id: companyId,
  };
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}
