import type { Tx } from "../../db/database.ts";
import { createDistributor, type Distributor } from "./distributor.ts";
import { findDroppedLines, findOwnPortions, findPayableLines } from "./line-repository.ts";
import { postLines, writeLines } from "./plan-repository.ts";
import { addLine, type DistributedLine, emptyState, type PlanState } from "./plan-state.ts";

/** Lines that are read, divided and written at a time: memory grows with this and the wallets, not with the lines. */
const BATCH = 2_000;
const BEFORE_ALL = { quarter: "", reportId: "00000000-0000-0000-0000-000000000000" };

/** Distributes every payable line in the order of (quarter, report_id), then takes back what amendments left out. */
export async function distributeAll(
  tx: Tx,
  runId: string,
  { quarter, reportId }: { readonly quarter: string; readonly reportId: string | null },
): Promise<PlanState> {
  const distributor = createDistributor(tx);
  const state = emptyState();
  let after = BEFORE_ALL;
  for (;;) {
    const lines = await findPayableLines(tx, { until: quarter, reportId, after, limit: BATCH });
    const last = lines.at(-1);
    if (last === undefined) break;
    await write(tx, runId, distributor, state, await distributor.distribute(lines));
    after = { quarter: last.quarter, reportId: last.report_id };
  }
  const dropped = await findDroppedLines(tx, quarter, reportId);
  if (dropped.length > 0) {
    const portions = await findOwnPortions(
      tx,
      dropped.map((line) => line.report_id),
    );
    await write(tx, runId, distributor, state, await distributor.takeBack(dropped, portions));
  }
  await postLines(tx, runId);
  return state;
}

async function write(tx: Tx, runId: string, { routes }: Distributor, state: PlanState, lines: readonly DistributedLine[]): Promise<void> {
  for (const line of lines) addLine(state, line);
  await writeLines(tx, runId, lines, (wallet) => routes.walletId(wallet));
}
