import { parseTimestamp, parseUsd } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { listPayments, type PaymentFilter, type PaymentRow } from "./board-repository.ts";
import type { confirmInput } from "./board-schema.ts";
import { type RailName, tellsReturns } from "../../rails/rail.ts";
import { resolvePaymentName } from "../rails/event-repository.ts";
import { collectionError } from "./errors.ts";
import { type BookedPayment, receivePayment } from "./receive-service.ts";

export function browsePayments(ctx: AppContext, filter: PaymentFilter): Promise<PaymentRow[]> {
  return ctx.db.service((tx) => listPayments(tx, filter));
}

/**
 * Books money that a member of the board saw arrive; the same rail and reference is booked once.
 *
 * @throws {ApiError} PAYMENT_REFERENCE where the rail's own word would book it under another name; what {@link receivePayment} refuses
 */
export async function confirmPayment(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  { company_id: companyId, value_usd, received_at, report_ids: reportIds, amount, fee, ...payment }: z.output<typeof confirmInput>,
): Promise<BookedPayment> {
  return receivePayment(ctx, tx, {
    ...payment,
    reference: await nameOf(ctx, tx, payment.rail, payment.reference),
    companyId,
    reportIds,
    amount: BigInt(amount),
    fee: fee === undefined ? undefined : BigInt(fee),
    valueUsdMicros: value_usd === undefined ? undefined : parseUsd(value_usd, "value_usd"),
    receivedAt: received_at === undefined ? undefined : parseTimestamp(received_at),
    confirmedBy: memberId,
  });
}

/** What a rail that tells of payments by itself calls this one. */
async function nameOf(ctx: AppContext, tx: Tx, rail: RailName, reference: string): Promise<string> {
  const port = ctx.rails.get(rail);
  if (port === undefined || !tellsReturns(port)) return reference;
  if (port.events?.isPayment(reference) === true) return resolvePaymentName(tx, rail, reference);
  throw collectionError("PAYMENT_REFERENCE", `${rail} calls no payment ${reference.slice(0, 40)}.`, "reference");
}
