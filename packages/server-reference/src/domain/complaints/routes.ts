import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { complaintAnswer, complaintInput } from "./schema.ts";
import { fileComplaint } from "./service.ts";

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
      writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await fileComplaint(ctx, tx, request.body) })),
  );
}
