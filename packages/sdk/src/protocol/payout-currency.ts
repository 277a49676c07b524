import { CURRENCY_BACKUP } from "./codes/documents.ts";
import { FEE_RANGE } from "./codes/values.ts";
import { protocolError } from "./errors.ts";
import { formatAmount, formatDecimal, formatUsd, parseDecimal, parsePart, parseUsd, type DecimalInput } from "./money.ts";

export interface CurrencyPreference {
  readonly code: string;
  readonly is_backup: boolean;
}

/** A remitter's public fee for converting one of its currencies into a backup currency. */
export interface ConversionFee {
  readonly from: string;
  readonly to: string;
  /** 0 to 50, up to six places. */
  readonly fee_pct: DecimalInput;
}

export interface PayoutCurrencyInput {
  /** In the creator's order. */
  readonly creator_currency_prefs: readonly CurrencyPreference[];
  /** In the remitter's order. */
  readonly remitter_currencies: readonly string[];
  readonly remitter_conversion_fees: readonly ConversionFee[];
}

export type PayoutRoute = "native" | "backup_with_fee" | "backup_direct";

export interface PayoutCurrency {
  readonly currency: string;
  readonly route: PayoutRoute;
  /** Shortest decimal form. */
  readonly fee_pct: string;
}

/**
 * The currency in which a remitter's money reaches a creator, by which route and at which fee.
 *
 * The first preference that the remitter pays natively wins; else the backup, with the declared fee of the remitter's *first*
 * native currency (0 where none is declared, the first where two are), or directly where it has no native currency.
 * Codes are compared exactly. The backup is asked for only where it is needed.
 * @throws CURRENCY_BACKUP where not exactly one preference is the backup | FEE_RANGE
 * @see docs/spec/5-payout-currency.md clause 5.3, vectors/payout-currency.json
 */
export function resolvePayoutCurrency(input: PayoutCurrencyInput): PayoutCurrency {
  const natives = input.remitter_currencies;
  const native = input.creator_currency_prefs.find(({ code }) => natives.includes(code));
  if (native !== undefined) return { currency: native.code, route: "native", fee_pct: "0" };
  const [backup, second] = input.creator_currency_prefs.filter(({ is_backup }) => is_backup);
  if (backup === undefined || second !== undefined) {
    throw protocolError(
      CURRENCY_BACKUP,
      `${second === undefined ? "no" : "more than one"} preference is the backup`,
      "creator_currency_prefs",
    );
  }
  const first = natives[0];
  if (first === undefined) return { currency: backup.code, route: "backup_direct", fee_pct: "0" };
  return { currency: backup.code, route: "backup_with_fee", fee_pct: declaredFee(input.remitter_conversion_fees, first, backup.code) };
}

function declaredFee(fees: readonly ConversionFee[], from: string, to: string): string {
  const position = fees.findIndex((fee) => fee.from === from && fee.to === to);
  const units = parsePart(fees[position]?.fee_pct ?? "0", 50, FEE_RANGE, `remitter_conversion_fees[${position}].fee_pct`);
  return formatDecimal(units, 6);
}

/** Places of a rate of exchange. */
const RATE_PLACES = 18;

export interface SettlementInput {
  readonly amount_usd: DecimalInput;
  /** 0 to 50, up to six places. */
  readonly fee_pct: DecimalInput;
  /** Units of the settled currency for one US dollar, up to 18 places. */
  readonly rate: DecimalInput;
  /** Places of the settled currency: 6 for USD, 8 for BTC, 0 for BUZZ. */
  readonly scale: number;
}

/**
 * What reaches the payee in the settled currency: `floor(usd × (1 − fee) × rate)` in its smallest units.
 *
 * @returns a decimal with exactly `scale` places; zero means too small, the amount stays payable
 * @throws AMOUNT_INVALID | AMOUNT_RANGE | FEE_RANGE | DECIMAL_INVALID
 * @see docs/spec/5-payout-currency.md clause 5.8
 */
export function settleAmount(input: SettlementInput): string {
  const usd = parseUsd(input.amount_usd, "amount_usd");
  const kept = 100_000_000n - parsePart(input.fee_pct, 50, FEE_RANGE, "fee_pct");
  const rate = parseDecimal(input.rate, RATE_PLACES, "rate");
  const product = usd * kept * rate * 10n ** BigInt(input.scale);
  return formatAmount(product / 10n ** BigInt(6 + 8 + RATE_PLACES), input.scale);
}

/**
 * What a remitter's conversion costs in US dollars: what is left of the amount when the payee's part, `usd × (1 − fee)`, is rounded down
 * to a micro-dollar.
 *
 * @returns USD with six places
 * @throws AMOUNT_INVALID | AMOUNT_RANGE | FEE_RANGE
 * @see docs/spec/5-payout-currency.md clause 5.9
 */
export function conversionFee(amountUsd: DecimalInput, feePct: DecimalInput): string {
  const usd = parseUsd(amountUsd, "amount_usd");
  const kept = (usd * (100_000_000n - parsePart(feePct, 50, FEE_RANGE, "fee_pct"))) / 100_000_000n;
  return formatUsd(usd - kept);
}
