import { allocate, type Receiver } from "./allocate.ts";
import { compareText } from "./compare-text.ts";
import { CLAIM_DUPLICATE } from "./codes/documents.ts";
import { COUNT_INVALID, HOSTER_SHARE_RANGE } from "./codes/values.ts";
import { protocolError } from "./errors.ts";
import { formatUsd, parsePart, parseUsd, shown, type DecimalInput } from "./money.ts";

/** One hoster's claim on a model as it stands when the payout is planned. */
export interface HosterClaim {
  readonly hoster_id: string;
  readonly verified: boolean;
  readonly revoked: boolean;
  /** Volume reported for the quarter: a safe integer from 0. */
  readonly inferences: number;
  /** What it accrued while unverified and has not been paid; 0 by default. */
  readonly owed_usd?: DecimalInput | undefined;
}

export interface HosterForkInput {
  /** Net royalty that arrives at the root model. */
  readonly royalty_usd: DecimalInput;
  /** 0 to 50, up to six places. */
  readonly hoster_share_pct: DecimalInput;
  readonly claims: readonly HosterClaim[];
}

export interface HosterFork {
  readonly hoster_pool_usd: string;
  readonly creator_pool_usd: string;
  /** Ascending by id; `amount_usd` is by volume, without the owed that is settled beside it. */
  readonly hosters: readonly { readonly hoster_id: string; readonly amount_usd: string; readonly owed_settled_usd: string }[];
  /** What unverified claims accrue: shown, never paid. */
  readonly provisional: readonly { readonly hoster_id: string; readonly amount_usd: string }[];
}

interface Claim {
  readonly id: string;
  readonly verified: boolean;
  readonly volume: bigint;
  readonly owed: bigint;
}

/**
 * Divides a royalty between the hosters of the root model and its creators.
 *
 * The pool is `floor(royalty × pct / 100)` if some verified, unrevoked claim reported volume, else 0. Out of it what is owed to
 * verified, unrevoked claims is settled first, with at most half of the pool; the rest is divided by volume, both by largest
 * remainder, ties by ascending id. A revoked claim counts for nothing; an id may stand once among the unrevoked.
 * @throws AMOUNT_INVALID | AMOUNT_RANGE | HOSTER_SHARE_RANGE | COUNT_INVALID | CLAIM_DUPLICATE
 * @see docs/spec/4-splits.md clause 4.15, vectors/hoster-fork.json
 */
export function resolveHosterFork(input: HosterForkInput): HosterFork {
  const royalty = parseUsd(input.royalty_usd, "royalty_usd");
  const share = parsePart(input.hoster_share_pct, 50, HOSTER_SHARE_RANGE, "hoster_share_pct");
  const claims = readClaims(input.claims);
  const verified = claims.filter((claim) => claim.verified);
  const volume = verified.reduce((sum, claim) => sum + claim.volume, 0n);
  const full = (royalty * share) / 100_000_000n;
  const pool = volume > 0n ? full : 0n;
  const settled = settleOwed(pool, verified);
  const byVolume = byId(allocate(pool - total(settled), volume > 0n ? receivers(verified, "volume") : []));
  return {
    hoster_pool_usd: formatUsd(pool),
    creator_pool_usd: formatUsd(royalty - pool),
    hosters: verified
      .map(({ id }) => ({ hoster_id: id, amount: byVolume.get(id) ?? 0n, owed: settled.get(id) ?? 0n }))
      .filter(({ amount, owed }) => amount > 0n || owed > 0n)
      .map(({ hoster_id, amount, owed }) => ({ hoster_id, amount_usd: formatUsd(amount), owed_settled_usd: formatUsd(owed) })),
    provisional: claims
      .filter((claim) => !claim.verified && claim.volume > 0n)
      .map((claim) => ({ hoster_id: claim.id, amount: (full * claim.volume) / (volume + claim.volume) }))
      .filter(({ amount }) => amount > 0n)
      .map(({ hoster_id, amount }) => ({ hoster_id, amount_usd: formatUsd(amount) })),
  };
}

/** The unrevoked claims, ascending by id. */
function readClaims(claims: readonly HosterClaim[]): Claim[] {
  const read = new Map<string, Claim>();
  claims.forEach((claim, position) => {
    const path = `claims[${position}]`;
    if (!Number.isSafeInteger(claim.inferences) || claim.inferences < 0) {
      throw protocolError(COUNT_INVALID, `${shown(claim.inferences)} is not a count`, `${path}.inferences`);
    }
    const owed = parseUsd(claim.owed_usd ?? "0", `${path}.owed_usd`);
    if (claim.revoked) return;
    const key = claim.hoster_id.toLowerCase();
    if (read.has(key)) throw protocolError(CLAIM_DUPLICATE, `${key} has two claims`, `${path}.hoster_id`);
    read.set(key, { id: claim.hoster_id, verified: claim.verified, volume: BigInt(claim.inferences), owed });
  });
  return [...read].sort(([a], [b]) => compareText(a, b)).map(([, claim]) => claim);
}

function settleOwed(pool: bigint, verified: readonly Claim[]): Map<string, bigint> {
  const owed = receivers(verified, "owed");
  const all = owed.reduce((sum, { weight }) => sum + weight, 0n);
  const half = pool / 2n;
  return byId(allocate(all < half ? all : half, all > 0n ? owed : []));
}

function receivers(claims: readonly Claim[], weight: "volume" | "owed"): Receiver[] {
  return claims.map((claim) => ({ id: claim.id, weight: claim[weight] }));
}

function byId(parts: readonly { readonly id: string; readonly amount: bigint }[]): Map<string, bigint> {
  return new Map(parts.map(({ id, amount }) => [id, amount]));
}

function total(parts: ReadonlyMap<string, bigint>): bigint {
  return [...parts.values()].reduce((sum, amount) => sum + amount, 0n);
}
