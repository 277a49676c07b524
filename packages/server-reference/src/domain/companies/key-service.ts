import { formatTimestamp } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { Tx } from "../../db/database.ts";
import type { CompanyPrincipal } from "../../principal.ts";
import { appendAudit } from "../audit/repository.ts";
import { listApiKeys, revokeApiKey } from "./api-key-repository.ts";
import { companyError } from "./errors.ts";
import type { keyList, mintedKey } from "./schema-keys.ts";
import { type MintedKey, storeApiKey } from "./service.ts";

/** Adds a key, two of a kind at most, so that one can be replaced without a gap. @throws {ApiError} API_KEYS_TOO_MANY */
export async function addApiKey(tx: Tx, { companyId }: CompanyPrincipal, minted: MintedKey): Promise<z.output<typeof mintedKey>> {
  const { keyId: kid, live, text: api_key } = minted.key;
  await storeApiKey(tx, companyId, minted);
  await appendAudit(tx, { actor: companyId, action: "api_key.create", entity: "api_key", entityId: kid, detail: { after: { live } } });
  return { kid, live, api_key };
}

/**
 * Revokes a key of the company; it counts at once, in every process.
 *
 * @throws {ApiError} API_KEY_NOT_FOUND | API_KEY_IN_USE for the key that asks
 */
export async function dropApiKey(tx: Tx, { companyId, keyId }: CompanyPrincipal, kid: string): Promise<{ kid: string; revoked: true }> {
  if (kid === keyId) throw companyError("API_KEY_IN_USE", "A key does not revoke itself.", "kid");
  if (!(await revokeApiKey(tx, companyId, kid))) throw companyError("API_KEY_NOT_FOUND", `No key ${kid} is in use.`, "kid");
  await appendAudit(tx, { actor: companyId, action: "api_key.revoke", entity: "api_key", entityId: kid, detail: {} });
  return { kid, revoked: true };
}

export async function showApiKeys(tx: Tx, { companyId, live }: CompanyPrincipal): Promise<z.output<typeof keyList>> {
  const time = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));
  const rows = await listApiKeys(tx, companyId, live);
  return {
    keys: rows.map(({ created_at, expires_at, revoked_at, ...key }) => ({
      ...key,
      created_at: formatTimestamp(created_at),
      expires_at: time(expires_at),
      revoked_at: time(revoked_at),
    })),
  };
}
