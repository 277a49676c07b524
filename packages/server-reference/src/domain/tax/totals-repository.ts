import type { Tx } from "../../db/database.ts";

/** What a wallet received in a year; texts as they are exported. */
export interface TaxTotal {
  readonly wallet: string;
  readonly model_id: string | null;
  readonly model_name: string | null;
  readonly owner_pubkey: string | null;
  readonly jurisdiction: string | null;
  readonly form_kind: string | null;
  readonly form_status: "none" | "on_file" | "expired" | "superseded" | "withdrawn";
  readonly form_expires_at: string | null;
  readonly form_sha256: string | null;
  readonly document_ref: string | null;
  readonly payment_count: string;
  readonly paid_usd: string;
  readonly threshold_usd: string;
  readonly above_threshold: "yes" | "no";
}

export async function findTaxTotals(tx: Tx, year: number, now: Date): Promise<TaxTotal[]> {
  const { rows } = await tx.query<TaxTotal>(FIND_TAX_TOTALS, [year, now]);
  return rows;
}

const FIND_TAX_TOTALS = `
  select wallet, model_id, model_name, owner_pubkey, jurisdiction, form_kind, form_status, omla.iso(form_expires_at) as form_expires_at, form_sha256, document_ref,
         payment_count::text, paid_usd::numeric(38, 6)::text, threshold_usd::numeric(38, 6)::text,
         case when paid_usd > threshold_usd then 'yes' else 'no' end as above_threshold
    from omla.tax_totals($1, $2)`;
