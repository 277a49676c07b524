import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { currencyDeclaration } from "./schema.ts";
import { feeIndex, feeIndexQuery } from "./fee-index-schema.ts";
import { conversionFeeIndex } from "./fee-index-service.ts";
import { declareCurrencies } from "./service.ts";

export function currencyRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/declare-currencies",
    {
      config: { access: "live company", rate: "mutation" },
      schema: {
        tags: ["currencies"],
        security: [{ company: [] }],
        summary: "Declare what the company pays in, and its public conversion fees",
        body: currencyDeclaration,
        response: { 200: currencyDeclaration },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await declareCurrencies(tx, companyOf(request.principal).companyId, request.body),
      })),
  );
  app.get(
    "/stats/conversion-fees",
    {
      config: { access: "anyone", rate: "read" },
      schema: {
        tags: ["currencies"],
        summary: "What remitters take for converting, highest first",
        querystring: feeIndexQuery,
        response: { 200: feeIndex },
      },
    },
    async (request, reply) => reply.header("cache-control", "public, max-age=300").send(await conversionFeeIndex(ctx, request.query)),
  );
}
