import { formatTimestamp, formatUsd, lineDeadline } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { sumMicros } from "./allocate-money.ts";
import { findCredits, findUnpaidLines, type LineRow } from "./line-repository.ts";
import type { Receivables } from "./schema.ts";

/** What a company owes, line by line, the oldest first; with a test key, what it would owe. */
export async function showReceivables(
  ctx: AppContext,
  tx: Tx,
  { companyId, live }: { readonly companyId: string; readonly live: boolean },
  quarter: string | undefined,
): Promise<Receivables> {
  const now = ctx.clock.now();
  const unpaid = await findUnpaidLines(tx, companyId, live);
  const lines = unpaid.filter((line) => quarter === undefined || line.quarter === quarter).map((line) => toReceivable(line, now));
  return {
    company_id: companyId,
    open_usd: formatUsd(
      unpaid.reduce((sum, line) => sum + (quarter === undefined || line.quarter === quarter ? line.net - line.paid : 0n), 0n),
    ),
    credit_usd: formatUsd(live ? sumMicros(await findCredits(tx, companyId)) : 0n),
    lines,
    as_of: formatTimestamp(now),
  };
}

function toReceivable(
  { report_id, quarter, model_id, address, name, net_royalty_usd, paid_usd, net, paid, status, filed_at }: LineRow,
  now: Date,
): Receivables["lines"][number] {
  const deadline = lineDeadline({ quarter, filed_at: formatTimestamp(filed_at) });
  const open_usd = formatUsd(net - paid);
  return {
    report_id,
    quarter,
    model_id,
    address,
    name,
    net_royalty_usd,
    paid_usd,
    open_usd,
    status,
    due_at: formatTimestamp(deadline),
    late: deadline < now,
  };
}
