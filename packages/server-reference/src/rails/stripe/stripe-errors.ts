import { RailError, type RailErrorOptions } from "../rail.ts";

interface Reading extends Pick<RailErrorOptions, "retryable" | "definitive" | "mismatch"> {
  readonly code: string;
}

const AGAIN: Reading = { code: "RAIL_UNAVAILABLE", retryable: true };
/** Nothing moved, and not because of the order: it waits until the operator has put the key right. */
const CREDENTIALS: Reading = { code: "RAIL_CREDENTIALS", retryable: true };
const REFUSED: Reading = { code: "RAIL_REFUSED", definitive: true };

/** How each error of stripe-node is to be read; a 409 of a key in use arrives as StripeAPIError. */
const READINGS: Readonly<Record<string, Reading>> = {
  StripeIdempotencyError: { code: "RAIL_MISMATCH", mismatch: true },
  StripeRateLimitError: { code: "RAIL_BUSY", retryable: true },
  StripeConnectionError: AGAIN,
  StripeAPIError: AGAIN,
  StripeAuthenticationError: CREDENTIALS,
  StripePermissionError: CREDENTIALS,
  StripeInvalidRequestError: REFUSED,
  StripeCardError: REFUSED,
};

/** A kind of error that we do not know says nothing about the order: the same key again, never a new one. */
const UNKNOWN: Reading = { code: "RAIL_UNKNOWN", retryable: true };

/** A refusal that another moment undoes: the money is not there yet, somebody else holds the lock. */
const PASSING: Readonly<Record<string, Reading>> = {
  lock_timeout: AGAIN,
  balance_insufficient: { code: "RAIL_BALANCE", retryable: true },
  idempotency_key_in_use: { code: "RAIL_BUSY", retryable: true },
};

interface StripeLikeError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs a call of stripe-node. @throws {RailError} whatever it threw, read by the table above */
export async function callStripe<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw railErrorOf(error);
  }
}

/** What an error of stripe-node means for an order; errors of ours go through as they are. */
export function railErrorOf(error: unknown): Error {
  if (!isStripeError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code, ...reading } = PASSING[error.code ?? ""] ?? READINGS[error.type] ?? UNKNOWN;
  const detail = [error.code, error.requestId].filter((part) => part !== undefined).join(", ");
  return new RailError(code, `Stripe: ${error.message}${detail === "" ? "" : ` (${detail})`}`, { ...reading, cause: error });
}

/** Whether this is what Stripe answered to the same key before, when there was not enough money: that key will never move any. */
export function isSpent(error: unknown): boolean {
  return isStripeError(error) && error.code === "balance_insufficient" && error.headers?.["idempotent-replayed"] === "true";
}

function isStripeError(error: unknown): error is StripeLikeError {
  return error instanceof Error && typeof (error as { type?: unknown }).type === "string" && "rawType" in error;
}
