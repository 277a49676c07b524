import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { tickEverybody } from "./service.ts";

const tickAnswer = z
  .object({ moved: z.array(z.object({ id: z.uuid(), subject_kind: z.string(), entered: z.array(z.string()) })), told: z.array(z.uuid()) })
  .meta({ id: "ComplianceTick" });

export function complianceRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/compliance-tick",
    {
      config: { access: "operator", rate: "operator" },
      schema: {
        tags: ["operator"],
        security: [{ session: [] }],
        summary: "Move every subject by one step; twice is once",
        response: { 200: tickAnswer },
      },
    },
    // Repeating it changes nothing by itself, so it needs no idempotency key.
    async () => tickEverybody(ctx),
  );
}
