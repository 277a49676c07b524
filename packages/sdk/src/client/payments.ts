import { expectArray, expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import { pages } from "./pages.ts";
import type { Debts, PaymentReceipt } from "./receivables.ts";
import type { Registry } from "./registry.ts";

/** A payment that the caller may see: a company those of its reports, a creator those to its wallets. */
export interface Payment {
  readonly id: string;
  readonly model_id: string;
  readonly wallet_id: string;
  readonly report_id: string;
  readonly quarter: string;
  readonly amount_usd: string;
  readonly status: "pending" | "processing" | "completed" | "failed" | "reversed" | "held";
  readonly rail: string | null;
  readonly paid_at: string | null;
  /** The currency, amount and rate in which it reached its wallet; null before that. */
  readonly settled_currency: string | null;
  readonly settled_amount: string | number | null;
  readonly fx_rate_used: string | number | null;
  readonly [column: string]: unknown;
}

export interface PaymentFilter extends CallOptions {
  readonly quarter?: string | undefined;
}

/** Money in both directions: what a company owes and pays, and what reached wallets. */
export interface Payments extends Debts {
  /** Payouts that the caller may see, the newest quarter first. */
  readonly list: (filter?: PaymentFilter) => AsyncIterable<Payment>;
  /** Receipts of what the company paid, the oldest first. */
  readonly receipts: (options?: CallOptions) => AsyncIterable<PaymentReceipt>;
}

/** The caller's payments, the newest quarter first. */
export function listPayments(registry: Registry, { quarter, ...options }: PaymentFilter = {}): AsyncIterable<Payment> {
  const filter = quarter === undefined ? {} : { quarter: `eq.${quarter}` };
  return pages(async (offset, limit) => {
    const body = await registry.rows("payments", { ...filter, order: "quarter.desc,id.asc", offset, limit }, options);
    return expectArray(body, "the payments").map((row) =>
      expectMembers<Payment>(row, { id: "string", quarter: "string", status: "string" }, "a payment"),
    );
  });
}
