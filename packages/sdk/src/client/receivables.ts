import { parseQuarter } from "../protocol/quarter.ts";
import { expectArray, expectMembers } from "./answer.ts";
import { apiKeyId } from "./api-key.ts";
import type { CallOptions } from "./call.ts";
import { asInputError } from "./errors.ts";
import type { Registry } from "./registry.ts";

/** A line of a report whose royalty has not arrived in full. Amounts are US dollars with six places. */
export interface Receivable {
  readonly report_id: string;
  readonly quarter: string;
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  readonly net_royalty_usd: string;
  readonly paid_usd: string;
  readonly open_usd: string;
  readonly status: string;
  readonly due_at: string;
  readonly late: boolean;
}

/** What a company owes. */
export interface Receivables {
  readonly company_id: string;
  readonly open_usd: string;
  /** Over-payments; the next report uses them. */
  readonly credit_usd: string;
  /** What is not disputed comes first, then the oldest. */
  readonly lines: readonly Receivable[];
  readonly as_of: string;
}

export interface PayInput {
  /** Everything that is open of one quarter; of all quarters where neither this nor lines are named. */
  readonly quarter?: string | undefined;
  /** Or exactly these lines, 1,000 at most. */
  readonly report_ids?: readonly string[] | undefined;
  /** `checkout` by default. */
  readonly method?: "checkout" | "invoice" | undefined;
  /** Where the payer comes back to. */
  readonly success_url?: string | undefined;
  readonly cancel_url?: string | undefined;
}

/** Where open lines are paid. */
export interface PaymentRequest {
  readonly payment_id: string;
  /** To be written into a bank transfer instead. */
  readonly reference: string;
  /** The page where it is paid. */
  readonly url: string;
  /** Rounded up to what the rail can move; what is too much becomes a credit. */
  readonly amount_usd: string;
  readonly lines: readonly { readonly report_id: string; readonly amount_usd: string }[];
}

/** What a bookkeeper files: a payment that was received, or money that went back. It never changes. */
export interface PaymentReceipt {
  /** Numbers run without a gap. */
  readonly number: string;
  readonly kind: "receipt" | "refund" | "chargeback";
  readonly issued_at: string;
  readonly issuer: { readonly name: string; readonly registry: string };
  readonly payer: { readonly company_id: string; readonly company_name: string };
  readonly collection_id: string;
  /** The receipt of the payment that goes back; null of a payment. */
  readonly refund_of: string | null;
  readonly occurred_at: string;
  /** Paid out to creators from then on; null where money went back. */
  readonly clears_at: string | null;
  readonly rail: string;
  readonly method: string;
  readonly reference: string;
  /** Why money went back; null of a payment. */
  readonly reason: string | null;
  readonly currency: string;
  readonly amount: string;
  readonly amount_usd: string;
  /** Of it for the lines below. */
  readonly applied_usd: string;
  /** Of it for no line: a credit. */
  readonly credit_usd: string;
  readonly lines: readonly PaidLine[];
  /** All that the payer owes, after it. */
  readonly open_usd: string;
}

export interface PaidLine {
  readonly report_id: string;
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  readonly quarter: string;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  /** Of this payment. */
  readonly amount_usd: string;
  /** Paid in all, after it. */
  readonly paid_usd: string;
  readonly open_usd: string;
  readonly status: string;
}

export interface ReceivableFilter extends CallOptions {
  readonly quarter?: string | undefined;
}

/** What a company owes, and how it pays it. */
export interface Debts {
  /** What the company owes, line by line. */
  receivables(filter?: ReceivableFilter): Promise<Receivables>;
  /** The page where open lines are paid. The same question within a day has the same answer. */
  pay(input?: PayInput, options?: CallOptions): Promise<PaymentRequest>;
}

export function createDebts(registry: Registry): Debts {
  return {
    receivables: async ({ quarter, ...options } = {}) => {
      apiKeyId(registry.apiKey);
      const query = quarter === undefined ? {} : { quarter: assertQuarter(quarter) };
      const body = await registry.json({ method: "GET", path: "/functions/v1/receivables", query, ...options });
      return expectMembers<Receivables>(body, { open_usd: "amount", credit_usd: "amount", lines: "array" }, "what is owed");
    },
    pay: async ({ quarter, report_ids, method = "checkout", success_url, cancel_url } = {}, options) => {
      apiKeyId(registry.apiKey);
      if (quarter !== undefined) assertQuarter(quarter);
      // Asking again gives the same page, so a call that broke off is simply repeated.
      const body = await registry.act("pay", { quarter, report_ids, method, success_url, cancel_url }, { ...options, reads: true });
      return expectMembers<PaymentRequest>(body, { payment_id: "string", url: "string", amount_usd: "amount" }, "the payment's page");
    },
  };
}

/** The company's receipts, the oldest first. */
export async function* listReceipts(registry: Registry, options?: CallOptions): AsyncGenerator<PaymentReceipt, void, undefined> {
  apiKeyId(registry.apiKey);
  for (let after: string | null = ""; after !== null; ) {
    const query: Record<string, string> = after === "" ? { limit: "100" } : { limit: "100", after };
    const body = await registry.json({ method: "GET", path: "/functions/v1/receipts", query, ...options });
    const page: ReceiptPage = expectMembers<ReceiptPage>(body, { receipts: "array", next: "string|null" }, "the list of receipts");
    for (const receipt of expectArray(page.receipts, "the list of receipts"))
      yield expectMembers<PaymentReceipt>(receipt, { number: "string", amount_usd: "amount", lines: "array" }, "a receipt");
    after = page.next;
  }
}

interface ReceiptPage {
  readonly receipts: readonly unknown[];
  readonly next: string | null;
}

/** @throws {OmlaInputError} QUARTER_INVALID with the path */
export function assertQuarter(quarter: string): string {
  try {
    return parseQuarter(quarter, "quarter").text;
  } catch (error) {
    throw asInputError(error);
  }
}
