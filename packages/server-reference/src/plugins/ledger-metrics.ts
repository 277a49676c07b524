import type { AppContext } from "../context.ts";
import type { App } from "../http.ts";
import { findLastReconciliation } from "../ledger/reconcile.ts";

/** What a guard of the money looks at: how many differences the last comparison found, and when it was. */
export function registerLedgerMetrics(app: App, ctx: AppContext): void {
  const { Gauge } = app.metrics.client;
  const last = (): ReturnType<typeof findLastReconciliation> => ctx.db.service(findLastReconciliation);
  new Gauge({
    name: "omla_ledger_discrepancies",
    help: "Differences that the last reconciliation of the ledger found",
    async collect() {
      const verdict = await last();
      if (verdict !== undefined) this.set(verdict.discrepancies.length);
    },
  });
  new Gauge({
    name: "omla_ledger_reconciled_timestamp_seconds",
    help: "When the ledger was last reconciled",
    async collect() {
      const verdict = await last();
      if (verdict !== undefined) this.set(verdict.at.getTime() / 1_000);
    },
  });
}
