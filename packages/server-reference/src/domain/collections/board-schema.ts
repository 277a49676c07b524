import * as z from "zod";
import { NOTE } from "../board/schema.ts";
import { RAIL_NAMES } from "../../rails/rail.ts";
import { receiptBody } from "./receipt-schema.ts";

const UNITS = z.string().regex(/^(0|[1-9]\d{0,37})$/, "must be a whole number of the currency's smallest unit, as a string");
const REFERENCE = z.string().regex(/^[!-~]([ -~]{0,198}[!-~])?$/, "must be 1 to 200 visible characters");
const RAIL = z.enum(RAIL_NAMES);

export const confirmInput = z
  .strictObject({
    rail: RAIL,
    reference: REFERENCE.describe("What the rail calls this money; it is booked once"),
    method: z.enum(["invoice", "bank", "crypto", "platform"]),
    company_id: z.uuid().optional(),
    payment: z.string().max(64).optional().describe("The id or the reference of what was asked for; it says who paid"),
    currency: z.string().max(32).optional().describe("USD where it is left out"),
    amount: UNITS.describe("In the currency's smallest unit: micro-dollars for USD"),
    value_usd: z.string().max(32).optional().describe("What it counts as, for another currency than USD"),
    fee: UNITS.optional(),
    received_at: z.string().max(32).optional(),
    report_ids: z.array(z.uuid()).min(1).max(500).optional().describe("For these lines only; else for what was asked, else the oldest"),
  })
  .meta({ id: "PaymentConfirmation" });

export const bookedAnswer = z
  .object({ created: z.boolean(), collection_id: z.uuid(), receipt: receiptBody.optional() })
  .meta({ id: "BookedPayment" });

export const refundInput = z
  .strictObject({
    rail: RAIL,
    payment: REFERENCE.describe("What the rail calls the payment"),
    reference: REFERENCE.describe("What the rail calls the refund; it is booked once"),
    amount: UNITS.optional().describe("Smallest units of the payment's currency; all that is left where it is left out"),
    reason: NOTE.max(500),
  })
  .meta({ id: "RefundProposal" });

export const paymentList = z
  .object({
    payments: z.array(
      z.object({
        id: z.uuid(),
        company_id: z.uuid(),
        company_name: z.string(),
        reference: z.string(),
        rail: z.string().nullable(),
        method: z.string(),
        amount_usd: z.string(),
        refunded_usd: z.string(),
        at: z.string(),
        clears_at: z.string().nullable(),
        cleared_at: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "BoardPayments" });
