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

/** Why money of a wallet waits for a tax form. */
export interface TaxHold {
  readonly reason: "no_form" | "form_expired" | "form_withdrawn";
  readonly jurisdiction: string | null;
  readonly threshold_usd: string;
  /** Paid this year, or on its way. */
  readonly paid_usd: string;
  /** What a payout would send now. */
  readonly planned_usd: string;
  /** In words. */
  readonly form_needed: string;
}

/** How a wallet of the caller stands this calendar year (UTC). */
export interface TaxStanding {
  readonly wallet: string;
  readonly held_usd: string;
  /** Null where nothing waits, or the next payout lets it go. */
  readonly hold: TaxHold | null;
  /** Above it a form is asked for. */
  readonly threshold_usd: string;
  readonly paid_usd: string;
  readonly form: { readonly kind: string; readonly jurisdiction: string; readonly expires_at: string | null } | null;
}

/** Money in both directions: what a company owes and pays, and what reached wallets. */
export interface Payments extends Debts {
  /** Payouts that the caller may see, the newest quarter first. */
  readonly list: (filter?: PaymentFilter) => AsyncIterable<Payment>;
  /** Receipts of what the company paid, the oldest first. */
  readonly receipts: (options?: CallOptions) => AsyncIterable<PaymentReceipt>;
  /** What is held from the caller's wallets, for which form and threshold; needs a session of their key as `accessToken`. */
  readonly heldForTax: (options?: CallOptions) => Promise<readonly TaxStanding[]>;
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

/** How the wallets of the session's key stand this year. */
export async function fetchTaxStandings(registry: Registry, options?: CallOptions): Promise<readonly TaxStanding[]> {
  const body = await registry.json({ method: "GET", path: "/functions/v1/held-for-tax", ...options });
  const { wallets } = expectMembers<{ wallets: unknown }>(body, { wallets: "array" }, "the wallets");
  return expectArray(wallets, "the wallets").map((row) =>
    expectMembers<TaxStanding>(row, { wallet: "string", held_usd: "string", threshold_usd: "string", paid_usd: "string" }, "a wallet"),
  );
}
