import type { Rail, RailName, Rails } from "../../rails/rail.ts";
import { addOwed, NOTHING_OWED, type Owed, plainOwed, settle, type Settlement, type Terms } from "./settle.ts";

/** Less than 0.10 USD is not paid out but stays payable (clause 2.24). */
const DUST_MICROS = 100_000n;
const FRESH_RAIL_MS = 7 * 86_400_000;

/** Why something that is owed is not sent now. `held` money stands in an account of its own; the rest stays payable. */
export const WAIT_REASONS = {
  dust: { held: undefined, about: "less than 0.10 USD" },
  below_unit: { held: undefined, about: "less than the rail can move" },
  fee: { held: undefined, about: "less than the rail's fee" },
  no_rail: { held: undefined, about: "the wallet has no rail" },
  rail_off: { held: undefined, about: "the wallet's rail is off here" },
  rail_not_ready: { held: undefined, about: "the wallet's onboarding is not finished" },
  currency: { held: undefined, about: "none of the wallet's rails pays this currency" },
  rate: { held: undefined, about: "no rate of exchange that is fresh enough" },
  negative: { held: undefined, about: "earlier payouts are taken back first" },
  not_asked: { held: undefined, about: "not part of this run" },
  merged: { held: undefined, about: "netted with another currency of the wallet" },
  rail_fresh: { held: "rail", about: "the rail was changed less than 7 days ago" },
  rail_returned: { held: "rail", about: "money came back from there, and nobody has confirmed the rail since" },
  tax: { held: "tax", about: "above the yearly threshold without a tax form" },
} as const;

export type WaitReason = keyof typeof WAIT_REASONS;

/** What a wallet is owed in one currency before anything is decided. */
export interface Bucket {
  readonly currency: string;
  readonly carried: Owed;
  readonly distributed: Owed;
}

export interface EnabledRail {
  readonly rail: RailName;
  readonly destination: string;
  /** Onboarding finished, as far as the registry was told. */
  readonly ready: boolean;
  /** When the owner chose it; null where it came with the registration. */
  readonly changedAt: Date | null;
  /** A transfer came back, and neither the owner nor the board has confirmed the rail since. */
  readonly toConfirm: boolean;
}

export interface WalletFacts {
  readonly wallet: string;
  readonly rails: readonly EnabledRail[];
  /** Why its payouts are held for tax; undefined where they are not. */
  readonly taxHold: string | undefined;
}

export interface Market {
  readonly rails: Rails;
  /** Rate and scale of each currency that can be paid now. */
  readonly rates: ReadonlyMap<string, Omit<Terms, "unit">>;
  readonly now: Date;
}

export interface PlannedOrder {
  readonly rail: RailName;
  readonly destination: string;
  readonly unit: bigint;
  readonly rate: bigint;
  readonly railFee: bigint;
  readonly settlement: Settlement;
}

/** One row of the plan: carried + distributed + moved is exactly what is sent and what rests. */
export interface Position extends Bucket {
  /** From (or to) other currencies of the wallet, where a negative one is offset. */
  readonly moved: Owed;
  readonly reason: WaitReason | undefined;
  readonly note: string | undefined;
  readonly order: PlannedOrder | undefined;
  readonly rest: Owed;
}

/** Decides what is sent to one wallet and what waits, with the reason. */
export function decideWallet(buckets: readonly Bucket[], facts: WalletFacts, market: Market): Position[] {
  const offset = offsetNegative(buckets);
  return offset.map((bucket) => {
    const owed = totalOf(bucket);
    const decision = bucket.reason ?? decideBucket(bucket.currency, owed, facts, market);
    if (typeof decision === "object") {
      const { settlement } = decision;
      return { ...bucket, reason: undefined, note: undefined, order: decision, rest: plainOwed(settlement.restUsd) };
    }
    const note = decision === "tax" ? facts.taxHold : undefined;
    return { ...bucket, reason: decision, note, order: undefined, rest: owed };
  });
}

type Offset = Bucket & { readonly moved: Owed; readonly reason: WaitReason | undefined };

export function totalOf({ carried, distributed, moved }: Pick<Position, "carried" | "distributed" | "moved">): Owed {
  return addOwed(addOwed(carried, distributed), moved);
}

/** A wallet that owes something back in one currency is paid in one currency only: the one in which it is owed most. */
export function offsetNegative(buckets: readonly Bucket[]): Offset[] {
  const owed = buckets.map((bucket) => totalOf({ ...bucket, moved: NOTHING_OWED }));
  if (owed.every(({ net }) => net >= 0n)) return buckets.map((bucket) => ({ ...bucket, moved: NOTHING_OWED, reason: undefined }));
  const all = owed.reduce(addOwed, NOTHING_OWED);
  if (all.net <= 0n || all.usd <= 0n) return buckets.map((bucket) => ({ ...bucket, moved: NOTHING_OWED, reason: "negative" }));
  const most = owed.reduce((best, { net }, at) => (net > (owed[best]?.net ?? 0n) ? at : best), 0);
  return buckets.map((bucket, at) => {
    const own = owed[at] ?? NOTHING_OWED;
    const moved = at === most ? addOwed(all, negated(own)) : negated(own);
    return { ...bucket, moved, reason: at === most ? undefined : "merged" };
  });
}

function negated({ usd, net, fees }: Owed): Owed {
  return { usd: -usd, net: -net, fees: new Map([...fees].map(([remitter, fee]) => [remitter, -fee])) };
}

function decideBucket(currency: string, owed: Owed, facts: WalletFacts, market: Market): PlannedOrder | WaitReason {
  if (owed.usd < DUST_MICROS) return "dust";
  if (facts.rails.length === 0) return "no_rail";
  if (facts.taxHold !== undefined) return "tax";
  const rate = market.rates.get(currency);
  if (rate === undefined) return "rate";
  return cheapest(facts.rails.map((enabled) => orderOn(enabled, currency, owed, rate, market)));
}

/** Of the rails that can pay, the one with the least fee; ties in the order of their names. */
function cheapest(offers: readonly (PlannedOrder | WaitReason)[]): PlannedOrder | WaitReason {
  const orders = offers.filter((offer) => typeof offer === "object");
  const [best] = orders.sort((a, b) => (a.railFee === b.railFee ? (a.rail < b.rail ? -1 : 1) : a.railFee < b.railFee ? -1 : 1));
  return best ?? (offers[0] as WaitReason);
}

function orderOn(
  { rail: name, destination, ready, changedAt, toConfirm }: EnabledRail,
  currency: string,
  owed: Owed,
  rate: Omit<Terms, "unit">,
  { rails, now }: Market,
): PlannedOrder | WaitReason {
  const rail = rails.get(name);
  if (rail === undefined || rail.off !== undefined) return "rail_off";
  if (!pays(rail, currency)) return "currency";
  if (!ready) return "rail_not_ready";
  if (toConfirm) return "rail_returned";
  if (changedAt !== null && now.getTime() - changedAt.getTime() < FRESH_RAIL_MS) return "rail_fresh";
  const unit = rail.features.unit(currency);
  const settlement = settle(owed, { ...rate, unit });
  if (settlement.amount === 0n) return "below_unit";
  const railFee = rail.quoteFee(currency, settlement.amount);
  return railFee >= settlement.amount ? "fee" : { rail: name, destination, unit, rate: rate.rate, railFee, settlement };
}

function pays({ features }: Rail, currency: string): boolean {
  return features.currencies === "any" || features.currencies.includes(currency);
}
