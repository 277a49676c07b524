import { explainSplits, type SplitExplanation } from "../protocol/explain.ts";
import type { LineageModels } from "../protocol/lineage-walk.ts";
import { formatUsd, parseUsd } from "../protocol/money.ts";
import { divideByShares } from "../protocol/payout.ts";
import { resolveSplits } from "../protocol/splits.ts";
import { OmlaInputError } from "./errors.ts";
import type { Allocation, Receipt, ReceiptLine, Route, Settled } from "./receipt.ts";

/** One line's part in a wallet's amount. */
export interface ExplanationLine {
  readonly entry: string;
  readonly model_id: string;
  readonly name: string;
  readonly royalty_usd: string;
  readonly deducted_fees_usd: string;
  readonly hoster_pool_usd: string;
  readonly creator_pool_usd: string;
  /** The wallet's share of the creator pool: at which models it is paid, over which edges the units come there. */
  readonly split: SplitExplanation;
  /** What the share comes to, rounded down to a micro-dollar. */
  readonly floor_usd: string;
  /** What the wallet gets: the floor, or one micro-dollar more by largest remainder. */
  readonly amount_usd: string;
  readonly rounded_up: boolean;
}

/** How a wallet's amount comes about. */
export interface Explanation {
  readonly wallet: string;
  readonly amount_usd: string;
  readonly currency: string;
  readonly route: Route;
  /** The payer's declared conversion fee in percent, deducted when the amount is converted. */
  readonly fee_pct: string;
  /** What that comes to in US dollars, by the registry's figures. */
  readonly conversion_fee_usd: string;
  /** What would reach the wallet at the registry's rate of now; null where it has none to use. */
  readonly settled: Settled | null;
  readonly policy: Receipt["policy"];
  readonly lines: readonly ExplanationLine[];
  /** False where the registry's lineage has changed since the figures were made. */
  readonly agrees: boolean;
}

/**
 * Takes a wallet's amount apart by the same functions that made it.
 *
 * @param models the lineage of the models whose lines pay the wallet
 * @throws {OmlaInputError} WALLET_NOT_PAID
 * @see docs/spec/4-splits.md clause 4.16
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
  const entries = new Set(allocations.flatMap(({ lines: parts }) => parts.map(({ entry }) => entry)));
  const lines = receipt.lines.filter(({ entry }) => entries.has(entry)).map((line) => explainLine(line, models, receipt.policy, address));
  const { currency, route, fee_pct, conversion_fee_usd, settled } = first;
  const amount_usd = sumUsd(allocations);
  const payment = { wallet: address, amount_usd, currency, route, fee_pct, conversion_fee_usd, settled };
  return { ...payment, policy: receipt.policy, lines, agrees: sumUsd(lines) === amount_usd };
}

function sumUsd(parts: readonly Pick<Allocation, "amount_usd">[]): string {
  return formatUsd(parts.reduce((sum, { amount_usd }) => sum + parseUsd(amount_usd), 0n));
}

function explainLine(line: ReceiptLine, models: LineageModels, policy: Receipt["policy"], wallet: string): ExplanationLine {
  const input = { models, target_model_id: line.model_id, lineage_policy: policy };
  const split = explainSplits({ ...input, wallet });
  const floor = (parseUsd(line.creator_pool_usd) * BigInt(split.share)) / 10n ** 18n;
  const parts = divideByShares(line.creator_pool_usd, resolveSplits(input));
  const amount_usd = parts.find((part) => part.wallet === wallet)?.amount_usd ?? formatUsd(0n);
  const { entry, model_id, name, royalty_usd, deducted_fees_usd, hoster_pool_usd, creator_pool_usd } = line;
  return {
    ...{ entry, model_id, name, royalty_usd, deducted_fees_usd, hoster_pool_usd, creator_pool_usd, split },
    floor_usd: formatUsd(floor),
    amount_usd,
    rounded_up: parseUsd(amount_usd) > floor,
  };
}
