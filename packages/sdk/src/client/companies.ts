import { expectMembers } from "./answer.ts";
import type { Registry } from "./registry.ts";
import type { CallOptions } from "./call.ts";

export interface CompanyInput {
  readonly company_name: string;
  readonly contact_email: string;
  /** Domains under which the company offers the models, such as `example.com`. */
  readonly domains?: readonly string[] | undefined;
}

export interface RegisteredCompany {
  readonly company_id: string;
  readonly company_name: string;
  /** Shown once: keep it where your secrets are. */
  readonly api_key: string;
}

/** An API key without its secret. */
export interface ApiKeyFacts {
  /** The ten characters after `omla_live_` or `omla_test_`. */
  readonly kid: string;
  readonly live: boolean;
  readonly last4: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

export interface MintedApiKey {
  readonly kid: string;
  readonly live: boolean;
  /** Shown once. */
  readonly api_key: string;
}

export interface Companies {
  /** Registers a company and issues its API key. It is sent once: without an answer, look before you send it again. */
  register(input: CompanyInput, options?: CallOptions): Promise<RegisteredCompany>;
  /** The company's API keys, without their secrets. */
  keys(options?: CallOptions): Promise<readonly ApiKeyFacts[]>;
  /** A further key, so that one can be replaced without a gap; a test key works on a ledger that never pays. Sent once. */
  createKey(ledger: "live" | "test", options?: CallOptions): Promise<MintedApiKey>;
  /** Revokes another key of the company, at once. */
  revokeKey(kid: string, options?: CallOptions): Promise<void>;
}

export function createCompanies(registry: Registry): Companies {
  return {
    register: async (input, options) =>
      expectMembers<RegisteredCompany>(
        await registry.act("register-company", input, options),
        { company_id: "string", api_key: "string" },
        "the registration",
      ),
    keys: async (options) => {
      const body = await registry.act("list-api-keys", {}, { ...options, reads: true });
      return expectMembers<{ readonly keys: readonly ApiKeyFacts[] }>(body, { keys: "array" }, "the list of keys").keys;
    },
    createKey: async (ledger, options) =>
      expectMembers<MintedApiKey>(
        await registry.act("create-api-key", { live: ledger === "live" }, options),
        { kid: "string", api_key: "string" },
        "the new key",
      ),
    revokeKey: async (kid, options) => {
      await registry.act("revoke-api-key", { kid }, { ...options, idempotencyKey: `revoke-api-key-${kid}` });
    },
  };
}
