import { parseDecimal } from "../protocol/money.ts";
import { conversionFee, settleAmount } from "../protocol/payout-currency.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { Allocation } from "../client/receipt.ts";
import type { State, StoredRate } from "./state.ts";

/** What one US dollar is worth in a currency. */
export interface TestRate {
  readonly code: string;
  /** Up to 18 places. */
  readonly rate: string;
  /** When its source said so; now where it is left out. */
  readonly rate_at?: Date;
}

/** Places of the currencies that a registry begins with. */
const SCALES: Readonly<Record<string, number>> = { USD: 6, EUR: 6, GBP: 6, JPY: 6, BTC: 8, ETH: 18, USDC: 6, BUZZ: 0, CREDITS: 6 };
const RATE_LIFE_MS = 72 * 3_600_000;

/** Posts a rate; as in a registry, the newest of each currency counts. */
export function postRate(state: State, { code, rate, rate_at }: TestRate): void {
  if (SCALES[code] === undefined || code === "USD") throw new RangeError(`the registry takes no rate of ${code}`);
  if (parseDecimal(rate, 18, "rate") === 0n) throw new RangeError("a rate is above 0");
  const at = new Date(Math.floor((rate_at ?? state.clock.now()).getTime() / 1_000) * 1_000);
  state.fxRates.set(code, [...(state.fxRates.get(code) ?? []), { rate, at }]);
}

/** What a wallet's amount would come to at the rates of now. @see docs/spec/5-payout-currency.md clauses 5.7 to 5.9 */
export function settlementOf(
  state: State,
  { amount_usd, currency, fee_pct }: Pick<Allocation, "amount_usd" | "currency" | "fee_pct">,
): Pick<Allocation, "conversion_fee_usd" | "settled"> {
  const conversion_fee_usd = conversionFee(amount_usd, fee_pct);
  const pinned = currency === "USD" ? { rate: "1", at: null } : pinRate(state, currency);
  const scale = SCALES[currency];
  if (pinned === undefined || scale === undefined) return { conversion_fee_usd, settled: null };
  const { rate, at } = pinned;
  const amount = settleAmount({ amount_usd, fee_pct, rate, scale });
  return { conversion_fee_usd, settled: { currency, amount, rate, rate_at: at === null ? null : formatTimestamp(at) } };
}

function pinRate(state: State, currency: string): StoredRate | undefined {
  const now = state.clock.now().getTime();
  const known = (state.fxRates.get(currency) ?? []).filter(({ at }) => at.getTime() <= now).sort((a, b) => b.at.getTime() - a.at.getTime());
  const [newest] = known;
  return newest !== undefined && now - newest.at.getTime() <= RATE_LIFE_MS ? newest : undefined;
}
