import type { Tx } from "../../db/database.ts";
import type { TaxFormInput, TaxFormKindInput, TaxThresholdInput } from "./schema.ts";

export interface RecordedForm {
  readonly id: string;
  readonly filed_at: Date;
  /** False where this very form was on file already. */
  readonly is_new: boolean;
}

export async function insertTaxForm(tx: Tx, form: TaxFormInput, actor: string): Promise<RecordedForm> {
  const { rows } = await tx.query<RecordedForm>("select id, filed_at, is_new from omla.record_tax_form($1, $2, $3, $4, $5, $6, $7)", [
    form.wallet,
    form.kind,
    form.jurisdiction,
    form.file_sha256,
    form.expires_at,
    form.document_ref,
    actor,
  ]);
  const [recorded] = rows;
  if (recorded === undefined) throw new TypeError("the recorded form is a row");
  return recorded;
}

/** @returns whether it was on file */
export async function closeTaxForm(tx: Tx, formId: string, actor: string, note: string): Promise<boolean> {
  const { rows } = await tx.query<{ closed: boolean }>("select omla.withdraw_tax_form($1, $2, $3) as closed", [formId, actor, note]);
  return rows[0]?.closed ?? false;
}

export async function writeTaxThreshold(tx: Tx, row: TaxThresholdInput, actor: string): Promise<void> {
  await tx.query("select omla.set_tax_threshold($1, $2, $3, $4)", [row.jurisdiction, row.from_year, row.threshold_usd, actor]);
}

export async function insertTaxFormKind(tx: Tx, kind: TaxFormKindInput, actor: string): Promise<void> {
  await tx.query("select omla.add_tax_form_kind($1, $2, $3, $4, $5)", [
    kind.kind,
    kind.description,
    kind.for_whom,
    kind.must_expire,
    actor,
  ]);
}

export interface TaxForm {
  readonly id: string;
  readonly wallet: string;
  readonly kind: string;
  readonly jurisdiction: string;
  readonly file_sha256: string;
  readonly filed_at: Date;
  readonly expires_at: Date | null;
  readonly status: "on_file" | "superseded" | "withdrawn";
  readonly closed_at: Date | null;
}

/** The forms of a wallet, newest first; what they hold stands elsewhere. */
export async function findTaxForms(tx: Tx, wallet: string): Promise<TaxForm[]> {
  const { rows } = await tx.query<TaxForm>(
    `select f.id, w.address::text as wallet, f.kind, f.jurisdiction, f.file_sha256::text, f.filed_at, f.expires_at, f.status, f.closed_at
       from omla.tax_forms f join omla.wallets w on w.id = f.wallet_id
      where w.address = $1 order by f.status = 'on_file' desc, f.filed_at desc, f.id limit 100`,
    [wallet],
  );
  return rows;
}
