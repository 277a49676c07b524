import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";

export interface DatedRate {
  readonly asset_kind: string;
  readonly rate: string;
  readonly effective_from: Date;
}

/** Every rate that was ever decided, and those that are ahead. */
export async function findDatedRates(tx: Tx): Promise<DatedRate[]> {
  const { rows } = await tx.query<DatedRate>(
    "select asset_kind, trim_scale(rate)::text as rate, effective_from from omla.royalty_rates order by asset_kind, effective_from",
  );
  return rows;
}

/** @throws PT…: RATE_DATE | RATE_EXISTS */
export async function setRate(tx: Tx, kind: string, rate: string, effectiveFrom: Date, actor: string): Promise<void> {
  await actAs(tx, "reviewer", () => tx.query("select omla.set_royalty_rate($1, $2, $3, $4)", [kind, rate, effectiveFrom, actor]));
}
