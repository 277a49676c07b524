import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { ACT_FRESH, doc, READ } from "../admin/route-options.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { ASSET_KINDS, rateContent } from "./rate-action.ts";
import { listRates } from "./service.ts";

const noun = "rates";
const KIND = z.strictObject({ asset_kind: z.enum(ASSET_KINDS) });
const rates = z
  .object({ rates: z.array(z.object({ asset_kind: z.string(), rate: z.string(), effective_from: z.string() })) })
  .meta({ id: "DatedRates" });

export function adminRateRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/rates",
    { config: READ, schema: { ...doc(noun, "Royalty rates by kind and date"), response: { 200: rates } } },
    async () => ({
      rates: await listRates(ctx),
    }),
  );
  app.post(
    "/admin/v1/rates/:asset_kind",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Propose a royalty rate from a later quarter on to a second member"),
        params: KIND,
        body: rateContent,
        response: { 202: approvalAnswer },
      },
    },
    async (request, reply) => {
      const [member, { asset_kind: subject }, content] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 202,
        body: await propose(ctx, tx, member, { action: "rate.set", subject, content }),
      }));
    },
  );
}
