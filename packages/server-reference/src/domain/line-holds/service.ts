import type { Tx } from "../../db/database.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { appendAudit } from "../audit/repository.ts";
import { closeHolds, findOpenHolds, type Hold, inheritDispute, insertHold, settleHeldLines } from "./repository.ts";

/**
 * Holds the payout of one line, and of nothing else; a second time changes nothing. A dispute makes a line that is not paid for `disputed`.
 *
 * @returns whether it is new
 * @throws {DatabaseFault} REPORT_NOT_FOUND
 */
export async function holdLine(tx: Tx, hold: Hold): Promise<boolean> {
  // Else a plan that is under way would pay what is disputed now.
  await waitForPlan(tx);
  if (!(await insertHold(tx, hold))) return false;
  await settleHeldLines(tx, [hold.reportId]);
  await auditHold(tx, "line.hold", hold);
  return true;
}

/**
 * Ends what a case holds, also on the line that an amendment put in the place of the first one; a second time changes nothing.
 *
 * @returns the lines that were held
 */
export async function releaseLine(tx: Tx, { reason, caseId, actor }: Omit<Hold, "reportId">): Promise<string[]> {
  const released = await closeHolds(tx, { reason, caseId, actor });
  if (released.length === 0) return [];
  await settleHeldLines(tx, released);
  for (const reportId of released) await auditHold(tx, "line.release", { reportId, reason, caseId, actor });
  return released;
}

/** An amendment does not shake off a case: what held the old line holds the new one. */
export async function carryHolds(
  tx: Tx,
  successors: readonly { readonly from: string; readonly to: string }[],
  actor: string,
): Promise<void> {
  const next = new Map(successors.map(({ from, to }) => [from, to]));
  const holds = next.size === 0 ? [] : await findOpenHolds(tx, [...next.keys()]);
  for (const { report_id, reason, case_id: caseId } of holds) {
    const reportId = next.get(report_id) ?? report_id;
    await closeHolds(tx, { reportId: report_id, reason, caseId, actor });
    await insertHold(tx, { reportId, reason, caseId, actor });
    await inheritDispute(tx, report_id, reportId);
    await settleHeldLines(tx, [reportId]);
    await auditHold(tx, "line.hold", { reportId, reason, caseId, actor });
  }
}

function auditHold(tx: Tx, action: "line.hold" | "line.release", { reportId, reason, caseId, actor }: Hold): Promise<void> {
  return appendAudit(tx, { actor, action, entity: "usage_report", entityId: reportId, detail: { after: { reason, case: caseId } } });
}
