import * as z from "zod";

export const certificateInput = z
  .strictObject({ quarter: z.string().regex(/^\d{4}-Q[1-4]$/, "must be a quarter such as 2026-Q3") })
  .meta({ id: "CertificateRequest" });

const USD = z.string().describe("USD with six places");

/** A signed statement of how a company stands for a quarter. */
export const certificate = z
  .object({
    spec: z.literal("omla-statement/1"),
    generated_at: z.string(),
    registry: z.string(),
    company_id: z.uuid(),
    company_name: z.string(),
    quarter: z.string(),
    state: z.string(),
    state_since: z.string(),
    reported: z.boolean(),
    line_count: z.int(),
    royalty_usd: USD,
    deducted_fees_usd: USD,
    net_royalty_usd: USD,
    settled_usd: USD,
    signature: z.string(),
  })
  .meta({ id: "Certificate" });
export type Certificate = z.output<typeof certificate>;
