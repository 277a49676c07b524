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

export interface Companies {
  /** Registers a company and issues its API key. It is sent once: without an answer, look before you send it again. */
  register(input: CompanyInput, options?: CallOptions): Promise<RegisteredCompany>;
}

export function createCompanies(registry: Registry): Companies {
  return {
    register: async (input, options) =>
      expectMembers<RegisteredCompany>(
        await registry.act("register-company", input, options),
        { company_id: "string", api_key: "string" },
        "the registration",
      ),
  };
}
