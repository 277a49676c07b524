import type { Role } from "./db/role.ts";

/** Who asks, as far as the credential proves it. */
export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "company"; readonly companyId: string; readonly keyId: string; readonly live: boolean; readonly confirmed: boolean }
  /** Somebody who signed a challenge with a key, or confirmed an e-mail address; reads, and changes nothing by itself. */
  | { readonly kind: "session"; readonly role: "authenticated" | "reviewer" | "payout"; readonly claims: SessionClaims }
  /** A member of the board, signed in with a code of an authenticator app. */
  | BoardPrincipal
  /** The operator of this registry. */
  | { readonly kind: "operator" };

/** What a member of the board may do: `payout` is all that a reviewer may, and money. */
export type BoardRole = "reviewer" | "payout";

export interface BoardPrincipal {
  readonly kind: "board";
  readonly memberId: string;
  readonly role: BoardRole;
  /** SHA-256 of the session's token. */
  readonly session: string;
  /** How the token came: as a browser's cookie, or as the bearer token of a script. */
  readonly carrier: "cookie" | "bearer";
  /** When the last code was given. */
  readonly provedAt: Date;
}

export interface SessionClaims {
  readonly sub?: string;
  readonly pubkey?: string;
  readonly email?: string;
  readonly company_id?: string;
  /** Which ledger of the company it reads; false for a session that a test key asked for. */
  readonly live?: boolean;
}

/** Who may call a route. */
export type Access = "anyone" | "company" | "live company" | "session" | "board" | "operator";

export type CompanyPrincipal = Extract<Principal, { kind: "company" }>;

/** The company of a route that admits companies only. */
export function companyOf(principal: Principal): CompanyPrincipal {
  if (principal.kind !== "company") throw new TypeError("the route admits companies only");
  return principal;
}

/** The member of a route that admits the board only. */
export function boardOf(principal: Principal): BoardPrincipal {
  if (principal.kind !== "board") throw new TypeError("the route admits the board only");
  return principal;
}

/** What the database is told of the caller, in the form of Supabase's claims. */
export function databaseClaims(principal: Principal): { readonly role: Role; readonly claims: Readonly<Record<string, unknown>> } {
  switch (principal.kind) {
    case "anonymous":
      return { role: "anon", claims: { role: "anon" } };
    case "company":
      return { role: "authenticated", claims: { role: "authenticated", company_id: principal.companyId, live: principal.live } };
    case "session":
      return { role: principal.role, claims: { role: principal.role, ...principal.claims } };
    // Tables are open to the board at /admin/v1 only, where each act is checked and audited.
    case "board":
      return { role: "anon", claims: { role: "anon" } };
    case "operator":
      return { role: "service_role", claims: { role: "service_role" } };
  }
}
