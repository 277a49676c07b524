import type { Tx } from "../../db/database.ts";
import { taxError } from "./errors.ts";
import {
  closeTaxForm,
  findTaxForms,
  insertTaxForm,
  insertTaxFormKind,
  type RecordedForm,
  type TaxForm,
  writeTaxThreshold,
} from "./form-repository.ts";
import type { TaxFormInput, TaxFormKindInput, TaxThresholdInput } from "./schema.ts";

export type { RecordedForm, TaxForm };

/**
 * Puts a wallet's form on file, in the place of the one before it; the next payout plan releases what was held for it.
 *
 * @param actor - a board member's id
 * @throws {ApiError} WALLET_UNKNOWN | TAX_FORM_KIND | TAX_FORM_JURISDICTION | TAX_FORM_EXPIRY with the path
 * @see docs/spec/2-money.md clause 2.25
 */
export function recordTaxForm(tx: Tx, form: TaxFormInput, actor: string): Promise<RecordedForm> {
  return insertTaxForm(tx, form, actor);
}

/** Takes a form off the file; what is planned from then on above the threshold is held again. @throws {ApiError} TAX_FORM_UNKNOWN */
export async function withdrawTaxForm(tx: Tx, formId: string, actor: string, note: string): Promise<void> {
  if (!(await closeTaxForm(tx, formId, actor, note))) throw taxError("TAX_FORM_UNKNOWN", `No form ${formId} is on file.`, "form_id");
}

/** Sets the threshold of a jurisdiction from a year on. @throws {ApiError} AMOUNT_INVALID | TAX_FORM_JURISDICTION */
export function setTaxThreshold(tx: Tx, row: TaxThresholdInput, actor: string): Promise<void> {
  return writeTaxThreshold(tx, row, actor);
}

/** Adds a kind of form that the association accepts. @throws {ApiError} ALREADY_EXISTS */
export function addTaxFormKind(tx: Tx, kind: TaxFormKindInput, actor: string): Promise<void> {
  return insertTaxFormKind(tx, kind, actor);
}

/** The forms of a wallet, the one on file first. */
export function taxFormsOf(tx: Tx, wallet: string): Promise<TaxForm[]> {
  return findTaxForms(tx, wallet);
}
