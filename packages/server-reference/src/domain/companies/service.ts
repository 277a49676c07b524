import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { type ApiKey, createApiKey } from "../../credentials/api-key.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { insertApiKey } from "./api-key-repository.ts";
import { readConfirmation } from "./confirmation.ts";
import { companyError } from "./errors.ts";
import { confirmEmail, insertCompany } from "./repository.ts";
import type { CompanyAnswer, CompanyInput } from "./schema.ts";

/** A key that is minted but not stored yet: bcrypt takes its time outside of any transaction. */
export interface MintedKey {
  readonly key: ApiKey;
  readonly hash: string;
}

export async function mintApiKey(ctx: AppContext, live: boolean): Promise<MintedKey> {
  const key = createApiKey(live, ctx.random);
  return { key, hash: await ctx.hasher.hash(key.text) };
}

/** Only the key's id, its last four characters and its bcrypt hash are stored. */
export async function storeApiKey(tx: Tx, companyId: string, { key, hash }: MintedKey): Promise<void> {
  await insertApiKey(tx, { keyId: key.keyId, companyId, live: key.live, last4: key.text.slice(-4), hash });
}

/** Registers a company with its first live key, which is shown in this answer and never again. */
export async function registerCompany(tx: Tx, input: CompanyInput, minted: MintedKey): Promise<CompanyAnswer> {
  const company = await insertCompany(tx, input);
  await storeApiKey(tx, company.id, minted);
  await appendAudit(tx, {
    actor: company.id,
    action: "company.register",
    entity: "commercial_user",
    entityId: company.id,
    detail: { after: { company_name: company.company_name, domains: company.domains, kid: minted.key.keyId } },
  });
  const { id: company_id, company_name, domains, created_at } = company;
  return { company_id, company_name, domains, created_at: formatTimestamp(created_at), api_key: minted.key.text };
}

/** Confirms that somebody reads a company's address; a second time changes nothing. @throws {ApiError} CONFIRMATION_INVALID */
export async function confirmCompany(ctx: AppContext, tx: Tx, token: string): Promise<{ company_id: string; confirmed: true }> {
  const confirmation = readConfirmation(ctx, token);
  const done = confirmation && (await confirmEmail(tx, confirmation.companyId, confirmation.emailSha256));
  if (confirmation === undefined || done === undefined) throw companyError("CONFIRMATION_INVALID", "This token confirms nothing.", "token");
  const { companyId: company_id } = confirmation;
  if (done.isNew)
    await appendAudit(tx, {
      actor: company_id,
      action: "company.confirm_email",
      entity: "commercial_user",
      entityId: company_id,
      detail: {},
    });
  return { company_id, confirmed: true };
}
