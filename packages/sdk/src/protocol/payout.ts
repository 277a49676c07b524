import { allocate } from "./allocate.ts";
import { formatUsd, parseUsd, type DecimalInput } from "./money.ts";
import { resolveSplits, type SplitsInput, type WalletShare } from "./splits.ts";

export interface WalletAmount {
  readonly wallet: string;
  readonly amount_usd: string;
}

/**
 * Divides a creator pool by shares that were resolved before, by largest remainder, ties by ascending wallet.
 *
 * @returns ascending by wallet, amounts with six places that sum to exactly the pool, zero amounts left out
 * @throws AMOUNT_INVALID | AMOUNT_RANGE | ALLOCATION_INVALID
 * @see docs/spec/4-splits.md clause 4.16
 */
export function divideByShares(creatorPoolUsd: DecimalInput, shares: readonly WalletShare[]): WalletAmount[] {
  const receivers = shares.map(({ wallet, share }) => ({ id: wallet, weight: BigInt(share) }));
  const parts = allocate(parseUsd(creatorPoolUsd, "creator_pool_usd"), receivers);
  return parts.map(({ id, amount }) => ({ wallet: id, amount_usd: formatUsd(amount) }));
}

/**
 * What each wallet gets of a creator pool that arrives at the target.
 *
 * @returns ascending by wallet, amounts with six places that sum to exactly the pool, zero amounts left out
 * @throws what {@link resolveSplits} and {@link divideByShares} throw
 * @see docs/spec/4-splits.md clause 4.16, vectors/payout.json
 */
export function payoutAmounts(input: SplitsInput & { readonly creator_pool_usd: DecimalInput }): WalletAmount[] {
  return divideByShares(input.creator_pool_usd, resolveSplits(input));
}
