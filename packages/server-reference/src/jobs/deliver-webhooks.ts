import type { AppContext } from "../context.ts";
import { type Deliveries, deliverWebhooks } from "../domain/webhooks/delivery-service.ts";

export function deliverWebhooksJob(ctx: AppContext): Promise<Deliveries> {
  return deliverWebhooks(ctx);
}
