import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { boardOf } from "../../principal.ts";
import { doc, PAYOUT_ACT_FRESH, READ } from "../admin/route-options.ts";
import { confirmTransfer, listOpenTransfers } from "./transfer-service.ts";

const noun = "transfers";
const MAX_ROWS = 1_000;

const querystring = z.strictObject({
  run_id: z.uuid().optional(),
  state: z.enum(["sent", "completed", "reversed"]).default("sent").describe("To be paid and confirmed, arrived, or come back"),
});
const openTransfer = z
  .object({
    transfer_id: z.string(),
    run_id: z.uuid(),
    quarter: z.string(),
    rail: z.string(),
    state: z.enum(["sent", "completed", "reversed"]),
    wallet: z.string(),
    destination: z.string().nullable().describe("Private: only to be paid"),
    currency: z.string(),
    amount: z.string().describe("What the payee gets"),
    sent_at: z.string(),
  })
  .meta({ id: "OpenTransfer" });
const confirmInput = z
  .strictObject({
    transfer_id: z.string().regex(/^[0-9a-f]{64}$/, "must be the id of a transfer"),
    reference: z.string().min(1).max(200).describe("What the bank or the provider calls the payment"),
  })
  .meta({ id: "TransferConfirmation" });

/** Rails on which a person moves the money: what is to be paid, and that it was. */
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
}
