import { resolvePayoutCurrency } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { type CarriedRow, moveWaitingPayments } from "./bucket-repository.ts";
import { findPreferences, type WalletPreferences } from "./line-repository.ts";

const NET_PER_MICRO = 10n ** 8n;

/**
 * Money that waits in a currency which its wallet prefers no more goes on in one that it prefers now, as dollars of the association would:
 * else what no rail of the wallet pays, or what is less than a dime, would wait for ever. No conversion was made, so its fee falls away.
 *
 * @see docs/spec/5-payout-currency.md clause 5.8
 */
export async function followPreferences(tx: Tx, rows: readonly CarriedRow[]): Promise<CarriedRow[]> {
  const foreign = [...new Set(rows.filter(({ currency }) => currency !== "USD").map(({ wallet }) => wallet))];
  if (foreign.length === 0) return [...rows];
  const preferences = new Map((await findPreferences(tx, foreign)).map((row) => [row.wallet, row.preferences]));
  const followed = rows.map((row) => ({
    row,
    to: row.currency === "USD" ? "USD" : currencyNow(row.currency, preferences.get(row.wallet)),
  }));
  const moved = followed.filter(({ row, to }) => row.currency !== to);
  if (moved.length === 0) return [...rows];
  await moveWaitingPayments(
    tx,
    moved.map(({ row: { wallet, currency }, to }) => ({ wallet, from: currency, to })),
  );
  return followed.map(({ row, to }) => (row.currency === to ? row : plainIn(row, to)));
}

function currencyNow(currency: string, preferences: WalletPreferences["preferences"] | undefined): string {
  if (preferences === null || preferences === undefined) return "USD";
  if (preferences.some(({ code }) => code === currency)) return currency;
  const asked = { creator_currency_prefs: preferences, remitter_currencies: ["USD"], remitter_conversion_fees: [] };
  return resolvePayoutCurrency(asked).currency;
}

function plainIn({ wallet, usd }: CarriedRow, currency: string): CarriedRow {
  return { wallet, currency, usd, net: (BigInt(usd) * NET_PER_MICRO).toString(), fees: {} };
}
