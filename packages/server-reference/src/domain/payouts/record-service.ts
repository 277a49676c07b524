import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { type Entry, post } from "../../ledger/post.ts";
import type { RailName, SentTransfer } from "../../rails/rail.ts";
import { payoutError } from "./errors.ts";
import {
  findByExternalId,
  insertReturn,
  lockTransfer,
  showPayments,
  type TransferRow,
  writeCompleted,
  writeFailed,
  writeReversed,
  writeSent,
} from "./transfer-repository.ts";

/**
 * RECORD: what the rail has sent leaves the transit, and the books say what the rail calls it. Twice is once.
 *
 * @throws {ApiError} TRANSFER_UNKNOWN | TRANSFER_STATE where the rail names another transfer than before
 */
export async function recordSent(tx: Tx, id: string, sent: SentTransfer, now: Date): Promise<void> {
  const transfer = await locked(tx, id);
  if (transfer.ext_id !== null) {
    refuseOther(transfer, sent);
    return;
  }
  if (transfer.state !== "sending" && transfer.state !== "unknown") throw wrongState(transfer, "sent");
  await writeSent(tx, id, sent, now);
  await post(tx, { kind: "payout.sent", ref: id, live: true, entries: sentEntries(transfer, sent.feeAmount) });
  await showPayments(tx, id, sent.status === "completed" ? "completed" : "processing");
}

function refuseOther(transfer: TransferRow, { externalId }: SentTransfer): void {
  if (transfer.ext_id === externalId) return;
  throw payoutError("TRANSFER_STATE", `Transfer ${transfer.id} is ${transfer.ext_id ?? ""} at the rail, and ${externalId} too.`);
}

/** The money leaves the cash of its rail; the payee bears the rail's fee, which waits for the rail's bill. */
function sentEntries({ id, rail, currency, amount, fxUsd }: TransferRow, feeAmount: bigint): Entry[] {
  const cashUsd = usdOf({ amount, fxUsd }, amount - feeAmount);
  const exchanged: Entry[] =
    currency === "USD"
      ? [{ account: accounts.inTransit(id), currency, amount }]
      : [
          { account: accounts.inTransit(id), currency, amount },
          { account: accounts.fx(rail), currency, amount: -amount },
          { account: accounts.fx(rail), currency: "USD", amount: fxUsd },
        ];
  return [
    ...exchanged,
    { account: accounts.cash(rail), currency: "USD", amount: -cashUsd },
    { account: accounts.railFees(rail), currency: "USD", amount: cashUsd - fxUsd },
  ].filter((entry) => entry.amount !== 0n);
}

/** Micro-dollars of a part of a transfer, at the rate that was pinned. */
function usdOf({ amount, fxUsd }: Pick<TransferRow, "amount" | "fxUsd">, part: bigint): bigint {
  return (fxUsd * part + amount - 1n) / amount;
}

/**
 * A definitive failure: nothing has moved, the money is payable again, and the next transfer of this wallet has a key of its own.
 *
 * @throws {ApiError} TRANSFER_UNKNOWN | TRANSFER_STATE
 */
export async function recordFailed(tx: Tx, id: string, fault: string): Promise<void> {
  const transfer = await locked(tx, id);
  if (transfer.state === "failed") return;
  const { state, rail, wallet, currency, amount, fxUsd } = transfer;
  if (state !== "planned" && state !== "sending" && state !== "unknown") throw wrongState(transfer, "failed");
  await writeFailed(tx, id, fault);
  const back: Entry[] = [
    { account: accounts.inTransit(id), currency, amount },
    { account: accounts.payable(wallet), currency: "USD", amount: -fxUsd },
  ];
  const exchanged: Entry[] = [
    { account: accounts.fx(rail), currency, amount: -amount },
    { account: accounts.fx(rail), currency: "USD", amount: fxUsd },
  ];
  await post(tx, { kind: "payout.failed", ref: id, live: true, entries: currency === "USD" ? back : [...back, ...exchanged] });
  await insertReturn(tx, { ref: `failed:${id}`, transferId: id, amount, usd: fxUsd, reason: "failed" });
  await showPayments(tx, id, "failed");
}

/** What a rail or the board says of a transfer: it is there, it is done, so much of it came back. */
export interface TransferFact {
  /** Our id; or the rail's name of a transfer that was recorded. */
  readonly transferId: string | undefined;
  readonly rail: RailName;
  readonly externalId: string;
  /** The payee has it. */
  readonly completed: boolean;
  /** Taken back so far, in the currency's smallest units. */
  readonly reversed: bigint;
  /** Kept by the rail; as quoted where it is left out. */
  readonly feeAmount?: bigint;
}

/**
 * Applies what was heard of a transfer, in any order and as often as it is said: states move forward only, and sums grow only.
 *
 * @returns false where no transfer is meant
 * @throws {ApiError} REVERSAL_TOO_LARGE | TRANSFER_STATE
 */
export async function applyTransferFact(tx: Tx, fact: TransferFact, now: Date): Promise<boolean> {
  const id = fact.transferId ?? (await findByExternalId(tx, fact.rail, fact.externalId));
  const transfer = id === undefined ? undefined : await lockTransfer(tx, id);
  if (transfer === undefined) return false;
  if (transfer.ext_id === null) {
    const feeAmount = fact.feeAmount ?? transfer.railFee;
    await recordSent(tx, transfer.id, { externalId: fact.externalId, feeAmount, status: "sent" }, now);
  } else refuseOther(transfer, { externalId: fact.externalId, feeAmount: 0n, status: "sent" });
  if (fact.completed && transfer.state !== "completed" && transfer.state !== "reversed") {
    await writeCompleted(tx, transfer.id, now);
    await showPayments(tx, transfer.id, "completed");
  }
  await applyReversal(tx, transfer.id, fact.reversed);
  return true;
}

/**
 * Takes back a part of a transfer, or all of it: the money is payable again. `total` counts from the beginning, so twice is once.
 *
 * @param total - smallest units of the currency, at most what the payee received
 * @param kept - the part of it that a bank kept on the way back: the payee bears only the fee that was shown before, so it is the rail's
 * @throws {ApiError} REVERSAL_TOO_LARGE | TRANSFER_UNKNOWN | TRANSFER_STATE
 */
export async function applyReversal(tx: Tx, id: string, total: bigint, kept = 0n): Promise<void> {
  const transfer = await locked(tx, id);
  const { rail, wallet, amount, actualFee, reversedAmount, railFee } = transfer;
  if (total <= reversedAmount) return;
  // Else a plan that is under way would find the money in the ledger and not among what came back.
  await waitForPlan(tx);
  const received = amount - (actualFee ?? railFee);
  if (total > received) throw payoutError("REVERSAL_TOO_LARGE", `${total} of ${received} units of transfer ${id} were to be taken back.`);
  if (transfer.state !== "sent" && transfer.state !== "completed") throw wrongState(transfer, "reversed");
  const usd = usdOf(transfer, total) - usdOf(transfer, reversedAmount);
  await writeReversed(tx, id, total, total === received);
  const keptUsd = usdOf(transfer, total) - usdOf(transfer, total - kept);
  const entries: Entry[] = [
    { account: accounts.cash(rail), currency: "USD", amount: usd - keptUsd },
    { account: accounts.railFees(rail), currency: "USD", amount: keptUsd },
    { account: accounts.payable(wallet), currency: "USD", amount: -usd },
  ].filter((entry) => entry.amount !== 0n);
  if (usd > 0n) await post(tx, { kind: "payout.reversal", ref: `${id}:${total}`, live: true, entries });
  await insertReturn(tx, { ref: `reversed:${id}:${total}`, transferId: id, amount: total - reversedAmount, usd, reason: "reversed" });
  if (total === received) await showPayments(tx, id, "reversed");
}

async function locked(tx: Tx, id: string): Promise<TransferRow> {
  const transfer = await lockTransfer(tx, id);
  if (transfer === undefined) throw payoutError("TRANSFER_UNKNOWN", `There is no transfer ${id}.`);
  return transfer;
}

function wrongState({ id, state }: TransferRow, wanted: string): Error {
  return payoutError("TRANSFER_STATE", `Transfer ${id} is ${state} and cannot become ${wanted}.`);
}
