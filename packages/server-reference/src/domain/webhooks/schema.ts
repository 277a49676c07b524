import * as z from "zod";

export const WEBHOOK_EVENTS = [
  "model.key_rotated",
  "model.splits_changed",
  "model.lineage_changed",
  "compliance.state_changed",
  "blacklist.published",
] as const;

const event = z.enum(WEBHOOK_EVENTS);

export const registerWebhookInput = z
  .strictObject({
    url: z.string().max(2_000),
    events: z.array(event).min(1).max(WEBHOOK_EVENTS.length).optional().describe("All of them unless named"),
    models: z
      .array(z.string().min(1).max(128))
      .min(1)
      .max(100)
      .optional()
      .describe("Only these models, by address, id or weight hash; every model unless named. A company also hears of its own standing"),
  })
  .meta({ id: "RegisterWebhook" });

export type RegisterWebhookInput = z.output<typeof registerWebhookInput>;

export const webhookRef = z.strictObject({ endpoint_id: z.uuid() }).meta({ id: "WebhookRef" });

export const webhookAnswer = z
  .object({
    endpoint_id: z.uuid(),
    url: z.string(),
    events: z.array(event),
    model_ids: z.array(z.uuid()).nullable(),
    created_at: z.string(),
    failing_since: z.string().nullable(),
    disabled_at: z.string().nullable().describe("Switched off after three days without one success"),
  })
  .meta({ id: "WebhookEndpoint" });

export type WebhookAnswer = z.output<typeof webhookAnswer>;

export const mintedWebhook = webhookAnswer
  .extend({ secret: z.string().describe("whsec_…, shown once; messages are signed with it as Standard Webhooks says") })
  .meta({ id: "MintedWebhook" });

export const webhookList = z.object({ endpoints: z.array(webhookAnswer) }).meta({ id: "WebhookEndpoints" });
