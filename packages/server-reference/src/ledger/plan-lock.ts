import type { Tx } from "../db/database.ts";

const KEY = "hashtextextended('omla.payout.plan', 0)";

/** One payout is planned at a time, and nothing that it reads moves meanwhile. */
export async function lockPlan(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${KEY})`);
}

/**
 * Waits while a payout is planned, and keeps the next one waiting until this transaction has ended: whoever takes money or a line away
 * asks for it before anything is read.
 */
export async function waitForPlan(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${KEY})`);
}
