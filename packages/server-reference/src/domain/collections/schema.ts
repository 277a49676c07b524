import * as z from "zod";
import { receiptBody } from "./receipt-schema.ts";

const USD = z.string().describe("USD with six places");
const QUARTER = z.string().regex(/^\d{4}-Q[1-4]$/, "must be a quarter such as 2026-Q3");
const PAGE = z.url({ protocol: /^https?$/ }).max(2_000);

export const receivablesQuery = z.strictObject({ quarter: QUARTER.optional() });

const receivable = z.object({
  report_id: z.uuid(),
  quarter: z.string(),
  model_id: z.uuid(),
  address: z.string(),
  name: z.string(),
  net_royalty_usd: USD,
  paid_usd: USD,
  open_usd: USD,
  status: z.string(),
  due_at: z.string(),
  late: z.boolean(),
});

export const receivablesAnswer = z
  .object({
    company_id: z.uuid(),
    open_usd: USD,
    credit_usd: USD.describe("Over-payments; the next report uses them"),
    lines: z.array(receivable),
    as_of: z.string(),
  })
  .meta({ id: "Receivables" });

export type Receivables = z.output<typeof receivablesAnswer>;

export const payInput = z
  .strictObject({
    quarter: QUARTER.optional().describe("Everything that is open of one quarter; of all quarters where neither is given"),
    report_ids: z.array(z.uuid()).min(1).max(1_000).optional().describe("Or exactly these lines"),
    method: z.enum(["checkout", "invoice"]),
    success_url: PAGE.optional().describe("Where the payer comes back to"),
    cancel_url: PAGE.optional(),
  })
  .refine(({ quarter, report_ids }) => quarter === undefined || report_ids === undefined, {
    path: ["report_ids"],
    message: "name a quarter or lines, not both",
  })
  .meta({ id: "PayRequest" });

export type PayInput = z.output<typeof payInput>;

export const payAnswer = z
  .object({
    payment_id: z.uuid(),
    reference: z.string().describe("For a bank transfer instead"),
    url: z.string(),
    amount_usd: USD.describe("Rounded up to what the rail can move; what is too much becomes a credit"),
    lines: z.array(z.object({ report_id: z.uuid(), amount_usd: USD })),
  })
  .meta({ id: "PayAnswer" });

export type PayAnswer = z.output<typeof payAnswer>;

export const receiptsQuery = z.strictObject({
  after: z.string().max(20).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const receiptsAnswer = z.object({ receipts: z.array(receiptBody), next: z.string().nullable() }).meta({ id: "PaymentReceipts" });

export const receiptParams = z.strictObject({ number: z.string().max(20) });
