import { formatUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { waitForPlan } from "../../ledger/plan-lock.ts";
import { type Entry, post } from "../../ledger/post.ts";
import type { RailName } from "../../rails/rail.ts";
import { appendAudit } from "../audit/repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import { type Allocation, sumMicros, takeBack } from "./allocate-money.ts";
import { collectionError } from "./errors.ts";
import { findLines, findPaymentMoney, findDistributed, insertAllocations, lockCompany, settleLines } from "./line-repository.ts";
import { type CollectionRow, findByReference, findCollection, findRefund, insertRefund, lockCollection } from "./payment-repository.ts";
import { issueReceipt, storedReceipt } from "./receipt-service.ts";
import type { BookedPayment } from "./receive-service.ts";

/** Money that goes back to its payer. */
export interface Repayment {
  readonly rail: RailName;
  /** What the rail calls the payment. */
  readonly payment: string;
  /** What the rail calls the refund: it is booked once. */
  readonly reference: string;
  /** Smallest units of the payment's currency; all that is left where neither is given. */
  readonly amount?: bigint | undefined;
  /** Or all that went back so far, as some rails tell it: the difference to what is booked is booked. */
  readonly total?: bigint | undefined;
  readonly reason: string;
  /** A board member's id, or the rail. */
  readonly confirmedBy: string;
}

/** What going back did; no receipt where nothing was left to book. */
export type BookedRepayment = Omit<BookedPayment, "receipt"> & { readonly receipt: BookedPayment["receipt"] | undefined };

/**
 * Books money that the association sends back. It comes out of the company's credit first, then off the lines that were not paid out,
 * the newest first: they are open again.
 *
 * @throws {ApiError} PAYMENT_NOT_FOUND | REFUND_TOO_LARGE | REFUND_DISTRIBUTED | PAYMENT_CONFLICT | PAYMENT_AMOUNT
 */
export async function refundPayment(ctx: AppContext, tx: Tx, repayment: Repayment): Promise<BookedRepayment> {
  return repay(ctx, tx, repayment, "refund");
}

/**
 * Books money that the payer's bank took back. Nobody can refuse it: lines that were paid out already are owed again.
 *
 * @throws {ApiError} PAYMENT_NOT_FOUND | REFUND_TOO_LARGE | PAYMENT_CONFLICT | PAYMENT_AMOUNT
 */
export async function reversePayment(ctx: AppContext, tx: Tx, repayment: Repayment): Promise<BookedRepayment> {
  return repay(ctx, tx, repayment, "chargeback");
}

type Kind = "refund" | "chargeback";

async function repay(ctx: AppContext, tx: Tx, repayment: Repayment, kind: Kind): Promise<BookedRepayment> {
  const { rail, reference } = repayment;
  const found = await findByReference(tx, rail, repayment.payment);
  const company = found && (await lockCompany(tx, found.company_id));
  await waitForPlan(tx);
  if (found !== undefined) await lockCollection(tx, found.id);
  // Read again under the locks: it may have been refunded or cleared in between.
  const payment = found && (await findCollection(tx, found.id));
  if (payment === undefined || company === undefined)
    throw collectionError("PAYMENT_NOT_FOUND", `Nothing came in under ${rail} ${repayment.payment}.`, "payment");
  const earlier = await findRefund(tx, rail, reference);
  if (earlier !== undefined) return repeated(tx, payment, repayment, kind, earlier);
  const amount = amountOf(payment, repayment);
  if (amount === 0n) return { created: false, collection_id: payment.id, receipt: undefined };
  return book(ctx, tx, payment, { ...repayment, kind, amount, value: valueOf(payment, amount), companyName: company.company_name });
}

function amountOf(payment: CollectionRow, { amount, total }: Repayment): bigint {
  const left = payment.amount - payment.refunded;
  const asked = amount ?? (total === undefined ? left : total - payment.refunded);
  if (asked > left)
    throw collectionError("REFUND_TOO_LARGE", `${asked} units are asked for, ${left} are left.`, amount === undefined ? "total" : "amount");
  if (amount !== undefined && amount <= 0n) throw collectionError("PAYMENT_AMOUNT", `${amount} units cannot go back.`, "amount");
  return asked > 0n ? asked : 0n;
}

/** A part of the value that was booked; the last part takes what is left, so that the parts sum to the whole. */
function valueOf({ amount, value, refunded, refundedValue }: CollectionRow, part: bigint): bigint {
  return refunded + part === amount ? value - refundedValue : (value * part) / amount;
}

interface Booking extends Repayment {
  readonly kind: Kind;
  readonly amount: bigint;
  readonly value: bigint;
  readonly companyName: string;
}

async function book(ctx: AppContext, tx: Tx, payment: CollectionRow, booking: Booking): Promise<BookedRepayment> {
  const { kind, value, confirmedBy } = booking;
  const allocations = await takeFromLines(tx, payment, kind, value);
  const at = new Date(Math.floor(ctx.clock.now().getTime() / 1_000) * 1_000);
  const id = await insertRefund(tx, { ...booking, collectionId: payment.id, refundedAt: at });
  await insertAllocations(tx, allocations, `payment.${kind}`, id);
  await post(tx, { kind: `payment.${kind}`, ref: id, live: true, entries: entriesOf(payment, booking, allocations) });
  const reportIds = allocations.map(({ reportId }) => reportId);
  await settleLines(tx, reportIds);
  const receipt = await issueReceipt(ctx, tx, { payment, companyName: booking.companyName, allocations, refund: { ...booking, id, at } });
  await appendAudit(tx, {
    actor: confirmedBy,
    action: `payment.${kind}`,
    entity: "collection",
    entityId: payment.id,
    detail: { after: { refund: id, amount_usd: formatUsd(value), reason: booking.reason, receipt: receipt.number } },
  });
  const lines = await findLines(tx, payment.company_id, reportIds);
  await tickSubjects(tx, [payment.company_id, ...lines.map(({ model_id }) => model_id)], confirmedBy);
  return { created: true, collection_id: payment.id, receipt };
}

/** What the payment's credit does not cover comes off its lines; those that were paid out come last, and only for a chargeback. */
async function takeFromLines(tx: Tx, payment: CollectionRow, kind: Kind, value: bigint): Promise<Allocation[]> {
  const standing = await findPaymentMoney(tx, payment.id);
  const credit = payment.value - payment.refundedValue - sumMicros(standing);
  const needed = value > credit ? value - credit : 0n;
  const paidOut = await findDistributed(
    tx,
    standing.map(({ reportId }) => reportId),
  );
  const free = standing.filter(({ reportId }) => !paidOut.has(reportId));
  const gone = standing.filter(({ reportId }) => paidOut.has(reportId));
  const available = sumMicros(free);
  if (kind === "refund" && needed > available)
    throw collectionError("REFUND_DISTRIBUTED", `Only ${formatUsd(available + credit)} USD of it was not paid out.`, "amount", {
      refundable_usd: formatUsd(available + credit),
    });
  return takeBack([...free, ...gone], needed);
}

function entriesOf(payment: CollectionRow, { amount, value }: Booking, allocations: readonly Allocation[]): Entry[] {
  const { rail, currency, company_id } = payment;
  const off = -sumMicros(allocations);
  const usd = (account: Entry["account"], micros: bigint): Entry => ({ account, currency: "USD", amount: micros });
  const from = payment.cleared_at === null ? accounts.clearing(rail) : accounts.cash(rail);
  const exchanged: Entry[] = currency === "USD" ? [] : [{ account: accounts.fx(rail), currency, amount }, usd(accounts.fx(rail), -value)];
  return [
    { account: from, currency, amount: -amount },
    ...exchanged,
    usd(accounts.receivable(company_id), off),
    usd(accounts.unapplied(company_id), value - off),
  ].filter((entry) => entry.amount !== 0n);
}

/** @throws {ApiError} PAYMENT_CONFLICT where something else was booked under this reference */
async function repeated(
  tx: Tx,
  payment: CollectionRow,
  { rail, reference, amount }: Repayment,
  kind: Kind,
  earlier: { readonly id: string; readonly collection_id: string; readonly kind: Kind; readonly amount: string },
): Promise<BookedRepayment> {
  const same = earlier.collection_id === payment.id && earlier.kind === kind && (amount === undefined || BigInt(earlier.amount) === amount);
  if (!same) throw collectionError("PAYMENT_CONFLICT", `Something else was booked under ${rail} ${reference}.`, "reference");
  return { created: false, collection_id: payment.id, receipt: await storedReceipt(tx, payment, earlier.id) };
}
