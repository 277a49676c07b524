import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "../admin/route-options.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { destinationInput, returnInput, TRANSFER_ID } from "./return-schema.ts";
import { confirmDestination } from "./return-service.ts";
import { confirmTransfer, listOpenTransfers } from "./transfer-service.ts";

const noun = "transfers";
const MAX_ROWS = 1_000;

const STATE = z.enum(["sent", "completed", "reversed"]);
const querystring = z.strictObject({
  run_id: z.uuid().optional(),
  state: STATE.default("sent").describe("To be paid and confirmed, arrived, or come back"),
});
const openTransfer = z
  .object({
    transfer_id: z.string(),
    run_id: z.uuid(),
    quarter: z.string(),
    rail: z.string(),
    state: STATE,
    wallet: z.string(),
    destination: z.string().nullable().describe("Private: only to be paid"),
    currency: z.string(),
    amount: z.string().describe("What the payee gets"),
    sent_at: z.string(),
    returned: z
      .object({ reference: z.string(), returned_on: z.string(), reason: z.string(), confirmed_at: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: "OpenTransfer" });
const confirmInput = z
  .strictObject({
    transfer_id: TRANSFER_ID,
    reference: z.string().min(1).max(200).describe("What the bank or the provider calls the payment"),
  })
  .meta({ id: "TransferConfirmation" });

/** Rails on which a person moves the money: what is to be paid, that it was, and that it came back. */
export function adminTransferRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/transfers",
    {
      config: { ...READ, role: "payout" },
      schema: {
        ...doc(noun, "Transfers by hand: those to be paid, or those that arrived or came back; oldest run first"),
        querystring,
        response: { 200: z.object({ transfers: z.array(openTransfer) }) },
      },
    },
    async ({ query: { run_id: runId = null, state } }) => ({ transfers: await listOpenTransfers(ctx, { runId, state, limit: MAX_ROWS }) }),
  );
  app.post(
    "/admin/v1/transfers/confirm",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Confirm that a transfer by hand has arrived"),
        body: confirmInput,
        response: { 200: z.object({ transfer_id: z.string(), status: z.literal("completed") }) },
      },
    },
    // Confirming twice is confirming once, so it needs no idempotency key.
    async (request) => {
      const { transfer_id, reference } = request.body;
      await confirmTransfer(ctx, { transferId: transfer_id, reference, memberId: boardOf(request.principal).memberId });
      return { transfer_id, status: "completed" as const };
    },
  );
  returnRoutes(app, ctx);
}

function returnRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/admin/v1/transfers/return",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Propose to book that a transfer by hand came back; a second member decides"),
        body: returnInput,
        response: { 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const { transfer_id: subject, ...content } = request.body;
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 202,
        body: await propose(ctx, tx, boardOf(request.principal), { action: "transfer.return", subject, content }),
      }));
    },
  );
  app.post(
    "/admin/v1/transfers/confirm-destination",
    {
      config: PAYOUT_ACT_FRESH,
      schema: {
        ...doc(noun, "Confirm that money may go again to where it came back from"),
        body: destinationInput,
        response: { 200: z.object({ transfer_id: z.string(), confirmed: z.literal(true) }) },
      },
    },
    // Confirming twice is confirming once, so it needs no idempotency key.
    async (request) => {
      const { transfer_id, note } = request.body;
      await confirmDestination(ctx, transfer_id, boardOf(request.principal).memberId, note);
      return { transfer_id, confirmed: true as const };
    },
  );
}
