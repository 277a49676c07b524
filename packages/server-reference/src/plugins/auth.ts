import type { FastifyRequest } from "fastify";
import { ApiError, errorsOf } from "../api-error.ts";
import type { AppContext } from "../context.ts";
import { parseApiKey } from "../credentials/api-key.ts";
import { readToken, type TokenClaims } from "../credentials/jwt.ts";
import { boardError } from "../domain/board/errors.ts";
import { BOARD_TOKEN_PREFIX, boardMemberOf, provedUntil } from "../domain/board/session-service.ts";
import { findApiKey } from "../domain/companies/api-key-repository.ts";
import type { App } from "../http.ts";
import type { Access, BoardPrincipal, BoardRole, Principal, SessionClaims } from "../principal.ts";
import { assertSameSite, boardCookieOf } from "./board-guard.ts";
import { clientNetwork } from "./client-network.ts";
import { countFailure, refuseAfterFailures } from "./rate-limit.ts";

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal;
  }
  interface FastifyContextConfig {
    /** Who may call the route; everybody where it is not said. */
    access?: Access;
    /** With access "board": the role that the member must have. */
    role?: BoardRole;
    /** With access "board": whether the act needs a code of the last five minutes. */
    fresh?: boolean;
  }
}

const ANONYMOUS: Principal = { kind: "anonymous" };
const ROLES: ReadonlyMap<string, "anonymous" | "operator" | "authenticated" | "reviewer" | "payout"> = new Map([
  ["anon", "anonymous"],
  ["service_role", "operator"],
  ["authenticated", "authenticated"],
  ["reviewer", "reviewer"],
  ["payout", "payout"],
]);

/** Finds out who asks before anything else happens; a credential that is not ours is refused, whatever the route. */
export function registerAuth(app: App, ctx: AppContext): void {
  app.decorateRequest("principal", null as never);
  app.addHook("onRequest", async (request) => {
    const { access } = request.routeOptions.config;
    request.principal = access === undefined ? ANONYMOUS : await authenticate(ctx, request);
    if (access !== undefined && !mayCall(access, request.principal)) throw forbidden(access, request.principal);
    if (access === "board") assertBoardMay(ctx, request);
  });
}

/** What a board route asks for beside a session: the role, a fresh code, and for a browser that the page is ours. */
function assertBoardMay(ctx: AppContext, request: FastifyRequest): void {
  const member = request.principal as BoardPrincipal;
  const { role, fresh } = request.routeOptions.config;
  if (member.carrier === "cookie") assertSameSite(request, ctx.config.publicUrl);
  if (role === "payout" && member.role !== "payout") throw boardError("ROLE_NEEDED", "This act needs the role payout.");
  if (fresh === true && provedUntil(member) <= ctx.clock.now()) throw boardError("PROOF_NEEDED", "This act needs a fresh code.");
}

function mayCall(access: Access, principal: Principal): boolean {
  if (access === "live company") return principal.kind === "company" && principal.live;
  return access === "anyone" || access === principal.kind;
}

async function authenticate(ctx: AppContext, request: FastifyRequest): Promise<Principal> {
  const credential = credentialOf(request);
  if (credential === undefined && request.routeOptions.config.access === "board") return cookieHolder(ctx, request);
  if (credential === undefined || credential === "anon") return ANONYMOUS;
  const network = clientNetwork(request.ip);
  const principal = await holderOf(ctx, credential, network);
  if (principal !== undefined) return principal;
  await countFailure(ctx, network, parseApiKey(credential)?.keyId);
  throw unauthorized();
}

/** A cookie counts on the board's routes only, so that no page elsewhere can act with it. */
async function cookieHolder(ctx: AppContext, request: FastifyRequest): Promise<Principal> {
  const cookie = boardCookieOf(request);
  if (cookie === undefined) return ANONYMOUS;
  const member = await boardMemberOf(ctx, cookie, "cookie");
  if (member === undefined) throw unauthorized();
  return member;
}

async function holderOf(ctx: AppContext, credential: string, network: string): Promise<Principal | undefined> {
  if (credential.startsWith(BOARD_TOKEN_PREFIX)) return boardMemberOf(ctx, credential, "bearer");
  return credential.startsWith("omla_") ? companyOf(ctx, credential, network) : sessionOf(ctx, credential);
}

/** Supabase clients send the same key as `apikey` and as bearer; a session's token goes before the anonymous key. */
function credentialOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const apikey = request.headers["apikey"];
  if (request.headers.authorization !== undefined && bearer === undefined) throw unauthorized();
  return bearer ?? (typeof apikey === "string" ? apikey : undefined);
}

async function companyOf(ctx: AppContext, credential: string, network: string): Promise<Principal | undefined> {
  const key = parseApiKey(credential);
  if (key === undefined) return undefined;
  const stored = await findApiKey(ctx, key.keyId);
  // Who is not known from the last minute costs a bcrypt, so a network that keeps failing is stopped before it.
  if (!ctx.hasher.remembers(key.text, stored?.api_key_hash)) await refuseAfterFailures(ctx, network, key.keyId);
  const matches = await ctx.hasher.matches(key.text, stored?.api_key_hash);
  if (!matches || stored === undefined || !stored.usable || stored.live !== key.live) return undefined;
  return { kind: "company", companyId: stored.company_id, keyId: key.keyId, live: stored.live, confirmed: stored.confirmed };
}

async function sessionOf(ctx: AppContext, credential: string): Promise<Principal | undefined> {
  const claims = readToken(credential, ctx.config.jwtSecret, ctx.clock.now());
  const role = claims === undefined ? undefined : ROLES.get(claims.role);
  if (claims === undefined || role === undefined) return undefined;
  if (role === "anonymous") return ANONYMOUS;
  if (role === "operator") return { kind: "operator" };
  // What a key opened ends with the key.
  if (typeof claims["kid"] === "string" && (await findApiKey(ctx, claims["kid"]))?.usable !== true) return undefined;
  return { kind: "session", role, claims: sessionClaims(claims) };
}

function sessionClaims(claims: TokenClaims): SessionClaims {
  const named: Record<string, string> = {};
  for (const name of ["sub", "pubkey", "email", "company_id"]) {
    const value = claims[name];
    if (typeof value === "string") named[name] = value;
  }
  return claims["live"] === undefined ? named : { ...named, live: claims["live"] === true };
}

/** One answer for an unknown, a wrong, an expired and a revoked credential. */
function unauthorized(): ApiError {
  return new ApiError(401, "CREDENTIAL_INVALID", "This credential is not accepted.", {
    hint: "Send a usable API key or session token as Authorization: Bearer …, or none at all.",
  });
}

const NEEDED: Readonly<Record<Access, string>> = {
  anyone: "nothing",
  company: "a company's API key (omla_live_… or omla_test_…)",
  "live company": "a company's live API key (omla_live_…)",
  session: "the session token of sign-in",
  board: "a board member's session of /admin/v1/sign-in",
  operator: "the operator's token",
};

const refused = errorsOf({
  CREDENTIAL_MISSING: { status: 401, hint: "Send what the message names as Authorization: Bearer …" },
  CREDENTIAL_KIND: { status: 403, hint: "Send what the message names as Authorization: Bearer …, instead of this credential." },
});

function forbidden(access: Access, principal: Principal): ApiError {
  return refused(principal.kind === "anonymous" ? "CREDENTIAL_MISSING" : "CREDENTIAL_KIND", `This operation needs ${NEEDED[access]}.`);
}
