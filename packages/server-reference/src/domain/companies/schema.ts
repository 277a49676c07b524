import * as z from "zod";
import { TURNSTILE_TOKEN } from "../turnstile/schema.ts";

const HOSTNAME = z
  .string()
  .max(253)
  .regex(/^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/, "must be a host name in lower case, such as example.com");

export const EMAIL = z
  .string()
  .max(254)
  .regex(/^[^@\s]{1,64}@[^@\s]{1,189}$/, "must be an e-mail address");

export const companyInput = z
  .strictObject({
    company_name: z.string().trim().min(1).max(200),
    contact_email: EMAIL,
    domains: z.array(HOSTNAME).max(50).optional(),
    turnstile_token: TURNSTILE_TOKEN,
  })
  .meta({ id: "CompanyRequest" });

export type CompanyInput = z.output<typeof companyInput>;

export const companyAnswer = z
  .object({
    company_id: z.uuid(),
    company_name: z.string(),
    domains: z.array(z.string()),
    created_at: z.string(),
    api_key: z.string().nullable().describe("Shown once; a repeated request with the same Idempotency-Key reads null"),
  })
  .meta({ id: "Company" });

export type CompanyAnswer = z.output<typeof companyAnswer>;
