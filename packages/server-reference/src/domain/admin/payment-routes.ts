import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { PAGE } from "../board/schema.ts";
import { bookedAnswer, confirmInput, paymentList, refundInput } from "../collections/board-schema.ts";
import { browsePayments, confirmPayment } from "../collections/board-service.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "./route-options.ts";

const noun = "payments";
const querystring = z.strictObject({
  status: z.enum(["waiting", "received"]).default("waiting"),
  company_id: z.uuid().optional(),
  ...PAGE,
});

/** Money of companies: what is awaited, what came, what goes back. */
export function adminPaymentRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/payments",
    {
      config: READ,
      schema: { ...doc(noun, "Payments that were asked for, or that came in"), querystring, response: { 200: paymentList } },
    },
    async (request) => ({ payments: await browsePayments(ctx, request.query) }),
  );
  app.post(
    "/admin/v1/payments/confirm",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Confirm that money arrived; once per rail and reference"),
        body: confirmInput,
        response: { 200: bookedAnswer, 201: bookedAnswer },
      },
    },
    async (request, reply) => {
      const member = boardOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await confirmPayment(ctx, tx, member, request.body);
        return { status: body.created ? 201 : 200, body };
      });
    },
  );
  app.post(
    "/admin/v1/payments/refund",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Propose to send a payment back; a second member decides"),
        body: refundInput,
        response: { 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const { rail, payment } = request.body;
      const proposal = { action: "payment.refund", subject: `${rail} ${payment}`.slice(0, 200), content: request.body } as const;
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 202,
        body: await propose(ctx, tx, boardOf(request.principal), proposal),
      }));
    },
  );
}
