import { createHash } from "node:crypto";

export interface TransferName {
  readonly quarter: string;
  readonly wallet: string;
  readonly currency: string;
  /** Counts the transfers of this wallet and currency for the quarter, from 1. */
  readonly attempt: number;
}

/** The id of a transfer, which is its idempotency key at the rail: whoever plans the same gets the same key. */
export function transferId({ quarter, wallet, currency, attempt }: TransferName): string {
  return createHash("sha256")
    .update(["omla:payout:v1", quarter, wallet, currency, String(attempt)].join("\0"))
    .digest("hex");
}
