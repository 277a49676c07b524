import { formatAmount, formatTimestamp, formatUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { type Allocation, sumMicros } from "./allocate-money.ts";
import { collectionError } from "./errors.ts";
import { findLines, findUnpaidLines, type LineRow } from "./line-repository.ts";
import type { CollectionRow } from "./payment-repository.ts";
import { findReceipt, findReceiptNumber, findReceipts, insertReceipt, takeReceiptNumber } from "./receipt-repository.ts";
import type { ReceiptBody } from "./receipt-schema.ts";

/** What a receipt is about: a payment, or a part of it that went back. */
export interface ReceiptFacts {
  readonly payment: CollectionRow;
  readonly companyName: string;
  /** What of each line moved; negative where it went back. */
  readonly allocations: readonly Allocation[];
  readonly refund?: {
    readonly id: string;
    readonly kind: "refund" | "chargeback";
    readonly reference: string;
    readonly amount: bigint;
    readonly value: bigint;
    readonly reason: string;
    readonly at: Date;
  };
}

/** Issues the next receipt. Its number is taken last of all, since the next one waits for it. */
export async function issueReceipt(ctx: AppContext, tx: Tx, facts: ReceiptFacts): Promise<ReceiptBody> {
  const { payment, refund, allocations } = facts;
  const moved = new Map<string, bigint>();
  for (const { reportId, micros } of allocations) moved.set(reportId, (moved.get(reportId) ?? 0n) + absolute(micros));
  const lines = await findLines(tx, payment.company_id, [...moved.keys()]);
  const open = await findUnpaidLines(tx, payment.company_id);
  const refundOf = refund === undefined ? null : formatReceiptNumber(await findReceiptNumber(tx, payment.id, null));
  const number = await takeReceiptNumber(tx);
  const value = refund?.value ?? payment.value;
  const applied = absolute(sumMicros(allocations));
  const body: ReceiptBody = {
    number: formatReceiptNumber(number),
    kind: refund?.kind ?? "receipt",
    issued_at: formatTimestamp(ctx.clock.now()),
    issuer: { name: ctx.config.issuer, registry: ctx.config.publicUrl },
    payer: { company_id: payment.company_id, company_name: facts.companyName },
    collection_id: payment.id,
    refund_of: refundOf,
    occurred_at: formatTimestamp(refund?.at ?? payment.received_at),
    clears_at: refund === undefined ? formatTimestamp(payment.clears_at) : null,
    rail: payment.rail,
    method: payment.method,
    reference: refund?.reference ?? payment.reference,
    reason: refund?.reason ?? null,
    currency: payment.currency,
    amount: formatAmount(refund?.amount ?? payment.amount, payment.scale),
    amount_usd: formatUsd(value),
    applied_usd: formatUsd(applied),
    credit_usd: formatUsd(value - applied),
    lines: lines.map((line) => toReceiptLine(line, moved.get(line.report_id) ?? 0n)),
    open_usd: formatUsd(open.reduce((sum, { net, paid }) => sum + net - paid, 0n)),
  };
  await insertReceipt(tx, { number, companyId: payment.company_id, collectionId: payment.id, refundId: refund?.id ?? null, body });
  return body;
}

function toReceiptLine({ net, paid, filed_at: _filed, paid_usd, ...line }: LineRow, micros: bigint): ReceiptBody["lines"][number] {
  return { ...line, amount_usd: formatUsd(micros), paid_usd, open_usd: formatUsd(net - paid) };
}

function absolute(micros: bigint): bigint {
  return micros < 0n ? -micros : micros;
}

const NUMBER = /^R-(\d{6,12})$/;

function formatReceiptNumber(number: number): string {
  return `R-${String(number).padStart(6, "0")}`;
}

/** @throws {ApiError} RECEIPT_NOT_FOUND, also for another company's */
export async function showReceipt(tx: Tx, companyId: string, name: string): Promise<ReceiptBody> {
  const digits = NUMBER.exec(name)?.[1];
  const body = digits === undefined ? undefined : await findReceipt(tx, companyId, Number(digits));
  if (body === undefined) throw collectionError("RECEIPT_NOT_FOUND", `There is no receipt ${name.slice(0, 20)}.`, "number");
  return body;
}

export interface ReceiptPage {
  readonly receipts: ReceiptBody[];
  /** What to send as `after` for the next ones; null at the end. */
  readonly next: string | null;
}

/** The receipts of a company, ascending. */
export async function listReceipts(tx: Tx, companyId: string, after: string | undefined, limit: number): Promise<ReceiptPage> {
  const rows = await findReceipts(tx, companyId, Number(NUMBER.exec(after ?? "")?.[1] ?? 0), limit + 1);
  const receipts = rows.slice(0, limit);
  return { receipts, next: rows.length > limit ? (receipts.at(-1)?.number ?? null) : null };
}

/** The receipt of a payment that was booked before. */
export async function storedReceipt(tx: Tx, { id, company_id }: CollectionRow, refundId: string | null): Promise<ReceiptBody> {
  const body = await findReceipt(tx, company_id, await findReceiptNumber(tx, id, refundId));
  if (body === undefined) throw new TypeError("every payment has its receipt");
  return body;
}
