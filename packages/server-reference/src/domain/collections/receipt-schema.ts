import * as z from "zod";

const USD = z.string().describe("USD with six places");

const receiptLine = z.object({
  report_id: z.uuid(),
  model_id: z.uuid(),
  address: z.string(),
  name: z.string(),
  quarter: z.string(),
  royalty_usd: USD,
  deducted_fees_usd: USD,
  net_royalty_usd: USD,
  amount_usd: USD.describe("Of this document: paid by the payment, or taken back"),
  paid_usd: USD.describe("Paid in all, after it"),
  open_usd: USD.describe("Still owed, after it"),
  status: z.string(),
});

/** What a bookkeeper files: a payment that was received, or money that went back. It never changes. */
export const receiptBody = z
  .object({
    number: z.string().describe("Runs without a gap"),
    kind: z.enum(["receipt", "refund", "chargeback"]),
    issued_at: z.string(),
    issuer: z.object({ name: z.string(), registry: z.string() }),
    payer: z.object({ company_id: z.uuid(), company_name: z.string() }),
    collection_id: z.uuid(),
    refund_of: z.string().nullable().describe("The receipt of the payment that goes back"),
    occurred_at: z.string().describe("When the money arrived, or went back"),
    clears_at: z.string().nullable().describe("Paid out to creators from then on"),
    rail: z.string(),
    method: z.string(),
    reference: z.string(),
    reason: z.string().nullable(),
    currency: z.string(),
    amount: z.string().describe("In the currency, with all of its places"),
    amount_usd: USD,
    applied_usd: USD.describe("Of it for the lines below"),
    credit_usd: USD.describe("Of it for no line: a credit of the payer"),
    lines: z.array(receiptLine),
    open_usd: USD.describe("All that the payer owes, after it"),
  })
  .meta({ id: "PaymentReceipt" });

export type ReceiptBody = z.output<typeof receiptBody>;
