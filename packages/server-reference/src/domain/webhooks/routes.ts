import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { partyOf } from "../cases/party.ts";
import { mintedWebhook, registerWebhookInput, webhookList, webhookRef } from "./schema.ts";
import { deleteWebhook, listWebhooks, type Minted, registerWebhook, rotateSecret } from "./service.ts";

const tags = ["webhooks"];
const security = [{ company: [] }, { session: [] }];
const config = { access: "anyone", rate: "case" } as const;

export function webhookRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-webhook",
    {
      config,
      schema: {
        tags,
        security,
        summary: "Hear of keys, splits, lineages, states and lists as they change; the secret is shown once",
        body: registerWebhookInput,
        response: { 201: mintedWebhook },
      },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => shownOnce(201, await registerWebhook(ctx, tx, party, request.body)));
    },
  );
  app.post(
    "/functions/v1/rotate-webhook-secret",
    {
      config,
      schema: {
        tags,
        security,
        summary: "Another secret; the one before signs for a day more",
        body: webhookRef,
        response: { 200: mintedWebhook },
      },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      const { endpoint_id } = request.body;
      return writeOnce(ctx, request, reply, async (tx) => shownOnce(200, await rotateSecret(ctx, tx, party, endpoint_id)));
    },
  );
  app.post(
    "/functions/v1/delete-webhook",
    {
      config,
      schema: {
        tags,
        security,
        summary: "Delete an endpoint with what waits for it",
        body: webhookRef,
        response: { 200: z.object({ deleted: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const party = await partyOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => {
        await deleteWebhook(tx, party, request.body.endpoint_id);
        return { status: 200, body: { deleted: true as const } };
      });
    },
  );
  app.get(
    "/functions/v1/webhooks",
    {
      config: { access: "anyone", rate: "quote" },
      schema: { tags, security, summary: "Your endpoints", response: { 200: webhookList } },
    },
    async (request) => {
      const party = await partyOf(request.principal);
      return { endpoints: await ctx.db.service((tx) => listWebhooks(tx, party)) };
    },
  );
}

/** A repeated request reads the same without the secret, which is not stored in the clear. */
function shownOnce(status: number, minted: Minted): { status: number; body: Minted; remembered: Minted } {
  return { status, body: minted, remembered: { ...minted, secret: "shown once" } };
}
