import {
  conversionFee,
  divideByShares,
  formatTimestamp,
  formatUsd,
  parseUsd,
  type PayoutCurrency,
  resolvePayoutCurrency,
  settleAmount,
} from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { type PinnedRate, pinRates } from "../currencies/rate-service.ts";
import type { ComputedLine } from "./figures.ts";
import type { Allocation } from "./schema.ts";
import type { PayoutFacts } from "./terms-repository.ts";

/** Where no preference is declared, a wallet is paid in the currency in which everything is computed. */
const NO_PREFERENCE: PayoutCurrency = { currency: "USD", route: "native", fee_pct: "0" };

interface Owed extends PayoutCurrency {
  readonly amount_usd: string;
}

/**
 * Who would be paid what of a report, netted per wallet, in which currency, by which route, and what would reach it at the rates of now.
 *
 * @param reportIds - the stored lines' ids by model; null of a quote
 * @see docs/spec/5-payout-currency.md clauses 5.1 and 5.8
 */
export async function allocate(
  tx: Tx,
  facts: PayoutFacts,
  lines: readonly ComputedLine[],
  reportIds: ReadonlyMap<string, string> | null,
  now: Date,
): Promise<Allocation[]> {
  const byWallet = collect(lines, reportIds);
  const wallets = [...byWallet.keys()].sort();
  const owed = wallets.map((wallet) => {
    const parts = byWallet.get(wallet) ?? [];
    const total = parts.reduce((sum, part) => sum + parseUsd(part.amount_usd), 0n);
    return { wallet, amount_usd: formatUsd(total), ...currencyOf(wallet, facts), lines: parts };
  });
  const rates = await ratesOf(tx, owed, now);
  return owed.map(({ lines: parts, ...part }) => ({ ...part, ...settlementOf(part, rates), lines: parts }));
}

/** Dollars need no rate, so most reports ask for none. */
async function ratesOf(tx: Tx, owed: readonly Owed[], now: Date): Promise<ReadonlyMap<string, PinnedRate>> {
  const codes = [...new Set(owed.map(({ currency }) => currency))].filter((code) => code !== "USD");
  return codes.length === 0 ? new Map() : pinRates(tx, codes, now);
}

function settlementOf(
  { amount_usd, fee_pct, currency }: Owed,
  rates: ReadonlyMap<string, PinnedRate>,
): Pick<Allocation, "conversion_fee_usd" | "settled"> {
  const conversion_fee_usd = conversionFee(amount_usd, fee_pct);
  const pinned = currency === "USD" ? DOLLAR : rates.get(currency);
  if (pinned === undefined) return { conversion_fee_usd, settled: null };
  const { rate, scale, rate_at } = pinned;
  const amount = settleAmount({ amount_usd, fee_pct, rate, scale });
  return { conversion_fee_usd, settled: { currency, amount, rate, rate_at: rate_at === null ? null : formatTimestamp(rate_at) } };
}

/** A dollar is a dollar at any time. */
const DOLLAR = { rate: "1", scale: 6, rate_at: null };

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
