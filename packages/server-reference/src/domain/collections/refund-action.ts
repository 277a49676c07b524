import { tellsReturns } from "../../rails/rail.ts";
import { boardAction } from "../approvals/board-action.ts";
import { refundInput } from "./board-schema.ts";
import { collectionError } from "./errors.ts";
import { findByReference } from "./payment-repository.ts";
import { refundPayment } from "./refund-service.ts";

/** Books money that two members send back to its payer. */
export const refund: ReturnType<typeof boardAction> = boardAction({
  role: "payout",
  about: "sends a payment back to its payer; the subject is the payment's reference",
  content: refundInput,
  groundsOf: async (ctx, tx, _subject, { rail, payment }) => {
    const port = ctx.rails.get(rail);
    // Its word and the board's would name one refund by two references, and book it twice.
    if (port !== undefined && tellsReturns(port)) throw collectionError("REFUND_BY_RAIL", `${rail} says by itself what went back.`, "rail");
    const found = await findByReference(tx, rail, payment);
    if (found === undefined) throw collectionError("PAYMENT_NOT_FOUND", `Nothing came in under ${rail} ${payment}.`, "payment");
    return { collection: found.id, amount: found.amount.toString(), refunded: found.refunded.toString() };
  },
  execute: async (ctx, tx, { content: { amount, ...repayment }, approvedBy }) =>
    refundPayment(ctx, tx, { ...repayment, amount: amount === undefined ? undefined : BigInt(amount), confirmedBy: approvedBy }),
});
