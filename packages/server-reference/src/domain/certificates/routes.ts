import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { certificate, certificateInput } from "./schema.ts";
import { issueCertificate } from "./service.ts";

export function certificateRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/certificate",
    {
      config: { access: "live company", rate: "mutation" },
      schema: {
        tags: ["compliance"],
        security: [{ company: [] }],
        summary: "The association's signed statement of how the company stands for a quarter",
        body: certificateInput,
        response: { 200: certificate },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await issueCertificate(ctx, tx, companyOf(request.principal).companyId, request.body.quarter),
      })),
  );
}
