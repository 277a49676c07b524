import { parseTimestamp } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { previewTick } from "../compliance/preview-service.ts";
import { compliancePreview } from "../compliance/schema.ts";
import { doc, READ } from "./route-options.ts";

const querystring = z.strictObject({
  as_of: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, "must be a time such as 2026-10-31T00:00:00Z")
    .optional()
    .describe("Another moment than now, with the facts of today"),
});

/** What the next tick would do. */
export function adminComplianceRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/compliance/preview",
    {
      config: READ,
      schema: { ...doc("compliance", "What a tick would change; nothing is written"), querystring, response: { 200: compliancePreview } },
    },
    async ({ query: { as_of } }) => previewTick(ctx, as_of === undefined ? ctx.clock.now() : parseTimestamp(as_of)),
  );
}
