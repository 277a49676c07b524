import * as z from "zod";
import { actAs } from "../../db/act-as.ts";
import { boardAction } from "../approvals/board-action.ts";
import { NOTE } from "../board/schema.ts";
import { cancelWithin, readCancellable } from "./cancel-service.ts";
import { payoutError } from "./errors.ts";
import { noStep } from "./steps.ts";

export const cancelContent = z.strictObject({ reason: NOTE.max(500) }).meta({ id: "PayoutCancellation" });

/** Two members end a run that two members would have had to send. */
export const cancelRun: ReturnType<typeof boardAction> = boardAction({
  role: "payout",
  about: "cancels what an open payout run has not sent; the subject is the run's id",
  content: cancelContent,
  groundsOf: async (_ctx, tx, subject) => {
    if (!z.uuid().safeParse(subject).success) throw payoutError("RUN_UNKNOWN", `There is no run ${subject.slice(0, 64)}.`, "subject");
    const { quarter, revision, plan_sha256 } = await readCancellable(tx, subject);
    return { quarter, revision, plan_sha256 };
  },
  execute: async (ctx, tx, { subject, content: { reason }, approvalId }) =>
    actAs(tx, "payout", () => cancelWithin(ctx, tx, { runId: subject, reason, actor: `approval:${approvalId}` }, noStep)),
});
