import { formatTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { browseRuns, cancelByBoard, type PayoutRunRow, rerunLine } from "../payouts/board-service.ts";
import { cancelContent } from "../payouts/cancel-action.ts";
import { payoutAnswer } from "../payouts/schema.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "./route-options.ts";

const noun = "payouts";
const params = z.strictObject({ run: z.uuid() });
const approveInput = z
  .strictObject({ plan_sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be the plan's digest") })
  .meta({ id: "PayoutApproval" });
const lineInput = z
  .strictObject({
    quarter: z.string().max(16),
    report_id: z.uuid(),
    execute: z.boolean().default(false).describe("false only shows the plan"),
  })
  .meta({ id: "PayoutOfOneLine" });
const cancelAnswer = z
  .object({ run_id: z.uuid(), state: z.literal("closed"), cancelled: z.int().describe("Transfers that are payable again") })
  .meta({ id: "PayoutCancelled" });
const runList = z
  .object({
    runs: z.array(
      z.object({
        id: z.uuid(),
        quarter: z.string(),
        revision: z.int(),
        report_id: z.uuid().nullable(),
        state: z.string(),
        needs_approval: z.boolean(),
        approved_by: z.string().nullable(),
        planned_at: z.string(),
        closed_at: z.string().nullable(),
        stopped_reason: z.string().nullable(),
        cancelled_at: z.string().nullable(),
        cancelled_by: z.string().nullable(),
        cancelled_reason: z.string().nullable(),
        plan_sha256: z.string(),
      }),
    ),
  })
  .meta({ id: "PayoutRuns" });

/** Runs of the payout: read, approve by two, cancel, pay one line again. */
export function adminPayoutRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/payouts",
    { config: READ, schema: { ...doc(noun, "The open run and the last ones"), response: { 200: runList } } },
    async () => ({ runs: (await browseRuns(ctx)).map(shown) }),
  );
  app.post(
    "/admin/v1/payouts/:run/approve",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Propose to send a run above the limit; a second member decides"),
        params,
        body: approveInput,
        response: { 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const proposal = { action: "payout.execute", subject: request.params.run, content: request.body } as const;
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 202,
        body: await propose(ctx, tx, boardOf(request.principal), proposal),
      }));
    },
  );
  cancelRoute(app, ctx);
  app.post(
    "/admin/v1/payouts/line",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Pay out one report line; without execute it only shows the plan"),
        body: lineInput,
        response: { 200: payoutAnswer },
      },
    },
    // An open run is gone on with, and a line is distributed once, so it needs no idempotency key.
    async (request) => {
      const answer = await rerunLine(ctx, boardOf(request.principal), request.body);
      return { ...answer, plan: { ...answer.plan }, faults: [...answer.faults] };
    },
  );
}

function cancelRoute(app: App, ctx: AppContext): void {
  app.post(
    "/admin/v1/payouts/:run/cancel",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Cancel what an open run has not sent; above the limit it is a proposal that a second member decides on"),
        params,
        body: cancelContent,
        response: { 200: cancelAnswer, 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const { params: named, body } = request;
      const member = boardOf(request.principal);
      return writeOnce<object>(ctx, request, reply, async (tx) => {
        const done = await cancelByBoard(ctx, tx, member, { runId: named.run, reason: body.reason });
        if (done !== undefined) return { status: 200, body: done };
        return { status: 202, body: await propose(ctx, tx, member, { action: "payout.cancel", subject: named.run, content: body }) };
      });
    },
  );
}

function shown({ planned_at, closed_at, cancelled_at, ...run }: PayoutRunRow): z.output<typeof runList>["runs"][number] {
  const time = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));
  return { ...run, planned_at: formatTimestamp(planned_at), closed_at: time(closed_at), cancelled_at: time(cancelled_at) };
}
