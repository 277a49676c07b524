import { compareQuarters } from "../protocol/quarter.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { isHeld } from "./cases.ts";
import { tickSubjects } from "./compliance.ts";
import { receiversOf } from "./reports.ts";
import type { State, StoredLine, Submission } from "./state.ts";

/**
 * Pays out every funded line of a quarter and of those before it that no case holds; a wallet without a rail has a pending payment.
 *
 * What a real registry nets per wallet, holds back and rounds at its rails is left out.
 * @returns how many payments that made
 */
export function payOut(state: State, quarter: string): number {
  const before = state.payouts.length;
  for (const submission of state.submissions) {
    if (!submission.live || compareQuarters(submission.input.quarter, quarter) > 0) continue;
    for (const line of submission.lines) if (line.status === "funded" && !isHeld(state, line.report_id)) payLine(state, submission, line);
  }
  return state.payouts.length - before;
}

function payLine(state: State, { company_id, input: { quarter } }: Submission, line: StoredLine): void {
  const { model_id, report_id } = line;
  for (const { wallet, amount_usd } of receiversOf(state, quarter, line)) {
    const { wallet_id = wallet, rail = null } = state.wallets.get(wallet) ?? {};
    const reached = rail === null ? ({ status: "pending", paid_at: null } as const) : paidNow(state);
    state.payouts.push({ id: crypto.randomUUID(), model_id, wallet_id, report_id, quarter, amount_usd, rail, ...reached });
  }
  line.status = "paid";
  tickSubjects(state, [`commercial_user:${company_id}`, `model:${model_id}`]);
}

function paidNow({ clock }: State): { readonly status: "completed"; readonly paid_at: string } {
  return { status: "completed", paid_at: formatTimestamp(clock.now()) };
}
