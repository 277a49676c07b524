import { type Allocator, formatUsd, type HosterClaim, parseUsd, resolveHosterFork } from "@omla/sdk/protocol";

export type PortionKind = "creator" | "hoster" | "hoster_owed" | "correction";

/** What one wallet gets of one line, in micro-dollars; negative where an amended line takes back. */
export interface Portion {
  readonly wallet: string;
  readonly kind: PortionKind;
  readonly amount: bigint;
}

/** A claim on the line's model, with the wallet of its hoster. */
export interface ClaimOnModel extends HosterClaim {
  readonly wallet: string;
}

export interface LineTerms {
  /** Divides among the creators by their shares: wallets in lower case. */
  readonly creators: Allocator;
  readonly hosterSharePct: string;
  readonly claims: readonly ClaimOnModel[];
}

/** What a line did to a claim: accrued while unverified, earned by volume, settled of what was owed. */
export interface Reimbursement {
  readonly claimId: string;
  readonly kind: "accrued" | "volume" | "settled";
  readonly amount: bigint;
}

export interface Division {
  readonly hosterPool: bigint;
  readonly creatorPool: bigint;
  readonly portions: readonly Portion[];
  readonly reimbursements: readonly Reimbursement[];
}

/**
 * Divides the net royalty of one line among hosters and creators; the portions sum to exactly the royalty.
 *
 * @param net - micro-dollars, not negative
 * @see docs/spec/4-splits.md clause 4.15
 */
export function divideLine(net: bigint, { creators, hosterSharePct, claims }: LineTerms): Division {
  if (claims.length === 0) return withoutHosters(net, creators);
  const fork = resolveHosterFork({ royalty_usd: formatUsd(net), hoster_share_pct: hosterSharePct, claims });
  const creatorPool = parseUsd(fork.creator_pool_usd);
  const walletOf = new Map(claims.map(({ hoster_id, wallet }) => [hoster_id, wallet]));
  const earned = fork.hosters.flatMap(({ hoster_id, amount_usd, owed_settled_usd }) => [
    { claimId: hoster_id, kind: "volume" as const, amount: parseUsd(amount_usd) },
    { claimId: hoster_id, kind: "settled" as const, amount: parseUsd(owed_settled_usd) },
  ]);
  const accrued = fork.provisional.map(({ hoster_id, amount_usd }) => ({
    claimId: hoster_id,
    kind: "accrued" as const,
    amount: parseUsd(amount_usd),
  }));
  const hosters = earned.map(({ claimId, kind, amount }) => ({
    wallet: walletOf.get(claimId) ?? "",
    kind: kind === "volume" ? ("hoster" as const) : ("hoster_owed" as const),
    amount,
  }));
  return {
    hosterPool: parseUsd(fork.hoster_pool_usd),
    creatorPool,
    portions: mergePortions([...hosters, ...creatorsOf(creatorPool, creators)]),
    reimbursements: [...earned, ...accrued].filter(({ amount }) => amount > 0n),
  };
}

function withoutHosters(net: bigint, creators: Allocator): Division {
  return { hosterPool: 0n, creatorPool: net, portions: creatorsOf(net, creators), reimbursements: [] };
}

function creatorsOf(pool: bigint, creators: Allocator): Portion[] {
  return creators(pool).map(({ id, amount }) => ({ wallet: id, kind: "creator", amount }));
}

/** Two claims may share a wallet. */
function mergePortions(portions: readonly Portion[]): Portion[] {
  const merged = new Map<string, Portion>();
  for (const portion of portions) {
    const key = `${portion.kind} ${portion.wallet}`;
    merged.set(key, { ...portion, amount: portion.amount + (merged.get(key)?.amount ?? 0n) });
  }
  return [...merged.values()].filter(({ amount }) => amount !== 0n);
}

/**
 * What an amended line still moves: its own portions less what earlier versions distributed.
 *
 * @param earlier - portions of all earlier versions, added up
 */
export function differenceTo(earlier: readonly Portion[], portions: readonly Portion[]): Portion[] {
  if (earlier.length === 0) return [...portions];
  return mergePortions([...portions, ...earlier.map((portion) => ({ ...portion, amount: -portion.amount }))]);
}

/** What a line changes of what is owed to a claim: it accrues while unverified, and settles once it is verified. */
export function debtChange(reimbursements: readonly Reimbursement[], claimId: string): bigint {
  const signs = { accrued: 1n, settled: -1n, volume: 0n } as const;
  return reimbursements.reduce((sum, row) => (row.claimId === claimId ? sum + signs[row.kind] * row.amount : sum), 0n);
}
