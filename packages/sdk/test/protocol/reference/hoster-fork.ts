import type { HosterClaim, HosterFork } from "../../../src/protocol/hoster-fork.ts";
import { slowAllocate } from "./allocate.ts";
import { compare, floor, type Fraction, fraction, fromText, minus, plus, times, ZERO } from "./fraction.ts";

const MICRO = 1_000_000n;

function micros(text: string): bigint {
  return floor(times(fromText(text), fraction(MICRO)));
}

function dollars(amount: bigint): string {
  return `${amount / MICRO}.${String(amount % MICRO).padStart(6, "0")}`;
}

function sum(values: readonly bigint[]): Fraction {
  return values.map((value) => fraction(value)).reduce(plus, ZERO);
}

/** The paragraph on money in section 4, sentence by sentence, in fractions. */
export function slowHosterFork(royaltyUsd: string, sharePct: string, claims: readonly (HosterClaim & { owed_usd: string })[]): HosterFork {
  const royalty = micros(royaltyUsd);
  const alive = claims.filter(({ revoked }) => !revoked);
  const verified = alive.filter((claim) => claim.verified);
  const volumes = sum(verified.map(({ inferences }) => BigInt(inferences)));
  const full = floor(times(fraction(royalty), times(fromText(sharePct), fraction(1n, 100n))));
  const pool = compare(volumes, ZERO) > 0 ? full : 0n;
  const half = floor(fraction(pool, 2n));
  const owed = verified.map((claim) => ({ id: claim.hoster_id, weight: micros(claim.owed_usd) }));
  const owedTogether = floor(sum(owed.map(({ weight }) => weight)));
  const settled =
    owedTogether <= half ? owed.map(({ id, weight }) => ({ id, amount: pool === 0n ? 0n : weight })) : slowAllocate(half, owed);
  const settledTogether = floor(sum(settled.map(({ amount }) => amount)));
  const rest = floor(minus(fraction(pool), fraction(settledTogether)));
  const byVolume = slowAllocate(
    rest,
    pool === 0n ? [] : verified.map((claim) => ({ id: claim.hoster_id, weight: BigInt(claim.inferences) })),
  );
  const of = (parts: readonly { id: string; amount: bigint }[], id: string): bigint => parts.find((part) => part.id === id)?.amount ?? 0n;
  const ids = (some: readonly HosterClaim[]): string[] => some.map(({ hoster_id }) => hoster_id).sort();
  return {
    hoster_pool_usd: dollars(pool),
    creator_pool_usd: dollars(royalty - pool),
    hosters: ids(verified)
      .map((hoster_id) => ({ hoster_id, amount_usd: dollars(of(byVolume, hoster_id)), owed_settled_usd: dollars(of(settled, hoster_id)) }))
      .filter(({ amount_usd, owed_settled_usd }) => amount_usd !== "0.000000" || owed_settled_usd !== "0.000000"),
    provisional: ids(alive.filter((claim) => !claim.verified && claim.inferences > 0))
      .map((hoster_id) => {
        const own = fraction(BigInt(alive.find((claim) => claim.hoster_id === hoster_id)?.inferences ?? 0));
        const all = plus(volumes, own);
        return {
          hoster_id,
          amount_usd: dollars(floor(times(fraction(full), { top: own.top * all.bottom, bottom: own.bottom * all.top }))),
        };
      })
      .filter(({ amount_usd }) => amount_usd !== "0.000000"),
  };
}
