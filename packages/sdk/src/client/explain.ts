import { formatUsd, parseUsd } from "../protocol/money.ts";
import { divideByShares } from "../protocol/payout.ts";
import { edgesOf, type LineageModel, type LineageModels, type LineageWalk } from "../protocol/lineage-walk.ts";
import type { Units } from "../protocol/share-units.ts";
import { orderedLineage, passUnits, resolveSplits, shareLocally, sharePercentage } from "../protocol/splits.ts";
import { OmlaInputError } from "./errors.ts";
import type { Allocation, Receipt, ReceiptLine, Route } from "./receipt.ts";

/** One way by which money reaches a wallet: from the reported model up to the one that names the wallet. */
export interface ExplanationPath {
  /** Model ids, the reported one first. */
  readonly models: readonly string[];
  /** The weight of each edge between them, in the same order. */
  readonly weights: readonly string[];
}

/** One line's part in a wallet's amount. */
export interface ExplanationLine {
  readonly entry: string;
  readonly model_id: string;
  readonly name: string;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly hoster_pool_usd: string;
  readonly creator_pool_usd: string;
  /** The wallet's part of the creator pool in units of 10^18, and as a percentage for people. */
  readonly share: string;
  readonly percentage: string;
  /** What the share comes to, rounded down to a micro-dollar. */
  readonly floor_usd: string;
  /** What the wallet gets: the floor, or one micro-dollar more by largest remainder. */
  readonly amount_usd: string;
  readonly rounded_up: boolean;
  /** At which models the wallet is named, and what it gets there in units of 10^18. */
  readonly at: readonly { readonly model_id: string; readonly share: string }[];
  readonly paths: readonly ExplanationPath[];
  /** There are more paths than are listed. */
  readonly more_paths: boolean;
}

/** How a wallet's amount comes about. */
export interface Explanation {
  readonly wallet: string;
  readonly amount_usd: string;
  readonly currency: string | null;
  readonly route: Route | null;
  /** The remitter's conversion fee in percent; it is deducted after conversion and shown as such. */
  readonly fee_pct: string | null;
  readonly policy: Receipt["policy"];
  readonly lines: readonly ExplanationLine[];
  /** False where the registry's lineage has changed since the figures were made. */
  readonly agrees: boolean;
}

const MAX_PATHS = 16;

/**
 * Takes a wallet's amount apart by the same functions that made it.
 *
 * @param models the lineage of all reported models, as {@link fetchTerms} gives it
 * @throws {OmlaInputError} WALLET_NOT_PAID
 */
export function explainAllocation(receipt: Receipt, models: LineageModels, wallet: string): Explanation {
  const address = wallet.toLowerCase();
  const allocations = receipt.allocations.filter((allocation) => allocation.wallet === address);
  const [first] = allocations;
  if (first === undefined) {
    throw new OmlaInputError("WALLET_NOT_PAID", `${wallet} gets nothing from this report`, {
      path: "wallet",
      hint: "`allocations` lists the wallets that do.",
    });
  }
  const lines = receipt.lines.flatMap((line) => explainLine(line, models, receipt.policy, address));
  const total = formatUsd(lines.reduce((sum, line) => sum + parseUsd(line.amount_usd), 0n));
  return {
    wallet: address,
    amount_usd: sumOf(allocations),
    ...routeOf(first),
    policy: receipt.policy,
    lines,
    agrees: total === sumOf(allocations),
  };
}

function routeOf({ currency, route, fee_pct }: Allocation): Pick<Allocation, "currency" | "route" | "fee_pct"> {
  return { currency, route, fee_pct };
}

function sumOf(allocations: readonly Allocation[]): string {
  return formatUsd(allocations.reduce((sum, { amount_usd }) => sum + parseUsd(amount_usd), 0n));
}

function explainLine(line: ReceiptLine, models: LineageModels, policy: Receipt["policy"], wallet: string): ExplanationLine[] {
  const input = { models, target_model_id: line.model_id, lineage_policy: policy };
  const shares = resolveSplits(input);
  const share = shares.find((candidate) => candidate.wallet === wallet)?.share;
  if (share === undefined) return [];
  const { walk, order } = orderedLineage(input);
  const local = new Map<number, bigint>();
  shareLocally(walk, passUnits(walk, order, policy), (model, address, units) => {
    if (address.toLowerCase() === wallet) local.set(model, (local.get(model) ?? 0n) + unitsOf(units));
  });
  const floor = (parseUsd(line.creator_pool_usd) * BigInt(share)) / 10n ** 18n;
  const amount = divideByShares(line.creator_pool_usd, shares).find((part) => part.wallet === wallet)?.amount_usd ?? formatUsd(0n);
  const { entry, model_id, name, royalty_usd, deducted_fees_usd, hoster_pool_usd, creator_pool_usd } = line;
  return [
    {
      ...{ entry, model_id, name, royalty_usd, deducted_fees_usd, hoster_pool_usd, creator_pool_usd },
      share,
      percentage: sharePercentage(share),
      floor_usd: formatUsd(floor),
      amount_usd: amount,
      rounded_up: parseUsd(amount) > floor,
      at: [...local].filter(([, units]) => units > 0n).map(([model, units]) => ({ model_id: walk.ids[model] ?? "", share: String(units) })),
      ...listPaths(walk, new Set([...local.keys()])),
    },
  ];
}

function unitsOf({ high, low }: Units): bigint {
  return BigInt(high) * 1_000_000_000_000n + BigInt(low);
}

/** Paths from the root to the given models, depth first; only through models from which one of them is reached. */
function listPaths(walk: LineageWalk, goals: ReadonlySet<number>): Pick<ExplanationLine, "paths" | "more_paths"> {
  const useful = ancestorsLeadingTo(walk, goals);
  const paths: ExplanationPath[] = [];
  const waiting: { readonly at: number; readonly models: readonly string[]; readonly weights: readonly string[] }[] = [
    { at: 0, models: [walk.ids[0] ?? ""], weights: [] },
  ];
  for (let next = waiting.pop(); next !== undefined && paths.length <= MAX_PATHS; next = waiting.pop()) {
    const { at, models, weights } = next;
    if (goals.has(at)) paths.push({ models, weights });
    const start = walk.starts[at] ?? 0;
    const edges = edgesOf(walk.models[at] as LineageModel);
    for (let edge = edges.length - 1; edge >= 0; edge -= 1) {
      const parent = walk.parents[start + edge] ?? -1;
      if (parent < 0 || !useful.has(parent)) continue;
      waiting.push({
        at: parent,
        models: [...models, walk.ids[parent] ?? ""],
        weights: [...weights, String(edges[edge]?.contribution_weight)],
      });
    }
  }
  return { paths: paths.slice(0, MAX_PATHS), more_paths: paths.length > MAX_PATHS };
}

/** The goals and every model that descends from one of them. */
function ancestorsLeadingTo(walk: LineageWalk, goals: ReadonlySet<number>): ReadonlySet<number> {
  const useful = new Set(goals);
  for (let grown = -1; grown !== useful.size; ) {
    grown = useful.size;
    for (let child = walk.ids.length - 1; child >= 0; child -= 1) {
      const parents = walk.parents.slice(walk.starts[child], walk.starts[child + 1]);
      if (parents.some((parent) => useful.has(parent))) useful.add(child);
    }
  }
  return useful;
}
