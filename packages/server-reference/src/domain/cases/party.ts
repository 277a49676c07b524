import { keyId } from "@omla/sdk/protocol";
import type { Principal } from "../../principal.ts";
import { caseError } from "./errors.ts";

/** As what a party speaks about a line. */
export type PartyKind = "company" | "creator" | "hoster";

/** Who speaks in a case: a company by its live key, or somebody who proved a key by sign-in. */
export type Party =
  | { readonly kind: "company"; readonly companyId: string; readonly id: string }
  | { readonly kind: "session"; readonly pubkey: string; readonly id: string };

/** @throws {ApiError} PARTY_NEEDED for anybody else, and LINE_TEST for a test key */
export async function partyOf(principal: Principal): Promise<Party> {
  if (principal.kind === "company") {
    if (!principal.live) throw caseError("LINE_TEST", "A test key opens no cases.");
    return { kind: "company", companyId: principal.companyId, id: principal.companyId };
  }
  const pubkey = principal.kind === "session" ? principal.claims.pubkey : undefined;
  if (pubkey === undefined) throw caseError("PARTY_NEEDED", "This needs a company's key or a session.");
  return { kind: "session", pubkey, id: await keyId(pubkey) };
}
