import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

export function mintSecret(random: (length: number) => Uint8Array): Uint8Array {
  return random(SECRET_BYTES);
}

/** The secret as its owner sees it: `whsec_` and base64. */
export function formatSecret(secret: Uint8Array): string {
  return PREFIX + Buffer.from(secret).toString("base64");
}

export interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A message in the form of Standard Webhooks: HMAC-SHA256 over id, seconds and body, once for each secret that is good.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks
 */
export function signMessage(id: string, at: Date, body: string, secrets: readonly Uint8Array[]): SignedMessage {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map((secret) => `v1,${createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
  return { headers, body };
}
