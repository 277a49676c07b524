import { createHmac, timingSafeEqual } from "node:crypto";

/** Claims of the registry's own tokens, in the names that Supabase clients know. */
export interface TokenClaims {
  readonly role: string;
  readonly sub?: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp?: number;
  readonly [claim: string]: unknown;
}

const HEADER = encode({ alg: "HS256", typ: "JWT" });
const MAX_TOKEN_CHARACTERS = 4_096;

/** Signs claims with HS256, the one algorithm that is also accepted. */
export function signToken(claims: TokenClaims, secret: string): string {
  const body = `${HEADER}.${encode(claims)}`;
  return `${body}.${mac(body, secret).toString("base64url")}`;
}

/**
 * Reads a token of ours: fixed algorithm, constant-time comparison, not expired.
 *
 * @returns undefined where it is not ours, not intact or not valid at `now`; the caller never learns which
 */
export function readToken(token: string, secret: string, now: Date): TokenClaims | undefined {
  const [header, payload, signature, more] = token.length > MAX_TOKEN_CHARACTERS ? [] : token.split(".");
  if (header !== HEADER || payload === undefined || signature === undefined || more !== undefined) return undefined;
  const expected = mac(`${header}.${payload}`, secret);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as TokenClaims | null;
  if (typeof claims !== "object" || claims === null) return undefined;
  return claims.exp !== undefined && claims.exp * 1_000 <= now.getTime() ? undefined : claims;
}

function mac(body: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(body).digest();
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
