import { createHmac } from "node:crypto";
import type { Resource } from "./state.ts";

export interface Delivery {
  readonly url: string;
  readonly secret: string;
  /** In which order what was not delivered yet is sent. */
  readonly order?: "forward" | "reverse" | undefined;
  readonly times?: number | undefined;
  /** Seconds beside the clock, for webhooks that come too late or too early. */
  readonly skew_seconds?: number | undefined;
  /** Only these types. */
  readonly types?: readonly string[] | undefined;
}

export interface Delivered {
  readonly id: string;
  readonly type: string;
  readonly status: number;
}

/** Sends events as Stripe does: the body as it is signed, the time and an HMAC in the header. */
export async function deliver(events: readonly Resource[], nowMs: number, delivery: Delivery): Promise<Delivered[]> {
  const { url, secret, order = "forward", times = 1, skew_seconds = 0, types } = delivery;
  const chosen = events.filter(({ type }) => types === undefined || types.includes(String(type)));
  const ordered = order === "reverse" ? chosen.toReversed() : chosen;
  const answers: Delivered[] = [];
  for (const event of ordered.flatMap((one) => Array.from({ length: times }, () => one))) {
    const body = JSON.stringify(event);
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": signature(body, secret, nowMs, skew_seconds) };
    const answer = await fetch(url, { method: "POST", body, headers });
    await answer.arrayBuffer();
    answers.push({ id: event.id, type: String(event["type"]), status: answer.status });
  }
  return answers;
}

function signature(body: string, secret: string, nowMs: number, skewSeconds: number): string {
  const time = Math.floor(nowMs / 1_000) + skewSeconds;
  const mac = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  return `t=${time},v1=${mac}`;
}
