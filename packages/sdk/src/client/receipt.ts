import type { RoyaltyBasis } from "../protocol/royalty.ts";
import { expectMembers, expectArray } from "./answer.ts";

/** One model of a report. Amounts are US dollars with six places. */
export interface ReceiptLine {
  /** Null in a quote. */
  readonly report_id: string | null;
  /** Where the line stands in the report, such as `entries[0]`. */
  readonly entry: string;
  readonly model_id: string;
  readonly address: string;
  readonly name: string;
  /** `model`, `dataset`, `likeness` or `artwork`; the rate follows from it. Absent in receipts of older registries. */
  readonly asset_kind?: string;
  /** Null in a quote. */
  readonly status: string | null;
  readonly inferences: number;
  readonly revenue_usd: string;
  readonly run_cost_usd: string;
  readonly weight: string;
  readonly rate: string;
  readonly royalty_basis: RoyaltyBasis;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  readonly hoster_pool_usd: string;
  readonly creator_pool_usd: string;
}

export type Route = "native" | "backup_with_fee" | "backup_direct";

/** An amount in the currency in which it reaches a wallet. */
export interface Settled {
  readonly currency: string;
  /** With the currency's own number of places. */
  readonly amount: string;
  /** Units of the currency for one US dollar. */
  readonly rate: string;
  /** When the rate's source said so; null for the dollar itself. */
  readonly rate_at: string | null;
}

/** What one wallet would be paid in one currency. */
export interface Allocation {
  readonly wallet: string;
  readonly amount_usd: string;
  readonly currency: string;
  readonly route: Route;
  /** The payer's declared conversion fee, in percent. */
  readonly fee_pct: string;
  /** What the conversion takes of the amount, in US dollars. */
  readonly conversion_fee_usd: string;
  /** What would reach the wallet at the registry's rate of now; null where it has none to use. The payout pins its own rate. */
  readonly settled: Settled | null;
  readonly lines: readonly { readonly report_id: string | null; readonly entry: string; readonly amount_usd: string }[];
}

/** What the registry made of a report. */
export interface Receipt {
  /** Null in a quote. */
  readonly submission_id: string | null;
  readonly company_id: string;
  readonly quarter: string;
  /** Counts the amendments from 1; null in a quote. */
  readonly version: number | null;
  readonly final: boolean;
  readonly filed_at: string | null;
  readonly due_at: string;
  /** False for a test key: a separate ledger that never pays. */
  readonly live: boolean;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly net_royalty_usd: string;
  readonly lines: readonly ReceiptLine[];
  readonly allocations: readonly Allocation[];
  /** The lineage policy by which the splits were resolved. */
  readonly policy: "sequential" | "declared";
}

const RECEIPT = {
  submission_id: "string|null",
  quarter: "string",
  royalty_usd: "amount",
  net_royalty_usd: "amount",
  lines: "array",
  allocations: "array",
} as const;
const LINE = { entry: "string", model_id: "string", royalty_usd: "amount", creator_pool_usd: "amount" } as const;
const ALLOCATION = { wallet: "string", amount_usd: "amount", conversion_fee_usd: "amount", lines: "array" } as const;

/** The registry's answer as a receipt. @throws {OmlaVersionError} ANSWER_SHAPE */
export function readReceipt(body: unknown, what = "the receipt"): Receipt {
  const receipt = expectMembers<Receipt>(body, RECEIPT, what);
  for (const line of expectArray(receipt.lines, what)) expectMembers(line, LINE, `a line of ${what}`);
  for (const allocation of expectArray(receipt.allocations, what)) expectMembers(allocation, ALLOCATION, `an allocation of ${what}`);
  return receipt;
}
