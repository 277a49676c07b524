import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const collectionErrors = {
  PAYER_UNKNOWN: { status: 404, hint: "Name the company by its id, or the payment by the reference that pay gave." },
  PAYMENT_CONFLICT: { status: 409, hint: "Look the payment up: one reference of a rail is one payment, or one refund." },
  PAYMENT_NOT_FOUND: { status: 404, hint: "Name a payment that was received, by its rail and reference." },
  PAYMENT_REFERENCE: {
    status: 422,
    hint: "Name the money as the rail itself does (at Stripe pi_… or in_…), so that its own word finds it booked.",
  },
  PAYMENT_AMOUNT: {
    status: 422,
    hint: "Amounts are whole numbers of the currency's smallest unit, above zero and below 10^12 units of the currency.",
  },
  PAYMENT_VALUE: {
    status: 422,
    hint: "Money in another currency than USD carries the value in USD that it counts as, as the board confirmed it.",
  },
  PAYMENT_TIME: { status: 422, hint: "Say when the money arrived; that is not in the future." },
  REPORT_NOT_FOUND: { status: 404, hint: "List what is open with GET /functions/v1/receivables." },
  REFUND_TOO_LARGE: { status: 409, hint: "At most what was received and not refunded yet can go back." },
  REFUND_DISTRIBUTED: {
    status: 409,
    hint: "What was paid out to creators is not refunded; amend the report, and the difference becomes a credit.",
  },
  REFUND_BY_RAIL: {
    status: 409,
    hint: "Refund it at the rail, such as in Stripe's dashboard: its own word books it here, once.",
  },
  RECEIPT_NOT_FOUND: { status: 404, hint: "List your receipts with GET /functions/v1/receipts." },
  NOTHING_DUE: { status: 409, hint: "GET /functions/v1/receivables lists what is open." },
  COLLECTION_FAILED: { status: 503, hint: "Try again in a moment: the same request asks for the same payment." },
  COLLECTION_OFF: {
    status: 409,
    hint: "Transfer the amount by bank and write the reference of this answer into it; the board confirms its arrival.",
  },
} as const;

export const collectionError: ErrorRaiser<keyof typeof collectionErrors> = errorsOf(collectionErrors);
