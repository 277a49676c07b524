import { formatAmount, formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Rail, RailName } from "../../rails/rail.ts";
import { appendAudit } from "../audit/repository.ts";
import { payoutError } from "../payouts/errors.ts";
import { asPayout } from "../payouts/payout-transaction.ts";
import { applyTransferFact } from "../payouts/record-service.ts";
import { lockTransfer } from "../payouts/transfer-repository.ts";
import { railError } from "./errors.ts";
import { findHandTransfers, type HandFilter, type HandState, type ReturnFacts } from "./transfer-repository.ts";

/** Rails on which a person moves the money: nobody else will tell what became of it. */
export function handRails(ctx: AppContext): RailName[] {
  return [...ctx.rails.values()].filter(isByHand).map(({ name }) => name);
}

function isByHand({ features, off }: Rail): boolean {
  return off === undefined && features.live && !features.lookup;
}

export interface OpenTransfer {
  readonly transfer_id: string;
  readonly run_id: string;
  readonly quarter: string;
  readonly rail: string;
  readonly state: HandState;
  readonly wallet: string;
  readonly destination: string | null;
  readonly currency: string;
  readonly amount: string;
  readonly sent_at: string;
  readonly returned: ReturnFacts | null;
}

/** What the board has to pay by hand and to confirm, with where it goes; or what arrived, or came back. */
export async function listOpenTransfers(ctx: AppContext, filter: Omit<HandFilter, "rails">): Promise<OpenTransfer[]> {
  const found = await asPayout(ctx, (tx) => findHandTransfers(tx, { ...filter, rails: handRails(ctx) }));
  return found.map(({ id, amount, scale, sent_at, run_id, quarter, rail, state, wallet, destination, currency, returned }) => ({
    transfer_id: id,
    run_id,
    quarter,
    rail,
    state,
    wallet,
    destination,
    currency,
    amount: formatAmount(BigInt(amount), scale),
    sent_at: formatTimestamp(sent_at),
    returned,
  }));
}

export interface Confirmation {
  readonly transferId: string;
  /** What the bank or the provider calls the payment. */
  readonly reference: string;
  readonly memberId: string;
}

const REFERENCE = /^[!-~]([ -~]{0,198}[!-~])?$/;

/**
 * Takes the board's word that a transfer by hand has arrived. Twice is once.
 *
 * @throws {ApiError} TRANSFER_UNKNOWN | TRANSFER_STATE | REFERENCE_MISSING
 */
export async function confirmTransfer(ctx: AppContext, { transferId, reference, memberId }: Confirmation): Promise<void> {
  if (!REFERENCE.test(reference)) throw railError("REFERENCE_MISSING", "A confirmation needs the payment's reference.", "reference");
  await asPayout(ctx, async (tx) => {
    const transfer = await lockTransfer(tx, transferId);
    if (transfer === undefined) throw payoutError("TRANSFER_UNKNOWN", `There is no transfer ${transferId}.`, "transfer_id");
    const { rail, ext_id, state } = transfer;
    if (!handRails(ctx).includes(rail) || ext_id === null || (state !== "sent" && state !== "completed"))
      throw payoutError("TRANSFER_STATE", `Transfer ${transferId} is ${state} over ${rail}: nothing is to be confirmed.`, "transfer_id");
    if (state === "completed") return;
    await applyTransferFact(tx, { transferId, rail, externalId: ext_id, completed: true, reversed: 0n }, ctx.clock.now());
    await appendAudit(tx, {
      actor: memberId,
      action: "transfer.confirm",
      entity: "transfers",
      entityId: transferId,
      detail: { after: { rail, reference } },
    });
  });
}
