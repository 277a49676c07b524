import type { AppContext } from "../context.ts";
import { ANSWER_MS, withinTime } from "../domain/health/within-time.ts";
import type { App } from "../http.ts";
import { findLastReconciliation } from "../ledger/reconcile.ts";

/** What a guard of the money looks at: how many differences the last comparison found, and when it was; and whether the database answers. */
export function registerLedgerMetrics(app: App, ctx: AppContext): void {
  const { Gauge } = app.metrics.client;
  const discrepancies = new Gauge({
    name: "omla_ledger_discrepancies",
    help: "Differences that the last reconciliation of the ledger found",
  });
  const reconciled = new Gauge({
    name: "omla_ledger_reconciled_timestamp_seconds",
    help: "When the ledger was last reconciled",
  });
  new Gauge({
    name: "omla_database_up",
    help: "1 where the database answered this scrape; the figures of the ledger are the last known ones otherwise",
    async collect() {
      const verdict = await withinTime(ANSWER_MS, () => ctx.db.service(findLastReconciliation)).catch((error: unknown) => {
        ctx.log.warn({ error }, "metrics without the database");
        return "unreachable" as const;
      });
      this.set(verdict === "unreachable" ? 0 : 1);
      if (verdict === undefined || verdict === "unreachable") return;
      discrepancies.set(verdict.discrepancies.length);
      reconciled.set(verdict.at.getTime() / 1_000);
    },
  });
}
