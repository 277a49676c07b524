import type { Tx } from "../../db/database.ts";
import { csvLine } from "./csv.ts";
import { findTaxTotals, type TaxTotal } from "./totals-repository.ts";

const COLUMNS: readonly (keyof TaxTotal)[] = [
  "wallet",
  "model_id",
  "model_name",
  "owner_pubkey",
  "jurisdiction",
  "form_kind",
  "form_status",
  "form_expires_at",
  "form_sha256",
  "document_ref",
  "payment_count",
  "paid_usd",
  "threshold_usd",
  "above_threshold",
];

/**
 * Yearly totals per wallet, for a 1099 and its like elsewhere: completed payments by the calendar year (UTC) in which they were made,
 * in dollars with six places, ascending by wallet.
 */
export function taxTotals(tx: Tx, year: number, now: Date): Promise<TaxTotal[]> {
  return findTaxTotals(tx, year, now);
}

/** The same as CSV, one line at a time. */
export function* taxCsv(year: number, totals: readonly TaxTotal[]): Generator<string> {
  yield csvLine(["year", ...COLUMNS]);
  for (const total of totals) yield csvLine([String(year), ...COLUMNS.map((column) => total[column] ?? "")]);
}
