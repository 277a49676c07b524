import { parseArgs } from "node:util";
import type { AppContext } from "../context.ts";
import { cancelPayout, type CancelRequest } from "../domain/payouts/cancel-service.ts";
import { planDifferences, planTable } from "../domain/payouts/plan-table.ts";
import { lastPlan, type PayoutAnswer, runPayout } from "../domain/payouts/run-service.ts";
import { noStep } from "../domain/payouts/steps.ts";
import { verifyPayout } from "../domain/payouts/verify-service.ts";
import { type Command, type Io, UsageError } from "./command.ts";
import { withContext } from "./with-context.ts";

export const payout: Command = {
  usage: "--quarter Q [--execute] [--compare] [--json]",
  summary:
    "Plan a quarter's payout, and with --execute carry it out; --report ID pays one line, --verify RUN computes an old payout again, --cancel RUN --reason TEXT ends an open one",
  run: async (args, io) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.verify !== undefined) return withContext(io, (ctx) => verify(ctx, io, values.verify ?? "", values.json));
    if (values.cancel !== undefined) {
      const request = { runId: runOf(values.cancel), reason: reasonOf(values.reason), actor: "operator" };
      return withContext(io, (ctx) => cancel(ctx, io, request, values.json));
    }
    const { quarter } = values;
    if (quarter === undefined) throw new UsageError("Name the quarter: --quarter 2026-Q3.");
    return withContext(io, (ctx) => pay(ctx, io, { ...values, quarter }));
  },
};

const OPTIONS = {
  quarter: { type: "string" },
  execute: { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  compare: { type: "boolean", default: false },
  report: { type: "string" },
  verify: { type: "string" },
  cancel: { type: "string" },
  reason: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

interface PayOptions {
  readonly quarter: string;
  readonly execute: boolean;
  readonly resume: boolean;
  readonly compare: boolean;
  readonly report?: string | undefined;
  readonly json: boolean;
}

async function pay(ctx: AppContext, io: Io, { quarter, execute, resume, compare, report, json }: PayOptions): Promise<number> {
  const answer = await runPayout(ctx, { quarter, reportId: report ?? null, execute, resume });
  const before = compare ? await lastPlan(ctx, answer.run_id) : undefined;
  if (json) io.out(JSON.stringify(answer));
  else {
    io.out(planTable(answer.plan));
    if (compare) io.out(`\n${before === undefined ? "There is no earlier plan." : planDifferences(before, answer.plan)}`);
    for (const fault of answer.faults) io.out(`\nOpen: ${fault}`);
    io.out(`\n${ENDINGS[answer.state](answer)}`);
  }
  return answer.state === "open" || answer.state === "waiting_for_approval" ? 1 : 0;
}

/** What is said at the end, and what is to be done now. */
const ENDINGS: Readonly<Record<PayoutAnswer["state"], (answer: PayoutAnswer) => string>> = {
  rehearsed: () => "This was a rehearsal: nothing was written but the plan. Add --execute to pay.",
  nothing: () => "There is nothing to distribute and nothing to send.",
  waiting_for_approval: ({ run_id, plan_sha256 }) =>
    `Run ${run_id} waits for two members of the board, who approve the plan ${plan_sha256}. Then start again with --execute.`,
  open: ({ run_id, outcomes }) =>
    `Run ${run_id} is open: ${outcomes.recorded} sent, ${outcomes.failed} failed, ${outcomes.open} whose outcome is not known. Start again with --execute to go on.`,
  closed: ({ run_id, outcomes }) =>
    `Run ${run_id} is closed: ${outcomes.recorded} sent, ${outcomes.failed} failed and payable again. Its signed totals: /functions/v1/payouts/${run_id}/batch`,
};

async function verify(ctx: AppContext, io: Io, run: string, json: boolean): Promise<number> {
  const verification = await verifyPayout(ctx, run);
  const { differences, lines, stored_sha256, computed_sha256 } = verification;
  const same = differences.length === 0 && stored_sha256 === computed_sha256;
  if (json) io.out(JSON.stringify(verification));
  else {
    for (const difference of differences) io.out(`differs: ${difference}`);
    io.out(
      `${lines} lines computed again: ${same ? "the same bytes" : "not the same"} (stored ${stored_sha256}, computed ${computed_sha256})`,
    );
  }
  return same ? 0 : 1;
}

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function runOf(text: string): string {
  if (RUN_ID.test(text)) return text.toLowerCase();
  throw new UsageError("Name the run by its id: --cancel 00000000-0000-4000-8000-000000000000.");
}

function reasonOf(text = ""): string {
  const reason = text.trim();
  if (reason.length >= 3 && reason.length <= 500) return reason;
  throw new UsageError('Say why in 3 to 500 characters: --reason "Nobody approved it."');
}

async function cancel(ctx: AppContext, io: Io, request: CancelRequest, json: boolean): Promise<number> {
  const answer = await cancelPayout(ctx, request, noStep);
  if (json) io.out(JSON.stringify(answer));
  else io.out(`Run ${answer.run_id} is cancelled and closed: ${answer.cancelled} transfers were not sent, and are payable again.`);
  return 0;
}
