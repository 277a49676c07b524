import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { runPayout } from "./run-service.ts";
import { batchAnswer, batchParams, payoutAnswer, payoutInput, payoutsAnswer } from "./schema.ts";
import { publicTotals, signedTotals } from "./totals-service.ts";

/** A request ends before the server's time for a handler does; what is left is gone on with by the next one, or by the schedule. */
const SENDING_MS = 7_000;

export function payoutRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/functions/v1/payouts",
    {
      config: { access: "anyone", rate: "read" },
      schema: { tags: ["payments"], summary: "Totals of the last payouts, the newest first", response: { 200: payoutsAnswer } },
    },
    async () => publicTotals(ctx),
  );
  app.get(
    "/functions/v1/payouts/:run/batch",
    {
      config: { access: "anyone", rate: "read" },
      schema: { tags: ["payments"], summary: "The signed totals of one payout", params: batchParams, response: { 200: batchAnswer } },
    },
    async (request) => signedTotals(ctx, request.params.run),
  );
  app.post(
    "/functions/v1/quarterly-payout",
    {
      config: { access: "operator", rate: "operator" },
      schema: {
        tags: ["operator"],
        security: [{ session: [] }],
        summary: "Plan a quarter's payout, and carry it out where `execute` is true",
        body: payoutInput,
        response: { 200: payoutAnswer },
      },
    },
    // An open run is gone on with, and a line is distributed once, so it needs no idempotency key.
    async ({ body: { quarter, execute, report_id } }) => {
      const until = performance.now() + SENDING_MS;
      const answer = await runPayout(ctx, { quarter, execute, reportId: report_id ?? null }, { goesOn: () => performance.now() < until });
      return { ...answer, plan: { ...answer.plan }, faults: [...answer.faults] };
    },
  );
}
