import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";

/** A million lines take their time; nobody waits for these transactions but the next runner. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;

/** One transaction as the payout role, which alone may write here. */
export function asPayout<Result>(ctx: AppContext, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return ctx.db.transaction("payout", { role: "payout" }, work, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
}
