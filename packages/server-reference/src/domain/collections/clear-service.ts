import type { Tx } from "../../db/database.ts";
import { clearCollections } from "./payment-repository.ts";

/** Turns received money whose hold is over into cash; a payout does it before it plans. @returns how many payments were cleared */
export function clearPayments(tx: Tx, now: Date): Promise<number> {
  return clearCollections(tx, now);
}
