import type { AppContext } from "../../context.ts";
import { actAs } from "../../db/act-as.ts";
import type { Tx } from "../../db/database.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { tellsReturns } from "../../rails/rail.ts";
import { appendAudit } from "../audit/repository.ts";
import { enqueueNotice } from "../notices/service.ts";
import { payoutError } from "../payouts/errors.ts";
import { asPayout } from "../payouts/payout-transaction.ts";
import { applyReversal } from "../payouts/record-service.ts";
import { lockTransfer, type TransferRow } from "../payouts/transfer-repository.ts";
import { railError } from "./errors.ts";
import { confirmReturned, findSentAt, insertReturned, type ReturnRow } from "./return-repository.ts";

/** A transfer that may be said to have come back, with what is still at its payee. */
export interface Returnable extends Pick<TransferRow, "state" | "rail" | "wallet" | "currency"> {
  readonly left: bigint;
}

/**
 * Reads a transfer of which the board says that it came back. Call it as the payout role; the row stays locked.
 *
 * @throws {ApiError} TRANSFER_UNKNOWN | TRANSFER_STATE | RETURN_BY_RAIL | RETURN_DATE
 */
export async function readReturnable(ctx: AppContext, tx: Tx, transferId: string, returnedOn: string): Promise<Returnable> {
  const transfer = await lockTransfer(tx, transferId);
  if (transfer === undefined) throw payoutError("TRANSFER_UNKNOWN", `There is no transfer ${transferId.slice(0, 64)}.`, "transfer_id");
  const { state, rail, wallet, currency, amount, actualFee, railFee, reversedAmount } = transfer;
  const port = ctx.rails.get(rail);
  if (port !== undefined && tellsReturns(port)) throw railError("RETURN_BY_RAIL", `${rail} says by itself what comes back.`, "transfer_id");
  if (state !== "sent" && state !== "completed")
    throw payoutError("TRANSFER_STATE", `Transfer ${transferId} is ${state}: nothing of it can come back.`, "transfer_id");
  const sentAt = await findSentAt(tx, transferId);
  if (returnedOn > dayOf(ctx.clock.now()) || (sentAt !== undefined && returnedOn < dayOf(sentAt)))
    throw railError("RETURN_DATE", `It did not come back on ${returnedOn}.`, "returned_on");
  return { state, rail, wallet, currency, left: amount - (actualFee ?? railFee) - reversedAmount };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** What a bank kept of money that came back. @throws {ApiError} REVERSAL_TOO_LARGE */
export function keptOf(left: bigint, amount: string | undefined): bigint {
  const kept = left - (amount === undefined ? left : BigInt(amount));
  if (kept < 0n) throw payoutError("REVERSAL_TOO_LARGE", `At most ${left} units can come back.`, "amount");
  return kept;
}

/**
 * Books that a transfer came back, once: all that is left of it is payable again, whatever a bank kept of it, and where the way of payment is in doubt nothing
 * more goes there before its owner has signed for it anew, or the board has confirmed it.
 *
 * @throws {ApiError} TRANSFER_UNKNOWN | TRANSFER_STATE | RETURN_BY_RAIL | RETURN_DATE
 */
export async function returnTransfer(ctx: AppContext, tx: Tx, row: ReturnRow): Promise<object> {
  await waitForPlan(tx);
  const { transferId, returnedOn, reference, amount, isDoubtful } = row;
  const { wallet, rail, left, kept, wallet_id } = await actAs(tx, "payout", async () => {
    const transfer = await readReturnable(ctx, tx, transferId, returnedOn);
    const bankKept = keptOf(transfer.left, amount);
    await applyWhole(tx, transferId, bankKept);
    return { ...transfer, kept: bankKept, ...(await insertReturned(tx, row)) };
  });
  await enqueueNotice(ctx, tx, { kind: "payout-returned", wallet_id, digest: transferId });
  const after = {
    rail,
    reference,
    returned_on: returnedOn,
    returned: (left - kept).toString(),
    kept: kept.toString(),
    doubtful: isDoubtful,
  };
  await appendAudit(tx, { actor: row.recordedBy, action: "transfer.return", entity: "transfers", entityId: transferId, detail: { after } });
  return {
    transfer_id: transferId,
    wallet,
    returned: (left - kept).toString(),
    kept: kept.toString(),
    destination: isDoubtful ? "doubtful" : "sound",
  };
}

async function applyWhole(tx: Tx, transferId: string, kept: bigint): Promise<void> {
  const transfer = await lockTransfer(tx, transferId);
  if (transfer !== undefined) await applyReversal(tx, transferId, transfer.amount - (transfer.actualFee ?? transfer.railFee), kept);
}

/**
 * Takes the board's word that money may go again to where it came back from, for example since the bank made a mistake. Twice is once.
 *
 * @throws {ApiError} RETURN_UNKNOWN
 */
export async function confirmDestination(ctx: AppContext, transferId: string, memberId: string, note: string): Promise<void> {
  await asPayout(ctx, async (tx) => {
    const confirmed = await confirmReturned(tx, transferId, memberId);
    if (confirmed === undefined) throw railError("RETURN_UNKNOWN", `No transfer ${transferId} came back.`, "transfer_id");
    if (confirmed === "before") return;
    const detail = { after: { note } };
    await appendAudit(tx, { actor: memberId, action: "transfer.confirm-destination", entity: "transfers", entityId: transferId, detail });
  });
}
