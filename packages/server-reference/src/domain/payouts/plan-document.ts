import { createHash } from "node:crypto";
import { canonicalize, formatAmount, formatDecimal, formatTimestamp } from "@omla/sdk/protocol";
import type { PinnedRate } from "../currencies/rate-service.ts";
import type { PlanState } from "./plan-state.ts";
import { type Position, totalOf, type WaitReason } from "./positions.ts";

/** What a person reads before money moves, and what a later check must give again to the byte. */
export interface PlanDocument {
  readonly spec: "omla-payout-plan/1";
  readonly quarter: string;
  readonly revision: number;
  readonly report_id: string | null;
  readonly planned_at: string;
  readonly lines: LineTotals;
  readonly positions: readonly PlannedPosition[];
  readonly rates: readonly { readonly code: string; readonly rate: string; readonly source: string; readonly rate_at: string }[];
  readonly waiting: WaitingLines;
}

/** Amounts in USD with six places; a leading minus where an amendment takes back. */
interface LineTotals {
  readonly count: number;
  readonly creators_usd: string;
  readonly hosters_usd: string;
  /** SHA-256 over every portion of every line. */
  readonly sha256: string;
}

export interface PlannedPosition {
  readonly wallet: string;
  readonly currency: string;
  readonly carried_usd: string;
  readonly distributed_usd: string;
  readonly moved_usd: string;
  readonly sent_usd: string;
  readonly rest_usd: string;
  readonly reason: WaitReason | null;
  readonly note: string | null;
  readonly transfer: PlannedTransfer | null;
}

export interface PlannedTransfer {
  readonly id: string;
  readonly attempt: number;
  readonly rail: string;
  /** In the currency, with its places. */
  readonly amount: string;
  readonly rail_fee: string;
  readonly rate: string;
  readonly unit: string;
  readonly conversion_fee_usd: string;
}

/** Lines that are not part of the plan: their royalty has not arrived, or must wait. The lists are cut, the sums are not. */
export interface WaitingLines {
  readonly unfunded: LineList;
  readonly clearing: LineList;
  readonly held: LineList;
}

export interface LineList {
  readonly count: number;
  readonly net_royalty_usd: string;
  readonly lines: readonly {
    readonly report_id: string;
    readonly quarter: string;
    readonly company: string;
    readonly model: string;
    readonly net_royalty_usd: string;
  }[];
}

export interface PositionOfWallet extends Position {
  readonly wallet: string;
  readonly transfer: { readonly id: string; readonly attempt: number; readonly scale: number } | undefined;
}

export interface PlanParts extends Pick<PlanDocument, "quarter" | "revision" | "report_id" | "waiting"> {
  readonly plannedAt: Date;
  readonly state: Omit<PlanState, "digest">;
  readonly linesSha256: string;
  readonly positions: readonly PositionOfWallet[];
  readonly rates: ReadonlyMap<string, Pick<PinnedRate, "rate" | "source" | "rate_at">>;
}

export function buildPlan({ plannedAt, state, linesSha256, positions, rates, ...rest }: PlanParts): PlanDocument {
  return {
    spec: "omla-payout-plan/1",
    ...rest,
    planned_at: formatTimestamp(plannedAt),
    lines: {
      count: state.lines,
      creators_usd: signedUsd(state.creatorFlow),
      hosters_usd: signedUsd(state.hosterFlow),
      sha256: linesSha256,
    },
    positions: positions.map(toPlanned),
    rates: [...rates]
      .map(([code, { rate, source, rate_at }]) => ({ code, rate, source, rate_at: formatTimestamp(rate_at) }))
      .sort((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

function toPlanned(position: PositionOfWallet): PlannedPosition {
  const { wallet, currency, carried, distributed, moved, reason, note, rest } = position;
  return {
    wallet,
    currency,
    carried_usd: signedUsd(carried.usd),
    distributed_usd: signedUsd(distributed.usd),
    moved_usd: signedUsd(moved.usd),
    sent_usd: signedUsd(totalOf(position).usd - rest.usd),
    rest_usd: signedUsd(rest.usd),
    reason: reason ?? null,
    note: note ?? null,
    transfer: toTransfer(position),
  };
}

function toTransfer({ order, transfer }: PositionOfWallet): PlannedTransfer | null {
  if (order === undefined || transfer === undefined) return null;
  return {
    id: transfer.id,
    attempt: transfer.attempt,
    rail: order.rail,
    amount: formatAmount(order.settlement.amount, transfer.scale),
    rail_fee: formatAmount(order.railFee, transfer.scale),
    rate: formatDecimal(order.rate, 18),
    unit: order.unit.toString(),
    conversion_fee_usd: signedUsd(order.settlement.feeUsd),
  };
}

/** The plan as it is stored and hashed. */
export function planContent(plan: PlanDocument): { readonly content: string; readonly sha256: string } {
  const content = canonicalize(plan);
  return { content, sha256: createHash("sha256").update(content).digest("hex") };
}

/** Micro-dollars as USD with six places, with a minus where they are taken back. */
export function signedUsd(micros: bigint): string {
  return micros < 0n ? `-${formatAmount(-micros)}` : formatAmount(micros);
}
