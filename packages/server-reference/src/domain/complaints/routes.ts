import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { clientNetwork } from "../../plugins/client-network.ts";
import { notifyComplaints } from "./notify-service.ts";
import { complaintAnswer, complaintInput, complaintStanding, notifiedAnswer, receiptInput } from "./schema.ts";
import { complaintStanding as standingOf, fileComplaint } from "./service.ts";

export function complaintRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/file-complaint",
    {
      config: { access: "anyone", turnstile: true, rate: "complaint" },
      schema: {
        tags: ["complaints"],
        summary: "Complain about a model or a company",
        body: complaintInput,
        response: { 201: complaintAnswer },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({
        status: 201,
        body: await fileComplaint(ctx, tx, request.body, clientNetwork(request.ip)),
      })),
  );
  app.post(
    "/functions/v1/complaint-status",
    {
      config: { access: "anyone", rate: "search" },
      schema: {
        tags: ["complaints"],
        summary: "How a complaint stands, by its receipt; in the body, so that no log holds it",
        body: receiptInput,
        response: { 200: complaintStanding },
      },
    },
    async (request) => standingOf(ctx, request.body.receipt),
  );
  app.post(
    "/functions/v1/notify-complaints",
    {
      config: { access: "operator", rate: "operator" },
      schema: {
        tags: ["operator"],
        security: [{ session: [] }],
        summary: "Tell holders of complaints about them; twice is once",
        response: { 200: notifiedAnswer },
      },
    },
    // Whom it told it does not tell again, so it needs no idempotency key.
    async () => notifyComplaints(ctx),
  );
}
