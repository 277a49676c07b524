import type { Tx } from "../../db/database.ts";

export interface NewRate {
  readonly code: string;
  /** Units of the currency for one US dollar: a decimal above 0, below 10^12, with up to 18 places. */
  readonly rate: string;
  /** Who said so, in words: `stripe`, `ECB reference rate`. */
  readonly source: string;
  /** When the source said so; now where it is left out. */
  readonly rateAt?: Date | undefined;
}

export interface PostedRate {
  readonly id: string;
  readonly posted_at: Date;
  /** The flag that the rate raised where it is more than 2 percent from the one before it. */
  readonly drift_flag: string | null;
  /** False where the same rate of the same moment was there already. */
  readonly is_new: boolean;
}

export async function insertRate(tx: Tx, { code, rate, source, rateAt }: NewRate, actor: string): Promise<PostedRate> {
  const { rows } = await tx.query<PostedRate>("select id, posted_at, drift_flag, is_new from omla.post_fx_rate($1, $2, $3, $4, $5)", [
    code,
    rate,
    source,
    rateAt ?? null,
    actor,
  ]);
  const [posted] = rows;
  if (posted === undefined) throw new TypeError("the posted rate is a row");
  return posted;
}

/** What there is of one currency: a rate, or why it cannot be used. */
export interface RateRow {
  readonly code: string;
  readonly scale: number | null;
  readonly rate: string | null;
  readonly rate_id: string | null;
  readonly source: string | null;
  readonly rate_at: Date | null;
  readonly posted_at: Date | null;
  readonly fault: "CURRENCY_UNKNOWN" | "FX_RATE_MISSING" | "FX_RATE_OLD" | null;
}

export async function findRates(tx: Tx, codes: readonly string[], now: Date): Promise<RateRow[]> {
  const { rows } = await tx.query<RateRow>(
    "select code, scale, trim_scale(rate)::text as rate, rate_id, source, rate_at, posted_at, fault from omla.pin_rates($1, $2)",
    [codes, now],
  );
  return rows;
}

export interface DriftFlag {
  readonly id: string;
  readonly code: string;
  readonly kind: "rate" | "settlement";
  /** The posted rate's id, or the payout run's and the currency. */
  readonly subject: string;
  readonly expected_rate: string;
  readonly found_rate: string;
  readonly flagged_at: Date;
}

export async function findOpenDriftFlags(tx: Tx): Promise<DriftFlag[]> {
  const { rows } = await tx.query<DriftFlag>(
    `select id, code, kind, subject, trim_scale(expected_rate)::text as expected_rate, trim_scale(found_rate)::text as found_rate, flagged_at
       from omla.fx_drift_flags where acknowledged_at is null order by flagged_at, id limit 1000`,
  );
  return rows;
}

/** @returns how many flags this raised */
export async function flagSettlements(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ flagged: string }>("select omla.review_settlements() as flagged");
  return Number(rows[0]?.flagged ?? 0);
}

/** @returns whether it was open */
export async function closeDriftFlag(tx: Tx, flag: string, actor: string, note: string): Promise<boolean> {
  const { rows } = await tx.query<{ closed: boolean }>("select omla.acknowledge_drift($1, $2, $3) as closed", [flag, actor, note]);
  return rows[0]?.closed ?? false;
}
