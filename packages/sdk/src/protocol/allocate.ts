import { compareText } from "./compare-text.ts";
import { ALLOCATION_INVALID } from "./codes/values.ts";
import { protocolError } from "./errors.ts";

/** Somebody who receives a part of a pool in proportion to a weight. */
export interface Receiver {
  readonly id: string;
  /** Share, inference count or sum owed: any unit, the same for all; not negative. */
  readonly weight: bigint;
}

export interface Allocation {
  readonly id: string;
  readonly amount: bigint;
}

/**
 * Divides a total among receivers by largest remainder, so that the parts sum to exactly the total.
 *
 * Each gets `floor(total × weight / Σ weights)`; units left over go one each to the largest remainders, ties by ascending id,
 * compared as lower-case ASCII. Ids are distinct in any case of letters. The order of the receivers has no influence.
 * @returns ascending by id, zero amounts left out
 * @throws ALLOCATION_INVALID for a negative total or weight, an id named twice, or a total above zero with nobody to receive it
 * @see docs/spec/4-splits.md clause 4.16
 * @example allocate(100n, [{ id: "a", weight: 1n }, { id: "b", weight: 2n }]) // a 33n, b 67n
 */
export function allocate(total: bigint, receivers: readonly Receiver[]): Allocation[] {
  return createAllocator(receivers)(total);
}

/** {@link allocate} for receivers that are known: what they share is divided again and again. */
export type Allocator = (total: bigint) => Allocation[];

/**
 * Checks receivers, puts them in order and adds them up once, for totals that are divided among the same ones.
 *
 * @throws ALLOCATION_INVALID as {@link allocate}, for what is wrong with the receivers
 * @see docs/spec/4-splits.md clause 4.16
 */
export function createAllocator(receivers: readonly Receiver[]): Allocator {
  const sorted = receivers.map(({ id, weight }) => ({ id, key: id.toLowerCase(), weight })).sort((a, b) => compareText(a.key, b.key));
  const sum = checkedSum(sorted);
  return (total) => {
    if (total < 0n) throw protocolError(ALLOCATION_INVALID, "the total is negative");
    if (total > 0n && sum === 0n) throw protocolError(ALLOCATION_INVALID, "nobody receives a part of the total");
    return total === 0n ? [] : divide(total, sorted, sum);
  };
}

function divide(total: bigint, sorted: readonly Receiver[], sum: bigint): Allocation[] {
  let left = total;
  const parts = sorted.map(({ id, weight }) => {
    const product = total * weight;
    const amount = product / sum;
    left -= amount;
    return { id, amount, rest: product - amount * sum };
  });
  // The sort is stable and starts from ascending ids, so ties stay in that order.
  const byRest = left === 0n ? [] : [...parts].sort((a, b) => (a.rest === b.rest ? 0 : a.rest < b.rest ? 1 : -1));
  for (const part of byRest.slice(0, Number(left))) part.amount += 1n;
  return parts.filter((part) => part.amount > 0n).map(({ id, amount }) => ({ id, amount }));
}

function checkedSum(sorted: readonly { readonly key: string; readonly weight: bigint }[]): bigint {
  let sum = 0n;
  let previous: string | undefined;
  for (const { key, weight } of sorted) {
    if (weight < 0n) throw protocolError(ALLOCATION_INVALID, `${key} has a negative weight`);
    if (key === previous) throw protocolError(ALLOCATION_INVALID, `${key} is named twice`);
    previous = key;
    sum += weight;
  }
  return sum;
}
