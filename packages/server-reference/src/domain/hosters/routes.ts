import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { accrualsOf } from "./service.ts";

const accruals = z
  .object({
    accruals: z.array(
      z.object({
        claim_id: z.uuid(),
        model_id: z.uuid(),
        model_name: z.string(),
        verified: z.boolean(),
        revoked: z.boolean(),
        volumes: z.array(z.object({ quarter: z.string(), inferences: z.int(), revision: z.int() })).readonly(),
        accrued_usd: z.string(),
        by_volume_usd: z.string(),
        settled_usd: z.string(),
      }),
    ),
  })
  .meta({ id: "HosterAccruals" });

export function hosterRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/hoster-accruals",
    {
      config: { access: "session", rate: "read" },
      schema: {
        tags: ["hosters"],
        security: [{ session: [] }],
        summary: "What the key of this session hosts, reported and earned",
        response: { 200: accruals },
      },
    },
    async (request) => ({ accruals: await accrualsOf(ctx, request.principal) }),
  );
}
