import type { Tx } from "../../db/database.ts";
import type { CurrencyDeclaration } from "./schema.ts";

export async function findActiveCurrencies(tx: Tx): Promise<Set<string>> {
  const { rows } = await tx.query<{ code: string }>("select code from omla.currency_registry where is_active");
  return new Set(rows.map(({ code }) => code));
}

/** Puts a declaration in the place of the earlier one. */
export async function replaceDeclaration(
  tx: Tx,
  companyId: string,
  { currencies, conversion_fees = [] }: CurrencyDeclaration,
): Promise<void> {
  await tx.query("delete from omla.remitter_currencies where remitter_kind = 'commercial_user' and remitter_id = $1", [companyId]);
  await tx.query("delete from omla.remitter_conversion_fees where remitter_kind = 'commercial_user' and remitter_id = $1", [companyId]);
  await tx.query(
    `insert into omla.remitter_currencies (remitter_kind, remitter_id, position, code)
     select 'commercial_user', $1, position - 1, code from unnest($2::text[]) with ordinality as c (code, position)`,
    [companyId, currencies],
  );
  await tx.query(
    `insert into omla.remitter_conversion_fees (remitter_kind, remitter_id, from_code, to_code, fee_pct)
     select 'commercial_user', $1, "from", "to", fee_pct from jsonb_to_recordset($2::jsonb) as f ("from" text, "to" text, fee_pct numeric)`,
    [companyId, JSON.stringify(conversion_fees)],
  );
}
