import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { openSecret } from "../../credentials/sealed-secret.ts";
import type { Tx } from "../../db/database.ts";
import { enqueueNotice } from "../notices/service.ts";
import { groupBy } from "../payouts/group-by.ts";
import { disableEndpoint, type DueDelivery, findModelOfKey, giveBack, markDelivered, markFailed, takeDue } from "./delivery-repository.ts";
import { createGuardedPost, type Post } from "./guarded-post.ts";
import { purposeOf } from "./service.ts";
import { signMessage } from "./signing.ts";

export interface Deliveries {
  readonly delivered: number;
  readonly failed: number;
  readonly disabled: string[];
}

/** Two minutes after the first failure, then 10, 30 …; a day at most between two attempts. */
const PAUSES_MINUTES = [2, 10, 30, 120, 300, 720, 1_440] as const;
const DISABLED_AFTER_MS = 3 * 86_400_000;
const BATCH = { perEndpoint: 20, limit: 200, leaseMinutes: 15 } as const;
const GONE = 410;

/**
 * Carries out what is due: each message to each endpoint until it answers 2xx, in order, with growing pauses.
 *
 * An endpoint that fails waits with all that is behind; after three days without one success, or when it says 410, it is switched off.
 */
export async function deliverWebhooks(ctx: AppContext, post: Post = createGuardedPost()): Promise<Deliveries> {
  await ctx.queue.ready();
  const due = await ctx.db.service((tx) => takeDue(tx, BATCH));
  const byEndpoint = groupBy(due, ({ endpoint_id }) => endpoint_id);
  const done = await Promise.all([...byEndpoint.values()].map((deliveries) => deliverInOrder(ctx, post, deliveries)));
  return {
    delivered: done.reduce((sum, { delivered }) => sum + delivered, 0),
    failed: done.reduce((sum, { failed }) => sum + failed, 0),
    disabled: done.flatMap(({ disabled }) => disabled),
  };
}

async function deliverInOrder(ctx: AppContext, post: Post, deliveries: readonly DueDelivery[]): Promise<Deliveries> {
  for (const [index, delivery] of deliveries.entries()) {
    const status = await post(delivery.url, messageOf(ctx, delivery));
    if (status !== undefined && status >= 200 && status < 300) await ctx.db.service((tx) => markDelivered(tx, delivery, status));
    else {
      const disabled = await ctx.db.service((tx) => fail(ctx, tx, delivery, status, deliveries.slice(index + 1)));
      return { delivered: index, failed: 1, disabled: disabled ? [delivery.endpoint_id] : [] };
    }
  }
  return { delivered: deliveries.length, failed: 0, disabled: [] };
}

function messageOf(
  ctx: AppContext,
  { event_id, endpoint_id, type, data, occurred_at, sealed }: DueDelivery,
): ReturnType<typeof signMessage> {
  const body = JSON.stringify({ type, timestamp: formatTimestamp(occurred_at), data });
  const secrets = sealed.flatMap((text) => openSecret(text, purposeOf(endpoint_id), ctx.config.jwtSecret) ?? []);
  return signMessage(`msg_${event_id.replaceAll("-", "")}`, ctx.clock.now(), body, secrets);
}

/** @returns whether the endpoint was switched off */
async function fail(
  ctx: AppContext,
  tx: Tx,
  delivery: DueDelivery,
  status: number | undefined,
  behind: readonly DueDelivery[],
): Promise<boolean> {
  const pauseSeconds = pauseOf(delivery.attempts) * 60;
  await markFailed(tx, delivery, status ?? null, pauseSeconds);
  for (const waiting of behind) await giveBack(tx, waiting, pauseSeconds);
  const failingMs = delivery.failing_since === null ? 0 : ctx.clock.now().getTime() - delivery.failing_since.getTime();
  if (status !== GONE && failingMs < DISABLED_AFTER_MS) return false;
  if (!(await disableEndpoint(tx, delivery.endpoint_id))) return false;
  await tellOwner(ctx, tx, delivery);
  return true;
}

function pauseOf(attempts: number): number {
  return PAUSES_MINUTES[Math.min(attempts, PAUSES_MINUTES.length - 1)] ?? 1_440;
}

async function tellOwner(ctx: AppContext, tx: Tx, { endpoint_id, company_id, owner_pubkey }: DueDelivery): Promise<void> {
  const notice = { kind: "webhook-disabled", case_id: endpoint_id } as const;
  if (company_id !== null) return enqueueNotice(ctx, tx, { ...notice, company_id });
  const model_id = owner_pubkey === null ? undefined : await findModelOfKey(tx, owner_pubkey);
  if (model_id !== undefined) await enqueueNotice(ctx, tx, { ...notice, model_id });
}
