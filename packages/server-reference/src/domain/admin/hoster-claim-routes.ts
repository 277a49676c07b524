import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { NOTE, PAGE } from "../board/schema.ts";
import { browseClaims, judgeClaim } from "../hosters/board-service.ts";
import { ACT, doc, READ } from "./route-options.ts";

const noun = "hoster claims";
const params = z.strictObject({ id: z.uuid() });
const querystring = z.strictObject({
  status: z.enum(["unverified", "verified", "revoked", "all"]).default("unverified"),
  model_id: z.uuid().optional(),
  ...PAGE,
});
const review = z
  .strictObject({ verified: z.boolean().describe("false revokes the claim for good"), note: NOTE })
  .meta({ id: "HosterClaimReview" });
const claim = z
  .object({
    id: z.uuid(),
    model_id: z.uuid(),
    model_name: z.string(),
    name: z.string(),
    hoster_pubkey: z.string(),
    wallet: z.string(),
    claimed_at: z.string(),
    verified_at: z.string().nullable(),
    verified_by: z.string().nullable(),
    revoked_at: z.string().nullable(),
    volumes: z.array(z.object({ quarter: z.string(), inferences: z.int() })),
  })
  .meta({ id: "HosterClaim" });

/** Who says to host a model, where the model's own key has not said so. */
export function adminHosterClaimRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/hoster-claims",
    {
      config: READ,
      schema: { ...doc(noun, "Claims, the oldest first"), querystring, response: { 200: z.object({ claims: z.array(claim) }) } },
    },
    async (request) => ({ claims: await browseClaims(ctx, request.query) }),
  );
  app.post(
    "/admin/v1/hoster-claims/:id/review",
    { config: ACT, schema: { ...doc(noun, "Verify or revoke a claim"), params, body: review, response: { 200: claim } } },
    async (request, reply) => {
      const [member, { id }] = [boardOf(request.principal), request.params];
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await judgeClaim(ctx, tx, member, { id, ...request.body }),
      }));
    },
  );
}
