import { apiKeyChecksum } from "../client/api-key.ts";
import type { ConversionFee } from "../protocol/payout-currency.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { ApiKeyFacts, MintedApiKey } from "../client/companies.ts";
import { Refusal, type State, type StoredCompany } from "./state.ts";

export interface TestCompanyInput {
  readonly company_name?: string;
  readonly contact_email?: string;
  readonly domains?: readonly string[];
  /** What the company can pay in, in its order. */
  readonly currencies?: readonly string[];
  readonly conversion_fees?: readonly ConversionFee[];
  /** Makes the models of this key the company's own, so that its debts are theirs. */
  readonly owner_pubkey?: string;
}

export interface AddedCompany {
  readonly company_id: string;
  readonly company_name: string;
  readonly domains: readonly string[];
  readonly created_at: string;
  readonly api_key: string;
}

/** Adds a company with a key for one of the two ledgers. */
export function addCompany(state: State, input: TestCompanyInput, live: boolean): AddedCompany {
  const { company_name, contact_email, domains = [] } = input;
  if (typeof company_name !== "string" || company_name.trim() === "") throw invalid("company_name");
  if (typeof contact_email !== "string" || !/^[^@\s]+@[^@\s]+$/.test(contact_email)) throw invalid("contact_email");
  const company_id = crypto.randomUUID();
  const created_at = formatTimestamp(state.clock.now());
  const company: StoredCompany = {
    ...{ company_id, company_name, domains, created_at },
    currencies: input.currencies ?? [],
    conversion_fees: input.conversion_fees ?? [],
    owner_pubkey: input.owner_pubkey ?? null,
    reporting_from: null,
    reporting_until: null,
  };
  state.companies.set(company_id, company);
  const subject = {
    kind: "commercial_user" as const,
    id: company_id,
    state: "REGISTERED" as const,
    previous_state: null,
    state_since: created_at,
    listing: null,
  };
  state.subjects.set(`commercial_user:${company_id}`, subject);
  return { company_id, company_name, domains, created_at, api_key: addKey(state, company_id, live) };
}

/** A further key of a company, as rotation and the test ledger need it. */
export function addKey(state: State, company_id: string, live: boolean): string {
  const body = `omla_${live ? "live" : "test"}_${randomText(10)}_${randomText(32)}`;
  const key = body + apiKeyChecksum(body);
  const created_at = formatTimestamp(state.clock.now());
  state.keys.set(key, { company_id, kid: key.slice(10, 20), live, last4: key.slice(-4), created_at, revoked_at: null });
  return key;
}

/** What a company may see of its keys; a test key is told of test keys alone. */
export function listKeys(state: State, companyId: string, live = true): { keys: ApiKeyFacts[] } {
  const keys = [...state.keys.values()].filter((key) => key.company_id === companyId && (live || !key.live));
  return { keys: keys.map(({ company_id: _, ...key }) => ({ ...key, expires_at: null })) };
}

/** A further key, two of a kind at most, so that one can be replaced without a gap. */
export function createKey(state: State, companyId: string, { live }: Readonly<Record<string, unknown>>): MintedApiKey {
  if (typeof live !== "boolean") throw invalid("live");
  const inUse = listKeys(state, companyId).keys.filter((key) => key.live === live && key.revoked_at === null);
  if (inUse.length >= 2) throw new Refusal(409, "API_KEYS_TOO_MANY", "two keys are in use already", { hint: "Revoke one of them first." });
  const api_key = addKey(state, companyId, live);
  return { kid: api_key.slice(10, 20), live, api_key };
}

/** Revokes another key of the company, at once. */
export function revokeKey(state: State, companyId: string, asking: string, { kid }: Readonly<Record<string, unknown>>): object {
  if (kid === asking) throw new Refusal(409, "API_KEY_IN_USE", "a key does not revoke itself", { path: "kid" });
  const key = [...state.keys.values()].find((other) => other.company_id === companyId && other.kid === kid && other.revoked_at === null);
  if (key === undefined) throw new Refusal(404, "API_KEY_NOT_FOUND", `no key ${String(kid)} is in use`, { path: "kid" });
  key.revoked_at = formatTimestamp(state.clock.now());
  return { kid, revoked: true };
}

function randomText(length: number): string {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte % 32]).join("");
}

function invalid(path: string): Refusal {
  return new Refusal(400, "INPUT_INVALID", `${path} is missing or wrong`, { path });
}
