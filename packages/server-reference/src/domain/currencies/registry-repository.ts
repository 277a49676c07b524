import type { Tx } from "../../db/database.ts";
import type { CurrencyInput } from "./registry-schema.ts";

/** @returns false where the code is taken */
export async function insertCurrency(tx: Tx, { code, name, kind, scale }: CurrencyInput, actor: string): Promise<boolean> {
  const values = [code, name, kind, scale, actor];
  const { rows } = await tx.query<{ added: boolean }>("select omla.add_currency($1, $2, $3, $4, $5) as added", values);
  return rows[0]?.added ?? false;
}

export async function isCurrency(tx: Tx, code: string): Promise<boolean> {
  return (await tx.query("select 1 from omla.currency_registry where code = $1", [code])).rows.length === 1;
}

/** @returns whether it was another state before */
export async function updateCurrencyState(tx: Tx, code: string, isActive: boolean, actor: string): Promise<boolean> {
  const { rows } = await tx.query<{ changed: boolean }>("select omla.set_currency_active($1, $2, $3) as changed", [code, isActive, actor]);
  return rows[0]?.changed ?? false;
}
