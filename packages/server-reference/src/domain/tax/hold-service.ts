import type { Tx } from "../../db/database.ts";
import { findTaxHolds, type TaxHoldRow } from "./hold-repository.ts";

export type TaxHold = TaxHoldRow;

/** What a payout would send to a wallet; amounts of one wallet are added up. */
export interface PlannedAmount {
  readonly wallet: string;
  /** USD, up to six places. */
  readonly amount_usd: string;
}

/**
 * Which wallets' amounts must be held until a tax form is on file: what each was paid in this calendar year (UTC) and what is
 * planned for it now lie *above* the threshold of its jurisdiction, and it has no valid form. The whole planned amount is held.
 *
 * @param planned - everything that could be sent now, with what was held before: what is not held any more is then released
 * @returns the held ones by wallet; who is missing may be paid
 * @see docs/spec/2-money.md clause 2.25
 */
export async function taxHolds(tx: Tx, planned: readonly PlannedAmount[], now: Date): Promise<Map<string, TaxHold>> {
  const holds = await findTaxHolds(
    tx,
    planned.map(({ wallet }) => wallet),
    planned.map(({ amount_usd }) => amount_usd),
    now,
  );
  return new Map(holds.map((hold) => [hold.wallet, hold]));
}
