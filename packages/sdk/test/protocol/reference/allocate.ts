import type { Allocation, Receiver } from "../../../src/protocol/allocate.ts";
import { compare, floor, type Fraction, fraction, minus, times } from "./fraction.ts";

/** Largest remainder by hand: each has a claim, gets its whole part, and the one whose claim is least met gets the next unit. */
export function slowAllocate(total: bigint, receivers: readonly Receiver[]): Allocation[] {
  const sum = receivers.reduce((all, { weight }) => all + weight, 0n);
  const claims = receivers.map(({ id, weight }) => ({
    id,
    claim: sum === 0n ? fraction(0n) : times(fraction(total), fraction(weight, sum)),
  }));
  const given = new Map(claims.map(({ id, claim }) => [id, floor(claim)]));
  const unmet = ({ id, claim }: { id: string; claim: Fraction }): Fraction => minus(claim, fraction(given.get(id) ?? 0n));
  const handed = (): bigint => [...given.values()].reduce((all, amount) => all + amount, 0n);
  while (sum > 0n && handed() < total) {
    const [next] = [...claims].sort((a, b) => compare(unmet(b), unmet(a)) || (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
    if (next === undefined) break;
    given.set(next.id, (given.get(next.id) ?? 0n) + 1n);
  }
  return [...given]
    .map(([id, amount]) => ({ id, amount }))
    .filter(({ amount }) => amount > 0n)
    .sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
}
