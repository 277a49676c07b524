import { parseQuarter, quarterEnd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { assertReconciled, reconcile } from "../../ledger/reconcile.ts";
import { PAYOUT_CHECKS } from "./checks.ts";
import { closePayout } from "./close-service.ts";
import { payoutError } from "./errors.ts";
import { type Lease, takePayoutLease } from "./lease.ts";
import { asPayout } from "./payout-transaction.ts";
import type { PlanDocument } from "./plan-document.ts";
import { insertPlan } from "./plan-repository.ts";
import { type Planned, planPayout, type PlanRequest } from "./plan-service.ts";
import { findLastPlan, findOpenRun, findPlanContent, type RunRow, setRunState } from "./run-repository.ts";
import { type Outcome, sendTransfer } from "./send-service.ts";
import { noStep, type Step } from "./steps.ts";
import { findFaults, findUnsettled } from "./transfer-repository.ts";

export interface PayoutRequest extends PlanRequest {
  readonly execute: boolean;
  /** Goes on with a run that was stopped, once somebody has found out why. */
  readonly resume?: boolean;
}

export interface PayoutOptions {
  readonly step?: Step;
  /** Where it answers false nothing more is sent; the run stays open and can be gone on with. */
  readonly goesOn?: () => boolean;
}

/** What a call to {@link runPayout} came to. */
export interface PayoutAnswer {
  /** `rehearsed`: nothing was kept but the plan itself. `nothing`: there is nothing to distribute and nothing to send. */
  readonly state: "rehearsed" | "nothing" | "waiting_for_approval" | "open" | "closed";
  readonly run_id: string | null;
  readonly plan: PlanDocument;
  readonly plan_sha256: string;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Why something is open, in the words of the rails; at most ten. */
  readonly faults: readonly string[];
}

/** Ends the rehearsal's transaction without keeping anything of it. */
class Rehearsed extends Error {
  readonly planned: Planned;

  constructor(planned: Planned) {
    super("rehearsed");
    this.planned = planned;
  }
}

/**
 * Plans a payout, and with `execute` carries it out: PLAN, SEND, RECORD, CLOSE. A run that a crash left open is ended first.
 *
 * @throws {ApiError | OmlaError} QUARTER_NOT_ENDED | PAYOUT_RUNNING | PAYOUT_STOPPED | TERMS_CHANGED | PAYOUT_UNBALANCED | LEDGER_MISMATCH
 * @see docs/spec/2-money.md clause 2.23
 */
export async function runPayout(ctx: AppContext, request: PayoutRequest, options: PayoutOptions = {}): Promise<PayoutAnswer> {
  parseQuarter(request.quarter, "quarter");
  if (quarterEnd(request.quarter) > ctx.clock.now()) throw payoutError("QUARTER_NOT_ENDED", `${request.quarter} has not ended.`, "quarter");
  if (!request.execute) return rehearse(ctx, request);
  const lease = await takePayoutLease(ctx);
  try {
    return await execute(ctx, request, lease, options);
  } finally {
    await lease.giveBack();
  }
}

async function rehearse(ctx: AppContext, request: PayoutRequest): Promise<PayoutAnswer> {
  const open = await asPayout(ctx, findOpenRun);
  if (open !== undefined) return answerFor(ctx, open, "open", noOutcomes());
  const planned = await asPayout(ctx, async (tx) => {
    throw new Rehearsed(await planPayout(ctx, tx, request, noStep));
  }).catch((error: unknown) => {
    if (error instanceof Rehearsed) return error.planned;
    throw error;
  });
  const { content, sha256 } = planned;
  await asPayout(ctx, (tx) => insertPlan(tx, { quarter: request.quarter, runId: null, content, sha256 }));
  return { state: "rehearsed", run_id: null, plan: planned.plan, plan_sha256: sha256, outcomes: noOutcomes(), faults: [] };
}

async function execute(ctx: AppContext, request: PayoutRequest, lease: Lease, options: PayoutOptions): Promise<PayoutAnswer> {
  const left = await asPayout(ctx, findOpenRun);
  if (left !== undefined) {
    const answer = await carryOut(ctx, left, request.resume === true, lease, options);
    if (answer.state !== "closed" || (left.quarter === request.quarter && left.report_id === request.reportId)) return answer;
  }
  // Nothing new is planned on books that do not agree.
  assertReconciled(await reconcile(ctx, PAYOUT_CHECKS));
  const planned = await plan(ctx, request, options.step ?? noStep);
  if (planned.empty)
    return { state: "nothing", run_id: null, plan: planned.plan, plan_sha256: planned.sha256, outcomes: noOutcomes(), faults: [] };
  const run = await asPayout(ctx, findOpenRun);
  if (run === undefined) throw new TypeError("a run that was planned is open");
  return carryOut(ctx, run, false, lease, options);
}

async function plan(ctx: AppContext, request: PayoutRequest, step: Step): Promise<Planned> {
  const planned = await asPayout(ctx, async (tx) => {
    const done = await planPayout(ctx, tx, request, step);
    if (done.empty) throw new Rehearsed(done);
    return done;
  }).catch((error: unknown) => {
    if (error instanceof Rehearsed) return error.planned;
    throw error;
  });
  await step("plan.committed");
  return planned;
}

/** SEND, RECORD and CLOSE of a run, from wherever it stands. */
async function carryOut(ctx: AppContext, run: RunRow, resume: boolean, lease: Lease, options: PayoutOptions): Promise<PayoutAnswer> {
  if (run.state === "stopped" && !resume) throw payoutError("PAYOUT_STOPPED", `Run ${run.id} was stopped: ${run.stopped_reason ?? ""}`);
  if (run.needs_approval && run.approved_by === null) return answerFor(ctx, run, "waiting_for_approval", noOutcomes());
  await asPayout(ctx, (tx) => setRunState(tx, run.id, "sending", null));
  const outcomes = await sendAll(ctx, run, lease, options);
  if (outcomes.mismatch > 0) {
    await asPayout(ctx, (tx) => setRunState(tx, run.id, "stopped", "a rail has another transfer under a key of ours"));
    throw payoutError("PAYOUT_STOPPED", `Run ${run.id} was stopped: a rail has another transfer under a key of ours.`);
  }
  if (await asPayout(ctx, async (tx) => (await findUnsettled(tx, run.id, "")) !== undefined)) return answerFor(ctx, run, "open", outcomes);
  await closePayout(ctx, run, options.step ?? noStep);
  return answerFor(ctx, run, "closed", outcomes);
}

async function sendAll(
  ctx: AppContext,
  run: RunRow,
  lease: Lease,
  { step = noStep, goesOn = () => true }: PayoutOptions,
): Promise<Record<Outcome, number>> {
  const outcomes = noOutcomes();
  let after = "";
  while (goesOn() && outcomes.mismatch === 0) {
    await lease.renew();
    const transfer = await asPayout(ctx, (tx) => findUnsettled(tx, run.id, after));
    if (transfer === undefined) break;
    outcomes[await sendTransfer(ctx, transfer, step)] += 1;
    after = transfer.id;
  }
  return outcomes;
}

function noOutcomes(): Record<Outcome, number> {
  return { recorded: 0, failed: 0, open: 0, mismatch: 0 };
}

async function answerFor(
  ctx: AppContext,
  run: RunRow,
  state: PayoutAnswer["state"],
  outcomes: PayoutAnswer["outcomes"],
): Promise<PayoutAnswer> {
  const [content, faults] = await asPayout(ctx, async (tx) => [await findPlanContent(tx, run.id), await findFaults(tx, run.id)] as const);
  return { state, run_id: run.id, plan: JSON.parse(content ?? "{}") as PlanDocument, plan_sha256: run.plan_sha256, outcomes, faults };
}

/** The plan of the run before, to compare a new one with. */
export async function lastPlan(ctx: AppContext, beforeRun: string | null): Promise<PlanDocument | undefined> {
  const content = await asPayout(ctx, (tx) => findLastPlan(tx, beforeRun));
  return content === undefined ? undefined : (JSON.parse(content) as PlanDocument);
}
