const CENT = 10_000n;
const WHOLE = 1_000_000n;

/** What banks and card networks move at least, in the registry's units of 10^-6. */
const FIAT_UNITS: Readonly<Record<string, bigint>> = { USD: CENT, EUR: CENT, GBP: CENT, JPY: WHOLE };

/** The currencies in which banks and card networks move money here. */
export const FIAT_CURRENCIES: readonly string[] = Object.keys(FIAT_UNITS);

/** The least amount that is moved of a currency, in its smallest units; one unit where it is not a bank's. */
export function fiatUnit(currency: string): bigint {
  return FIAT_UNITS[currency] ?? 1n;
}
