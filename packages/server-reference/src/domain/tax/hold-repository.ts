import type { Tx } from "../../db/database.ts";

export interface TaxHoldRow {
  readonly wallet: string;
  readonly reason: "no_form" | "form_expired" | "form_withdrawn";
  /** Where the wallet's owner is taxed, as far as a form says it. */
  readonly jurisdiction: string | null;
  readonly threshold_usd: string;
  /** Paid this year, or on its way. */
  readonly paid_usd: string;
  readonly planned_usd: string;
  /** In words. */
  readonly form_needed: string;
}

export async function findTaxHolds(tx: Tx, wallets: readonly string[], amountsUsd: readonly string[], now: Date): Promise<TaxHoldRow[]> {
  const { rows } = await tx.query<TaxHoldRow>(FIND_TAX_HOLDS, [wallets, amountsUsd, now]);
  return rows;
}

const FIND_TAX_HOLDS = `
  select wallet, reason, jurisdiction, threshold_usd::numeric(38, 6)::text, paid_usd::numeric(38, 6)::text, planned_usd::numeric(38, 6)::text, form_needed
    from omla.tax_holds($1, $2::numeric[], $3)`;
