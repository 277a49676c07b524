import { signToken } from "./jwt.ts";

const YEAR_SECONDS = 365 * 86_400;

/** The token with which the operator calls its actions over HTTP; whoever holds it can tick and publish. */
export function operatorToken(jwtSecret: string, now: Date): string {
  const iat = Math.floor(now.getTime() / 1_000);
  return signToken({ role: "service_role", iss: "omla", iat, exp: iat + YEAR_SECONDS }, jwtSecret);
}

/** The key that anonymous Supabase clients send; it gives no more than no key does. */
export function anonymousToken(jwtSecret: string, now: Date): string {
  const iat = Math.floor(now.getTime() / 1_000);
  return signToken({ role: "anon", iss: "omla", iat }, jwtSecret);
}
