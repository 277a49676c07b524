import { parseDecimal, type PayoutCurrency, resolvePayoutCurrency } from "@omla/sdk/protocol";
import type { Tx } from "../../db/database.ts";
import { findPreferences, findRemitters, type RemitterRow, type WalletPreferences } from "./line-repository.ts";
import type { PortionRoute } from "./plan-state.ts";

/** Where no preference is declared, a wallet is paid in the currency in which everything is computed. */
const NO_PREFERENCE: PayoutCurrency = { currency: "USD", route: "native", fee_pct: "0" };

export interface CurrencyChooser {
  load(remitters: readonly string[], wallets: readonly string[]): Promise<void>;
  routeOf(remitter: string, wallet: string): PortionRoute;
  walletId(wallet: string): string;
}

/** Decides currency, route and fee once for each pair of remitter and preferences (clause 5.1). */
export function createCurrencyChooser(tx: Tx): CurrencyChooser {
  const remitters = new Map<string, RemitterRow>();
  const wallets = new Map<string, WalletPreferences>();
  const routes = new Map<string, PortionRoute>();
  return {
    load: async (companyIds, addresses) => {
      const newCompanies = companyIds.filter((id) => !remitters.has(id));
      if (newCompanies.length > 0) for (const row of await findRemitters(tx, newCompanies)) remitters.set(row.reporter_id, row);
      const newWallets = addresses.filter((address) => !wallets.has(address));
      if (newWallets.length > 0) for (const row of await findPreferences(tx, newWallets)) wallets.set(row.wallet, row);
    },
    routeOf: (remitter, wallet) => {
      const preferences = wallets.get(wallet)?.preferences ?? null;
      const key = preferences === null ? "" : `${remitter} ${wallet}`;
      const known = routes.get(key) ?? resolve(preferences, remitters.get(remitter));
      routes.set(key, known);
      return known;
    },
    walletId: (wallet) => {
      const known = wallets.get(wallet);
      if (known === undefined) throw new TypeError(`the wallet ${wallet} was not read`);
      return known.wallet_id;
    },
  };
}

function resolve(preferences: WalletPreferences["preferences"], remitter: RemitterRow | undefined): PortionRoute {
  const chosen =
    preferences === null
      ? NO_PREFERENCE
      : resolvePayoutCurrency({
          creator_currency_prefs: preferences,
          remitter_currencies: remitter?.currencies ?? [],
          remitter_conversion_fees: remitter?.fees ?? [],
        });
  return { ...chosen, feeParts: parseDecimal(chosen.fee_pct, 6) };
}
