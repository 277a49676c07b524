import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { validateSidecar } from "./service.ts";

const sidecarInput = z
  .strictObject({
    sidecar: z
      .union([z.string().max(131_072), z.record(z.string(), z.unknown())])
      .describe("omla.json, as the text that stands beside the weights, or as an object"),
    page: z.string().max(2_000).optional().describe("Where it stands"),
    sha256: z
      .array(z.string().regex(/^[0-9a-f]{64}$/))
      .max(1_000)
      .optional()
      .describe("Of the weights beside it"),
  })
  .meta({ id: "SidecarRequest" });

const result = z.enum(["holds", "fails", "open"]);
const sidecarAnswer = z
  .object({
    verdict: z.enum(["verified", "refuted", "unproven"]),
    checks: z.object({
      document: result,
      signature: result,
      registry: result,
      registration: result,
      model: result,
      key: result,
      wallet: result,
      location: result,
      weights: result,
    }),
    faults: z.array(z.object({ code: z.string(), message: z.string(), path: z.string().nullable(), hint: z.string().nullable() })),
    digest: z.string().nullable(),
    model_id: z.string().nullable(),
    state: z.string().nullable(),
  })
  .meta({ id: "SidecarVerdict" });

export function sidecarRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/validate-sidecar",
    {
      bodyLimit: ctx.config.limits.reportBodyBytes,
      config: { access: "anyone", rate: "badge" },
      schema: {
        tags: ["sidecars"],
        summary: "What can be said of an omla.json: signature, registration, key, wallet, place, weights",
        body: sidecarInput,
        response: { 200: sidecarAnswer },
      },
    },
    async (request) => validateSidecar(ctx, request.body),
  );
}
