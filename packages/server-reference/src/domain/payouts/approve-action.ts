import * as z from "zod";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import { boardAction } from "../approvals/board-action.ts";
import { payoutError } from "./errors.ts";
import { approveRun, findRun, type RunRow } from "./run-repository.ts";

const content = z.strictObject({ plan_sha256: z.string().regex(/^[0-9a-f]{64}$/) }).meta({ id: "PayoutProposal" });

/** Two members let exactly one stored plan be sent; the next runner carries it out. */
export const executePayout: ReturnType<typeof boardAction> = boardAction({
  role: "payout",
  about: "sends the plan of a payout run above the limit; the subject is the run's id",
  content,
  groundsOf: async (_ctx, tx, subject, { plan_sha256 }) => {
    const { quarter, revision, state } = await runOf(tx, subject, plan_sha256);
    return { quarter, revision, state, plan_sha256 };
  },
  execute: async (_ctx, tx, { subject, content: { plan_sha256 }, approvalId }) => {
    const { id, quarter, revision } = await runOf(tx, subject, plan_sha256);
    await actAs(tx, "payout", () => approveRun(tx, id, `approval:${approvalId}`));
    return { run_id: id, quarter, revision, plan_sha256 };
  },
});

/** @throws {ApiError} RUN_UNKNOWN */
async function runOf(tx: Tx, subject: string, planSha256: string): Promise<RunRow> {
  const run = z.uuid().safeParse(subject).success ? await findRun(tx, subject) : undefined;
  if (run?.plan_sha256 !== planSha256 || run.state !== "planned") {
    throw payoutError("RUN_UNKNOWN", `No run ${subject.slice(0, 64)} with this plan waits for an approval.`, "subject");
  }
  return run;
}
