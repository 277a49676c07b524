import type { AppContext } from "../context.ts";
import { ANSWER_MS, withinTime } from "../domain/health/within-time.ts";
import type { App } from "../http.ts";
import { findLastReconciliation, type Reconciliation } from "../ledger/reconcile.ts";

type Answer = Reconciliation | undefined | "unreachable";

const GAUGES: readonly { readonly name: string; readonly help: string; readonly value: (answer: Answer) => number | undefined }[] = [
  {
    name: "omla_ledger_discrepancies",
    help: "Differences that the last reconciliation of the ledger found",
    value: (answer) => verdictOf(answer)?.discrepancies.length,
  },
  {
    name: "omla_ledger_reconciled_timestamp_seconds",
    help: "When the ledger was last reconciled",
    value: (answer) => {
      const at = verdictOf(answer)?.at;
      return at && at.getTime() / 1_000;
    },
  },
  {
    name: "omla_database_up",
    help: "1 where the database answered this scrape; the figures of the ledger are the last known ones otherwise",
    value: (answer) => (answer === "unreachable" ? 0 : 1),
  },
];

/** What a guard of the money looks at: how many differences the last comparison found, and when it was; and whether the database answers. */
export function registerLedgerMetrics(app: App, ctx: AppContext): void {
  const { Gauge } = app.metrics.client;
  const ask = createQuestion(ctx);
  for (const { name, help, value } of GAUGES) {
    new Gauge({
      name,
      help,
      async collect() {
        const figure = value(await ask());
        if (figure !== undefined) this.set(figure);
      },
    });
  }
}

/** One question for all gauges of a scrape, which are collected at the same moment; each is read as soon as it is collected itself. */
function createQuestion(ctx: AppContext): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined;
  const ask = async (): Promise<Answer> => {
    try {
      return await withinTime(ANSWER_MS, () => ctx.db.service(findLastReconciliation));
    } catch (error) {
      ctx.log.warn({ error }, "metrics without the database");
      return "unreachable";
    } finally {
      asked = undefined;
    }
  };
  return () => (asked ??= ask());
}

function verdictOf(answer: Answer): Reconciliation | undefined {
  return answer === "unreachable" ? undefined : answer;
}
