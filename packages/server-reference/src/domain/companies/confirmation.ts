import { createHash } from "node:crypto";
import type { AppContext } from "../../context.ts";
import { readToken, signToken } from "../../credentials/jwt.ts";

const ROLE = "confirm-email";
const WEEK_SECONDS = 7 * 86_400;

/** What the mail says; the token in it proves that somebody reads the address. */
export function confirmationText(ctx: AppContext, companyId: string, email: string): string {
  const iat = Math.floor(ctx.clock.now().getTime() / 1_000);
  const token = signToken(
    { role: ROLE, sub: companyId, email_sha256: emailDigest(email), iat, exp: iat + WEEK_SECONDS },
    ctx.config.jwtSecret,
  );
  const { publicUrl } = ctx.config;
  return `Somebody registered a company at ${publicUrl} with this address.

To confirm it, send within a week:

  curl -X POST ${publicUrl}/functions/v1/confirm-email -H 'content-type: application/json' -d '{"token":"${token}"}'

If this was not you, do nothing.
`;
}

export interface Confirmation {
  readonly companyId: string;
  readonly emailSha256: string;
}

/** Reads a token of such a mail; undefined where it is none, or too old. */
export function readConfirmation(ctx: AppContext, token: string): Confirmation | undefined {
  const claims = readToken(token, ctx.config.jwtSecret, ctx.clock.now());
  const emailSha256 = claims?.["email_sha256"];
  if (claims?.role !== ROLE || claims.sub === undefined || typeof emailSha256 !== "string") return undefined;
  return { companyId: claims.sub, emailSha256 };
}

/** A token confirms the address that it was sent to, not one that came later. */
export function emailDigest(email: string): string {
  return createHash("sha256").update(email).digest("hex");
}
