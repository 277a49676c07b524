import { divideByShares, formatUsd, parseUsd, type PayoutCurrency, resolvePayoutCurrency } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import type { ComputedLine } from "./figures.ts";
import { findPayoutFacts, type PayoutFacts } from "./terms-repository.ts";
import type { Allocation } from "./schema.ts";

/** Where no preference is declared, a wallet is paid in the currency in which everything is computed. */
const NO_PREFERENCE: PayoutCurrency = { currency: "USD", route: "native", fee_pct: "0" };

/**
 * Who would be paid what of a report, netted per wallet, in which currency and by which route.
 *
 * @param reportIds - the stored lines' ids by model; null of a quote
 * @see docs/spec/5-payout-currency.md clause 5.1
 */
export async function allocate(
  tx: Tx,
  companyId: string,
  lines: readonly ComputedLine[],
  reportIds: ReadonlyMap<string, string> | null,
): Promise<Allocation[]> {
  const byWallet = collect(lines, reportIds);
  const wallets = [...byWallet.keys()].sort();
  const facts = await findPayoutFacts(tx, companyId, wallets);
  return wallets.map((wallet) => {
    const parts = byWallet.get(wallet) ?? [];
    const total = parts.reduce((sum, part) => sum + parseUsd(part.amount_usd), 0n);
    return { wallet, amount_usd: formatUsd(total), ...currencyOf(wallet, facts), lines: parts };
  });
}

function collect(lines: readonly ComputedLine[], reportIds: ReadonlyMap<string, string> | null): Map<string, Allocation["lines"]> {
  const byWallet = new Map<string, Allocation["lines"]>();
  for (const line of lines) {
    for (const { wallet, amount_usd } of divideByShares(line.creator_pool_usd, line.shares)) {
      const parts = byWallet.get(wallet) ?? [];
      parts.push({ report_id: reportIds?.get(line.model) ?? null, entry: line.entry, amount_usd });
      byWallet.set(wallet, parts);
    }
  }
  return byWallet;
}

function currencyOf(wallet: string, facts: PayoutFacts): PayoutCurrency {
  const preferences = facts.preferences.get(wallet);
  if (preferences === undefined) return NO_PREFERENCE;
  const { remitter_currencies, remitter_conversion_fees } = facts;
  return resolvePayoutCurrency({ creator_currency_prefs: preferences, remitter_currencies, remitter_conversion_fees });
}
