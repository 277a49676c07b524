import type { Role } from "./db/role.ts";

/** Who asks, as far as the credential proves it. */
export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "company"; readonly companyId: string; readonly keyId: string; readonly live: boolean }
  /** Somebody who signed a challenge with a key, or confirmed an e-mail address; reads, and changes nothing by itself. */
  | { readonly kind: "session"; readonly role: "authenticated" | "reviewer" | "payout"; readonly claims: SessionClaims }
  /** The operator of this registry. */
  | { readonly kind: "operator" };

export interface SessionClaims {
  readonly sub?: string;
  readonly pubkey?: string;
  readonly email?: string;
  readonly company_id?: string;
}

/** Who may call a route. */
export type Access = "anyone" | "company" | "live company" | "session" | "operator";

export type CompanyPrincipal = Extract<Principal, { kind: "company" }>;

/** The company of a route that admits companies only. */
export function companyOf(principal: Principal): CompanyPrincipal {
  if (principal.kind !== "company") throw new TypeError("the route admits companies only");
  return principal;
}

/** What the database is told of the caller, in the form of Supabase's claims. */
export function databaseClaims(principal: Principal): { readonly role: Role; readonly claims: Readonly<Record<string, unknown>> } {
  switch (principal.kind) {
    case "anonymous":
      return { role: "anon", claims: { role: "anon" } };
    case "company":
      return { role: "authenticated", claims: { role: "authenticated", company_id: principal.companyId } };
    case "session":
      return { role: principal.role, claims: { role: principal.role, ...principal.claims } };
    case "operator":
      return { role: "service_role", claims: { role: "service_role" } };
  }
}
