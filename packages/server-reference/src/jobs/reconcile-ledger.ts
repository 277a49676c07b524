import type { AppContext } from "../context.ts";
import { PAYOUT_CHECKS } from "../domain/payouts/checks.ts";
import { assertReconciled, describe, reconcile } from "../ledger/reconcile.ts";

/** Fails loudly: every difference is logged, and the run counts as failed. */
export async function reconcileLedgerJob(ctx: AppContext): Promise<{ reconciled: true }> {
  const verdict = await reconcile(ctx, PAYOUT_CHECKS);
  for (const discrepancy of verdict.discrepancies) ctx.log.error({ ...discrepancy }, describe(discrepancy));
  assertReconciled(verdict);
  return { reconciled: true };
}
