import type { Tx } from "../../db/database.ts";
import { currencyError } from "./errors.ts";
import {
  closeDriftFlag,
  type DriftFlag,
  findOpenDriftFlags,
  findRates,
  flagSettlements,
  insertRate,
  type NewRate,
  type PostedRate,
  type RateRow,
} from "./rate-repository.ts";

export type { DriftFlag, NewRate, PostedRate };

/** A rate that may be used now. */
export interface PinnedRate {
  /** Units of the currency for one US dollar, shortest decimal form, up to 18 places. */
  readonly rate: string;
  /** Places of the currency. */
  readonly scale: number;
  readonly source: string;
  readonly rate_at: Date;
  readonly posted_at: Date;
  /** Null for the dollar itself, whose rate is 1. */
  readonly rate_id: string | null;
}

export type RateFault = "CURRENCY_UNKNOWN" | "FX_RATE_MISSING" | "FX_RATE_OLD";

/**
 * Writes what one US dollar is worth in a currency; rates are never changed, a newer one takes the place.
 *
 * A rate more than 2 percent from the one before it raises a flag. The same rate of the same moment again is the same row.
 * @param actor - a board member's id, `rail:<name>` or `system`
 * @throws {ApiError} FX_RATE_RANGE | FX_RATE_BASE | FX_RATE_TIME | FX_RATE_EXISTS | CURRENCY_UNKNOWN with the path
 * @see docs/spec/5-payout-currency.md clause 5.7
 */
export function postRate(tx: Tx, rate: NewRate, actor: string): Promise<PostedRate> {
  return insertRate(tx, rate, actor);
}

/**
 * The newest rate of each currency, where it is at most 72 hours old; a currency without one is missing from the map.
 *
 * @see {@link findRateFaults} for why it is missing
 * @see docs/spec/5-payout-currency.md clause 5.7
 */
export async function pinRates(tx: Tx, codes: readonly string[], now: Date): Promise<Map<string, PinnedRate>> {
  const rows = await findRates(tx, codes, now);
  return new Map(rows.flatMap((row) => (isUsable(row) ? [[row.code, pinnedOf(row)] as const] : [])));
}

/** Why currencies have no rate that may be used: what is to be paid in them waits. */
export async function findRateFaults(tx: Tx, codes: readonly string[], now: Date): Promise<Map<string, RateFault>> {
  const rows = await findRates(tx, codes, now);
  return new Map(rows.flatMap(({ code, fault }) => (fault === null ? [] : [[code, fault] as const])));
}

/**
 * Compares the rate that each payout run of the last 30 days pinned with the newest one at the time its money moved, and flags more than
 * 2 percent, once per run and currency.
 *
 * @returns how many flags this raised
 */
export function reviewSettlements(tx: Tx): Promise<number> {
  return flagSettlements(tx);
}

/** Flags that nobody has looked at yet, oldest first, 1000 at most. */
export function openDriftFlags(tx: Tx): Promise<DriftFlag[]> {
  return findOpenDriftFlags(tx);
}

/** Says that somebody has looked at a flag. @throws {ApiError} FX_DRIFT_UNKNOWN */
export async function acknowledgeDrift(tx: Tx, flag: string, actor: string, note: string): Promise<void> {
  if (!(await closeDriftFlag(tx, flag, actor, note))) throw currencyError("FX_DRIFT_UNKNOWN", `No flag ${flag} is open.`, "flag");
}

type Usable = { readonly [Member in Exclude<keyof RateRow, "rate_id" | "fault">]: NonNullable<RateRow[Member]> } & RateRow;

function isUsable(row: RateRow): row is Usable {
  return row.fault === null;
}

function pinnedOf({ rate, scale, source, rate_at, posted_at, rate_id }: Usable): PinnedRate {
  return { rate, scale, source, rate_at, posted_at, rate_id };
}
