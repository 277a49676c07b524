import { parseUsd } from "../protocol/money.ts";
import type { Money, State, StoredLine, Submission } from "./state.ts";

export function createMoney(): Money {
  return { requests: [], payments: [], moves: [], receipts: [] };
}

/** A line in force, with what it owes and what stands on it. */
export interface OwedLine {
  readonly submission: Submission;
  readonly line: StoredLine;
  readonly net: bigint;
  readonly paid: bigint;
}

/** The lines of a company on one ledger that are neither superseded nor rejected. */
export function linesInForce(state: State, company_id: string, live: boolean): OwedLine[] {
  return state.submissions
    .filter((submission) => submission.company_id === company_id && submission.live === live)
    .flatMap((submission) => submission.lines.map((line) => ({ submission, line })))
    .filter(({ line }) => line.status !== "superseded" && line.status !== "rejected")
    .map(({ submission, line }) => ({ submission, line, net: parseUsd(line.net_royalty_usd), paid: standingOn(state, line.report_id) }));
}

/** Those that are not paid in full; undisputed ones first, then the oldest. */
export function unpaidLines(state: State, company_id: string, live = true): OwedLine[] {
  const keyOf = ({ line, submission }: OwedLine): string =>
    [line.status === "disputed" ? 1 : 0, submission.input.quarter, line.report_id].join(" ");
  return linesInForce(state, company_id, live)
    .filter(({ line, net, paid }) => (line.status === "submitted" || line.status === "disputed") && paid < net)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

export function standingOn(state: State, report_id: string): bigint {
  return state.money.moves.filter((move) => move.report_id === report_id).reduce((sum, { micros }) => sum + micros, 0n);
}

/** What of a company's payments stands on no line, payment by payment. */
export function creditsOf(state: State, company_id: string): { payment_id: string; micros: bigint }[] {
  return state.money.payments
    .filter((payment) => payment.company_id === company_id)
    .map(({ payment_id, micros }) => ({ payment_id, micros: micros - spentOf(state, payment_id) }))
    .filter(({ micros }) => micros > 0n);
}

function spentOf(state: State, payment_id: string): bigint {
  return state.money.moves.filter((move) => move.payment_id === payment_id).reduce((sum, { micros }) => sum + micros, 0n);
}

/** Gives free money to lines, the first to the first, and moves those to `funded` that are paid in full. */
export function payLines(
  state: State,
  sources: readonly { readonly payment_id: string; readonly micros: bigint }[],
  lines: readonly OwedLine[],
): void {
  for (const source of sources) {
    let left = source.micros;
    for (const { line, net } of lines) {
      const open = net - standingOn(state, line.report_id);
      const micros = left < open ? left : open;
      if (micros <= 0n) continue;
      state.money.moves.push({ payment_id: source.payment_id, report_id: line.report_id, micros });
      left -= micros;
    }
  }
  for (const { line, net } of lines) if (standingOn(state, line.report_id) >= net && line.status !== "paid") line.status = "funded";
}

/**
 * Charges a company with a report's lines: money of an earlier version goes to the line of the same model, and what is left over pays the
 * oldest open lines.
 */
export function chargeLines(state: State, { company_id, live, input, lines }: Submission): void {
  if (!live) return;
  const earlier = state.submissions
    .filter((other) => other.company_id === company_id && other.live && other.input.quarter === input.quarter && other.lines !== lines)
    .flatMap((other) => other.lines);
  for (const old of earlier)
    moveTo(
      state,
      old,
      lines.find(({ model_id }) => model_id === old.model_id),
    );
  const open = unpaidLines(state, company_id).filter(({ line }) => line.status !== "disputed");
  payLines(state, creditsOf(state, company_id), open);
}

function moveTo(state: State, old: StoredLine, next: StoredLine | undefined): void {
  for (const { payment_id } of state.money.payments) {
    const micros = state.money.moves
      .filter((move) => move.report_id === old.report_id && move.payment_id === payment_id)
      .reduce((sum, move) => sum + move.micros, 0n);
    if (micros === 0n) continue;
    state.money.moves.push({ payment_id, report_id: old.report_id, micros: -micros });
    const open = next === undefined ? 0n : parseUsd(next.net_royalty_usd) - standingOn(state, next.report_id);
    const moved = micros < open ? micros : open;
    if (next !== undefined && moved > 0n) state.money.moves.push({ payment_id, report_id: next.report_id, micros: moved });
    if (next !== undefined && moved === open) next.status = "funded";
  }
}
