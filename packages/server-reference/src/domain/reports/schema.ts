import { reportInputSchema, type ReportInputBody } from "@omla/sdk/protocol/schemas";
import * as z from "zod";

/** What a company files for a quarter; no entries make the nil report. */
export const reportInput: z.ZodType<ReportInputBody> = reportInputSchema.meta({ id: "ReportRequest" });
export type ReportInput = ReportInputBody;

const AMOUNT = z.string().describe("USD with six places");
const COUNT = z.int().min(0);
const WEIGHT = z.string();

const line = z.object({
  report_id: z.uuid().nullable(),
  entry: z.string(),
  model_id: z.uuid(),
  address: z.string(),
  name: z.string(),
  asset_kind: z.string(),
  status: z.string().nullable(),
  inferences: COUNT,
  revenue_usd: AMOUNT,
  run_cost_usd: AMOUNT,
  weight: WEIGHT,
  rate: WEIGHT,
  royalty_basis: z.enum(["revenue", "run_cost"]),
  royalty_usd: AMOUNT,
  deducted_fees_usd: AMOUNT,
  net_royalty_usd: AMOUNT,
  hoster_pool_usd: AMOUNT,
  creator_pool_usd: AMOUNT,
});

const allocation = z.object({
  wallet: z.string(),
  amount_usd: AMOUNT,
  currency: z.string(),
  route: z.enum(["native", "backup_with_fee", "backup_direct"]),
  fee_pct: z.string(),
  conversion_fee_usd: AMOUNT.describe("What the conversion takes of the amount"),
  settled: z
    .object({ currency: z.string(), amount: z.string(), rate: z.string(), rate_at: z.string().nullable() })
    .nullable()
    .describe(
      "What would reach the wallet at the rate of now; null where there is none of the last 72 hours. The payout pins its own rate",
    ),
  lines: z.array(z.object({ report_id: z.uuid().nullable(), entry: z.string(), amount_usd: AMOUNT })),
});

/** What the registry computed; of a quote, what is only given at filing is null. */
export const receipt = z
  .object({
    submission_id: z.uuid().nullable(),
    company_id: z.uuid(),
    quarter: z.string(),
    version: z.int().nullable(),
    final: z.boolean(),
    filed_at: z.string().nullable(),
    due_at: z.string(),
    live: z.boolean(),
    royalty_usd: AMOUNT,
    deducted_fees_usd: AMOUNT,
    net_royalty_usd: AMOUNT,
    lines: z.array(line),
    allocations: z.array(allocation),
    policy: z.enum(["sequential", "declared"]),
  })
  .meta({ id: "ReportReceipt" });

export type Receipt = z.output<typeof receipt>;
export type ReceiptLine = z.output<typeof line>;
export type Allocation = z.output<typeof allocation>;
