import { actAs } from "../../db/act-as.ts";
import { boardAction } from "../approvals/board-action.ts";
import { returnContent } from "./return-schema.ts";
import { keptOf, readReturnable, returnTransfer } from "./return-service.ts";

/** Books money that came back over a rail that does not say so by itself. */
export const transferReturn: ReturnType<typeof boardAction> = boardAction({
  role: "payout",
  about: "books that a transfer by hand came back; the subject is the transfer's id",
  content: returnContent,
  groundsOf: async (ctx, tx, subject, { returned_on, amount }) => {
    const { left, ...transfer } = await actAs(tx, "payout", () => readReturnable(ctx, tx, subject, returned_on));
    keptOf(left, amount);
    return { ...transfer, left: left.toString() };
  },
  execute: async (ctx, tx, { subject, content: { reference, returned_on, amount, reason, destination }, approvedBy }) =>
    returnTransfer(ctx, tx, {
      transferId: subject,
      reference,
      returnedOn: returned_on,
      amount,
      reason,
      recordedBy: approvedBy,
      isDoubtful: destination === "doubtful",
    }),
});
