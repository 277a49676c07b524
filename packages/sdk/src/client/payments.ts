import { expectArray, expectMembers } from "./answer.ts";
import type { CallOptions } from "./call.ts";
import { pages } from "./pages.ts";
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
  readonly [column: string]: unknown;
}

export interface PaymentFilter extends CallOptions {
  readonly quarter?: string | undefined;
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
