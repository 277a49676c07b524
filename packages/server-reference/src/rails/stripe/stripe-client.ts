import type Stripe from "stripe";

/** Less than a request of ours may last, so that who waits hears of it. */
const TIMEOUT_MS = 8_000;

export interface StripeSettings {
  readonly secretKey: string;
  /** Another Stripe, such as http://127.0.0.1:12111. */
  readonly apiBase?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Stripe's own library, loaded when it is first needed. */
export type StripeClient = () => Promise<Stripe>;

/**
 * Retries are ours: they must keep the key of the order, and know when to look instead. (The library still repeats a request whose connection was
 * closed once, with the same key.)
 */
export function createStripeClient({ secretKey, apiBase, timeoutMs = TIMEOUT_MS }: StripeSettings): StripeClient {
  let client: Promise<Stripe> | undefined;
  return () =>
    (client ??= import("stripe").then(
      ({ default: Library }) =>
        new Library(secretKey, { ...addressOf(apiBase), maxNetworkRetries: 0, telemetry: false, timeout: timeoutMs }),
    ));
}

function addressOf(apiBase: string | undefined): Stripe.StripeConfig {
  if (apiBase === undefined) return {};
  const { hostname, port, protocol } = new URL(apiBase);
  const isPlain = protocol === "http:";
  return { host: hostname, port: port === "" ? (isPlain ? 80 : 443) : Number(port), protocol: isPlain ? "http" : "https" };
}

/** Whether a key moves real money. */
export function isLiveKey(secretKey: string): boolean {
  return /^(sk|rk)_live_/.test(secretKey);
}
