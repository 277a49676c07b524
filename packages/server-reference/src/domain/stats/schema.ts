import * as z from "zod";

export const statsAnswer = z
  .object({
    models: z.int(),
    models_by_state: z.record(z.string(), z.int()),
    models_by_kind: z.record(z.string(), z.int()),
    companies: z.int(),
    lifetime_paid_usd: z.string(),
    quarters: z.array(
      z.object({
        quarter: z.string(),
        paid_usd: z.string().nullable().describe("Null where fewer than three wallets were paid"),
        rejected: z.int().nullable().describe("Lines; null where fewer than three companies filed them"),
        blacklisted: z.int(),
      }),
    ),
    rails: z.array(z.object({ rail: z.string(), paid_usd: z.string() })),
    as_of: z.string(),
  })
  .meta({ id: "Stats" });
