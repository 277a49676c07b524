/** What a rail costs its payee: a part of the amount, and so much for each transfer in a bank's currency. */
export interface RailFee {
  /** In 10^-6 percent. */
  readonly percentParts: bigint;
  /** In 10^-6 of the currency; only where the currency is a bank's. */
  readonly fixed: bigint;
}

export const NO_FEE: RailFee = { percentParts: 0n, fixed: 0n };

const PARTS_PER_WHOLE = 100_000_000n;

/** The fee of an amount, rounded up to what the rail can move, so that what arrives can be moved too. */
export function feeOf({ percentParts, fixed }: RailFee, amount: bigint, unit: bigint): bigint {
  const part = (amount * percentParts + PARTS_PER_WHOLE - 1n) / PARTS_PER_WHOLE;
  const exact = part + (unit === 1n ? 0n : fixed);
  return ((exact + unit - 1n) / unit) * unit;
}
