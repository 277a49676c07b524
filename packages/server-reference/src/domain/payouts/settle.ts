import { allocate } from "@omla/sdk/protocol";

/** Units of a net amount: 10^-14 USD, so that a micro-dollar less a fee of up to six places is exact. */
const NET_PER_MICRO = 10n ** 8n;
const RATE_PLACES = 18n;

/** What a wallet is owed in one currency. */
export interface Owed {
  /** Micro-dollars, before conversion fees. */
  readonly usd: bigint;
  /** In 10^-14 USD, after conversion fees. */
  readonly net: bigint;
  /** Conversion fees by remitter, in 10^-14 USD. */
  readonly fees: ReadonlyMap<string, bigint>;
}

export const NOTHING_OWED: Owed = { usd: 0n, net: 0n, fees: new Map() };

/** What is owed while portions are added to it, a million times. */
export interface OwedSum extends Owed {
  usd: bigint;
  /** All fees together, in 10^-14 USD. */
  fee: bigint;
  readonly fees: Map<string, bigint>;
}

export function startOwed(): OwedSum {
  return {
    usd: 0n,
    fee: 0n,
    fees: new Map(),
    get net(): bigint {
      return this.usd * NET_PER_MICRO - this.fee;
    },
  };
}

/** Adds one portion. @param feeParts - the fee in 10^-6 percent */
export function addToOwed(sum: OwedSum, usd: bigint, feeParts: bigint, remitter: string): void {
  sum.usd += usd;
  if (feeParts === 0n) return;
  const fee = usd * feeParts;
  sum.fee += fee;
  sum.fees.set(remitter, (sum.fees.get(remitter) ?? 0n) + fee);
}

/** Micro-dollars that carry no fee (any more). */
export function plainOwed(usd: bigint): Owed {
  return { usd, net: usd * NET_PER_MICRO, fees: NOTHING_OWED.fees };
}

export function addOwed(a: Owed, b: Owed): Owed {
  if (b.fees.size === 0) return { usd: a.usd + b.usd, net: a.net + b.net, fees: a.fees };
  const fees = new Map(a.fees);
  for (const [remitter, fee] of b.fees) fees.set(remitter, (fees.get(remitter) ?? 0n) + fee);
  return { usd: a.usd + b.usd, net: a.net + b.net, fees };
}

export interface Terms {
  /** Units of the settled currency for one US dollar, with 18 places. */
  readonly rate: bigint;
  readonly scale: number;
  /** What the rail moves at least, in the currency's smallest units. */
  readonly unit: bigint;
}

export interface Settlement {
  /** What is sent, in the currency's smallest units: a multiple of the unit. */
  readonly amount: bigint;
  /** What leaves the payable, in micro-dollars: `fxUsd` and the fees. */
  readonly usd: bigint;
  readonly fxUsd: bigint;
  readonly feeUsd: bigint;
  readonly feesByRemitter: readonly { readonly remitter: string; readonly usd: bigint }[];
  /** What stays payable, in micro-dollars; its fee is paid. */
  readonly restUsd: bigint;
}

/**
 * Turns what is owed into an amount that a rail can move: `floor(Σ usd × (1 − fee) × rate)`, rounded down to the rail's unit.
 *
 * What rounding leaves stays payable, so that usd + rest is exactly what was owed.
 * @see docs/spec/5-payout-currency.md clause 5.8
 */
export function settle(owed: Owed, { rate, scale, unit }: Terms): Settlement {
  const perUsd = rate * 10n ** BigInt(scale);
  const exact = (owed.net * perUsd) / 10n ** (14n + RATE_PLACES);
  const amount = exact - (exact % unit);
  const fxUsd = ceilDivide(amount * 10n ** (6n + RATE_PLACES), perUsd);
  const net = max(owed.net / NET_PER_MICRO, fxUsd);
  const feeUsd = owed.usd - net;
  return { amount, usd: feeUsd + fxUsd, fxUsd, feeUsd, feesByRemitter: bookFees(feeUsd, owed.fees), restUsd: net - fxUsd };
}

/** Divides the fee in whole micro-dollars among the remitters that charge it; a fee that is given back likewise. */
function bookFees(feeUsd: bigint, fees: Owed["fees"]): Settlement["feesByRemitter"] {
  if (feeUsd === 0n) return [];
  const sign = feeUsd > 0n ? 1n : -1n;
  const receivers = [...fees].map(([id, fee]) => ({ id, weight: fee * sign })).filter(({ weight }) => weight > 0n);
  return allocate(feeUsd * sign, receivers).map(({ id, amount }) => ({ remitter: id, usd: amount * sign }));
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
