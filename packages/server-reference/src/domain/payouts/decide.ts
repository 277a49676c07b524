import { parseDecimal } from "@omla/sdk/protocol";
import type { Rails } from "../../rails/rail.ts";
import type { PinnedRate } from "../currencies/rate-service.ts";
import type { WalletRow } from "./bucket-repository.ts";
import type { Buckets } from "./buckets.ts";
import type { WrittenPosition } from "./plan-repository.ts";
import { type Bucket, decideWallet, type Market, type Position, totalOf } from "./positions.ts";
import { NOTHING_OWED } from "./settle.ts";
import { transferId } from "./transfer-id.ts";

/** Everything that a decision depends on, read before. */
export interface DecisionFacts {
  readonly quarter: string;
  readonly buckets: Buckets;
  readonly wallets: readonly WalletRow[];
  readonly rates: ReadonlyMap<string, PinnedRate>;
  readonly rails: Rails;
  readonly now: Date;
  /** Transfers so far of "wallet currency" for this quarter. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly taxHold: (wallet: string) => string | undefined;
  readonly isAsked: (wallet: string) => boolean;
}

/** What is sent and what waits, ascending by wallet and currency. */
export function decideAll(facts: DecisionFacts): WrittenPosition[] {
  const { rails, now } = facts;
  const rates = new Map([...facts.rates].map(([code, { rate, scale }]) => [code, { rate: parseDecimal(rate, 18), scale }]));
  const wallets = [...facts.wallets].sort((a, b) => (a.wallet < b.wallet ? -1 : 1));
  return wallets.flatMap((row) => decideRow(row, facts, { rails, rates, now }));
}

function decideRow(row: WalletRow, facts: DecisionFacts, market: Market): WrittenPosition[] {
  const { wallet, wallet_id, rails } = row;
  const buckets = [...(facts.buckets.get(wallet)?.values() ?? [])].sort((a, b) => (a.currency < b.currency ? -1 : 1));
  const positions = facts.isAsked(wallet)
    ? decideWallet(buckets, { wallet, rails, taxHold: facts.taxHold(wallet) }, market)
    : buckets.map(notAsked);
  const named = positions.map((position) => ({ ...position, wallet, wallet_id, transfer: nameOf(position, wallet, facts, market) }));
  const paidBy = named.find(({ transfer }) => transfer !== undefined)?.transfer?.id;
  return named.map((position) => ({ ...position, paidBy: position.reason === "merged" ? paidBy : undefined }));
}

function notAsked(bucket: Bucket): Position {
  const rest = totalOf({ ...bucket, moved: NOTHING_OWED });
  return { ...bucket, moved: NOTHING_OWED, reason: "not_asked", note: undefined, order: undefined, rest };
}

function nameOf(
  { order, currency }: Position,
  wallet: string,
  { quarter, attempts }: DecisionFacts,
  { rates }: Market,
): WrittenPosition["transfer"] {
  if (order === undefined) return undefined;
  const attempt = (attempts.get(`${wallet} ${currency}`) ?? 0) + 1;
  return { id: transferId({ quarter, wallet, currency, attempt }), attempt, scale: rates.get(currency)?.scale ?? 0 };
}
