import { parseDecimal } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { currencyError } from "./errors.ts";
import { findActiveCurrencies, replaceDeclaration } from "./repository.ts";
import type { CurrencyDeclaration } from "./schema.ts";

const FIFTY_PERCENT = 50_000_000n;

/**
 * Declares what a company pays in, and its public conversion fees; the whole declaration takes the place of the last.
 *
 * @throws {ApiError} CURRENCY_UNKNOWN | CURRENCY_DUPLICATE | FEE_RANGE with the path
 * @see docs/spec/5-payout-currency.md clause 5.1
 */
export async function declareCurrencies(tx: Tx, companyId: string, declaration: CurrencyDeclaration): Promise<CurrencyDeclaration> {
  checkCodes(declaration, await findActiveCurrencies(tx));
  checkFees(declaration);
  await replaceDeclaration(tx, companyId, declaration);
  await appendAudit(tx, {
    actor: companyId,
    action: "company.currencies",
    entity: "commercial_user",
    entityId: companyId,
    detail: { after: declaration },
  });
  return declaration;
}

function checkCodes({ currencies, conversion_fees = [] }: CurrencyDeclaration, known: ReadonlySet<string>): void {
  const named = [
    ...currencies.map((code, at) => ({ code, path: `currencies[${at}]` })),
    ...conversion_fees.flatMap(({ from, to }, at) => [
      { code: from, path: `conversion_fees[${at}].from` },
      { code: to, path: `conversion_fees[${at}].to` },
    ]),
  ];
  for (const { code, path } of named) if (!known.has(code)) throw currencyError("CURRENCY_UNKNOWN", `There is no currency ${code}.`, path);
  const again = currencies.findIndex((code, at) => currencies.indexOf(code) < at);
  if (again >= 0) throw currencyError("CURRENCY_DUPLICATE", `${currencies[again]} stands twice.`, `currencies[${again}]`);
}

function checkFees({ conversion_fees = [] }: CurrencyDeclaration): void {
  const pairs = new Set<string>();
  conversion_fees.forEach(({ from, to, fee_pct }, at) => {
    const path = `conversion_fees[${at}]`;
    if (from === to || pairs.has(`${from} ${to}`)) throw currencyError("CURRENCY_DUPLICATE", `${from} to ${to} needs no second fee.`, path);
    pairs.add(`${from} ${to}`);
    if (parseDecimal(fee_pct, 6, `${path}.fee_pct`) > FIFTY_PERCENT)
      throw currencyError("FEE_RANGE", `${fee_pct} is above 50.`, `${path}.fee_pct`);
  });
}
