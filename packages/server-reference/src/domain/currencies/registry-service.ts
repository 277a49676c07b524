import type { Tx } from "../../db/database.ts";
import { currencyError } from "./errors.ts";
import { insertCurrency, isCurrency, updateCurrencyState } from "./registry-repository.ts";
import type { CurrencyInput } from "./registry-schema.ts";

/** Adds a currency to the registry. @throws {ApiError} CURRENCY_EXISTS */
export async function addCurrency(tx: Tx, currency: CurrencyInput, actor: string): Promise<void> {
  if (!(await insertCurrency(tx, currency, actor))) throw currencyError("CURRENCY_EXISTS", `${currency.code} is in the registry.`, "code");
}

/**
 * Switches a currency on or off: off, nobody can name it any more, and what was to be paid in it waits.
 *
 * @returns whether this changed anything
 * @throws {ApiError} CURRENCY_UNKNOWN | CURRENCY_BASE for the dollar, in which everything is computed
 */
export async function setCurrencyActive(tx: Tx, code: string, isActive: boolean, actor: string): Promise<boolean> {
  if (await updateCurrencyState(tx, code, isActive, actor)) return true;
  if (await isCurrency(tx, code)) return false;
  throw currencyError("CURRENCY_UNKNOWN", `There is no currency ${code.slice(0, 80)}.`, "code");
}
