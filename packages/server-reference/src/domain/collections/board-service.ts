import { parseTimestamp, parseUsd } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardPrincipal } from "../../principal.ts";
import { listPayments, type PaymentFilter, type PaymentRow } from "./board-repository.ts";
import type { confirmInput } from "./board-schema.ts";
import { type BookedPayment, receivePayment } from "./receive-service.ts";

export function browsePayments(ctx: AppContext, filter: PaymentFilter): Promise<PaymentRow[]> {
  return ctx.db.service((tx) => listPayments(tx, filter));
}

/**
 * Books money that a member of the board saw arrive; the same rail and reference is booked once.
 *
 * @throws {ApiError} what {@link receivePayment} refuses
 */
export function confirmPayment(
  ctx: AppContext,
  tx: Tx,
  { memberId }: BoardPrincipal,
  { company_id: companyId, value_usd, received_at, report_ids: reportIds, amount, fee, ...payment }: z.output<typeof confirmInput>,
): Promise<BookedPayment> {
  return receivePayment(ctx, tx, {
    ...payment,
    companyId,
    reportIds,
    amount: BigInt(amount),
    fee: fee === undefined ? undefined : BigInt(fee),
    valueUsdMicros: value_usd === undefined ? undefined : parseUsd(value_usd, "value_usd"),
    receivedAt: received_at === undefined ? undefined : parseTimestamp(received_at),
    confirmedBy: memberId,
  });
}
