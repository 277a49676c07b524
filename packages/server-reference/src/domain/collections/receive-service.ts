import { formatUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import { accounts } from "../../ledger/accounts.ts";
import { type Entry, post } from "../../ledger/post.ts";
import type { RailName } from "../../rails/rail.ts";
import { appendAudit } from "../audit/repository.ts";
import { tickSubjects } from "../compliance/service.ts";
import { type Allocation, allocateMoney, sumMicros } from "./allocate-money.ts";
import { collectionError } from "./errors.ts";
import {
  findLines,
  findSuccessors,
  findUnpaidLines,
  insertAllocations,
  type LineRow,
  lockCompany,
  settleLines,
} from "./line-repository.ts";
import {
  type CollectionRow,
  findByReference,
  findCollection,
  findScale,
  insertCollection,
  type PaymentMethod,
} from "./payment-repository.ts";
import { issueReceipt, storedReceipt } from "./receipt-service.ts";
import type { ReceiptBody } from "./receipt-schema.ts";
import { findRequest, findRequestLines, type PaymentRequest } from "./request-repository.ts";

/** Money that arrived, as a rail's webhook or the board tells it. */
export interface IncomingPayment {
  readonly rail: RailName;
  /** What the rail calls this money: it is booked once. */
  readonly reference: string;
  readonly method: PaymentMethod;
  /** Who paid; or `payment`, which says it too. */
  readonly companyId?: string | undefined;
  /** The id of what was asked for, or the reference that the payer wrote into the transfer. */
  readonly payment?: string | undefined;
  /** USD where it is left out. */
  readonly currency?: string | undefined;
  /** Smallest units of the currency, before the rail's fee. */
  readonly amount: bigint;
  /** What it counts as, in micro-dollars; the amount itself in USD. */
  readonly valueUsdMicros?: bigint | undefined;
  /** What the rail kept of it; the association bears it. */
  readonly fee?: bigint | undefined;
  /** Now where it is left out. */
  readonly receivedAt?: Date | undefined;
  /** The lines that it is for, and only those; else what was asked for, else the oldest ones. */
  readonly reportIds?: readonly string[] | undefined;
  /** A board member's id, or the rail. */
  readonly confirmedBy: string;
}

export interface BookedPayment {
  /** False where the same money was booked before. */
  readonly created: boolean;
  readonly collection_id: string;
  readonly receipt: ReceiptBody;
}

/** Payments are reversed for days after they arrive; a rail may ask for more. */
const LEAST_HOLD_MS = 7 * 86_400_000;
const SCALE_USD = 6;
const AMOUNT_LIMIT = 10n ** 12n;

/**
 * Books money that arrived, once per rail and reference, and pays lines with it: those that are named, else the oldest. A line that is paid in
 * full is funded; what is left is a credit of the company.
 *
 * @throws {ApiError} PAYER_UNKNOWN | PAYMENT_CONFLICT | PAYMENT_AMOUNT | PAYMENT_VALUE | PAYMENT_TIME | REPORT_NOT_FOUND | CURRENCY_UNKNOWN
 */
export async function receivePayment(ctx: AppContext, tx: Tx, incoming: IncomingPayment): Promise<BookedPayment> {
  const { now, receivedAt } = timesOf(ctx, incoming);
  if (receivedAt > now) throw collectionError("PAYMENT_TIME", "It arrives in the future.", "received_at");
  const currency = incoming.currency ?? "USD";
  const value = valueOf(incoming, currency, (await findScale(tx, currency)) ?? -1);
  const request = incoming.payment === undefined ? undefined : await findRequest(tx, incoming.payment);
  const companyId = request?.company_id ?? incoming.companyId ?? "";
  const company = UUID.test(companyId) && !contradicts(request, incoming) ? await lockCompany(tx, companyId) : undefined;
  if (company === undefined)
    throw collectionError("PAYER_UNKNOWN", "Nobody known paid this.", incoming.payment === undefined ? "company_id" : "payment");
  const id = await insertCollection(tx, {
    ...incoming,
    companyId,
    currency,
    value,
    fee: incoming.fee ?? 0n,
    requestId: request?.id ?? null,
    receivedAt,
    clearsAt: new Date(receivedAt.getTime() + Math.max(LEAST_HOLD_MS, ctx.rails.get(incoming.rail)?.features.holdMs ?? 0)),
  });
  const payment = id === undefined ? undefined : await findCollection(tx, id);
  if (payment === undefined) return repeated(tx, incoming, companyId, currency);
  return apply(ctx, tx, payment, company.company_name, await linesFor(tx, incoming, companyId, request), incoming.confirmedBy);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function timesOf(ctx: AppContext, { receivedAt }: IncomingPayment): { readonly now: Date; readonly receivedAt: Date } {
  const now = new Date(Math.floor(ctx.clock.now().getTime() / 1_000) * 1_000);
  return { now, receivedAt: receivedAt ?? now };
}

function contradicts(request: PaymentRequest | undefined, { companyId, payment }: IncomingPayment): boolean {
  if (request === undefined) return payment !== undefined && companyId === undefined;
  return companyId !== undefined && companyId !== request.company_id;
}

function valueOf({ amount, fee = 0n, valueUsdMicros }: IncomingPayment, currency: string, scale: number): bigint {
  if (scale < 0) throw collectionError("PAYMENT_AMOUNT", `This registry has no currency ${currency.slice(0, 20)}.`, "currency");
  if (amount <= 0n || amount >= AMOUNT_LIMIT * 10n ** BigInt(scale))
    throw collectionError("PAYMENT_AMOUNT", `${amount} units are out of range.`, "amount");
  if (fee < 0n || fee > amount) throw collectionError("PAYMENT_AMOUNT", `A fee of ${fee} units is out of range.`, "fee");
  const value = valueUsdMicros ?? (currency === "USD" ? amount : 0n);
  if (value <= 0n || value >= AMOUNT_LIMIT * 10n ** BigInt(SCALE_USD) || (currency === "USD" && value !== amount))
    throw collectionError("PAYMENT_VALUE", "The value in USD is missing or does not fit.", "value_usd");
  return value;
}

/** Undefined: whatever is open, the oldest first. */
async function linesFor(
  tx: Tx,
  { reportIds }: IncomingPayment,
  companyId: string,
  request: PaymentRequest | undefined,
): Promise<LineRow[] | undefined> {
  if (reportIds !== undefined) {
    const found = await findLines(tx, companyId, reportIds);
    const known = new Set(found.map(({ report_id }) => report_id));
    const missing = reportIds.findIndex((id) => !known.has(id));
    if (missing >= 0) throw collectionError("REPORT_NOT_FOUND", "This company has no such line.", `report_ids[${missing}]`);
    return found.filter(isOpen);
  }
  if (request === undefined) return undefined;
  const asked = await findSuccessors(tx, await findRequestLines(tx, request.id));
  return (await findLines(tx, companyId, asked)).filter(isOpen);
}

function isOpen({ status }: LineRow): boolean {
  return status === "submitted" || status === "disputed";
}

async function apply(
  ctx: AppContext,
  tx: Tx,
  payment: CollectionRow,
  companyName: string,
  named: readonly LineRow[] | undefined,
  actor: string,
): Promise<BookedPayment> {
  const lines = named ?? (await findUnpaidLines(tx, payment.company_id));
  const allocations = allocateMoney(
    [{ collectionId: payment.id, micros: payment.value }],
    lines.map(({ report_id, net, paid }) => ({ reportId: report_id, micros: net - paid })),
  );
  const reportIds = allocations.map(({ reportId }) => reportId);
  await insertAllocations(tx, allocations, "payment.receive", payment.id);
  await post(tx, { kind: "payment.receive", ref: payment.id, live: true, entries: entriesOf(payment, allocations) });
  await settleLines(tx, reportIds);
  const receipt = await issueReceipt(ctx, tx, { payment, companyName, allocations });
  const models = lines.filter(({ report_id }) => reportIds.includes(report_id)).map(({ model_id }) => model_id);
  await appendAudit(tx, {
    actor,
    action: "payment.receive",
    entity: "collection",
    entityId: payment.id,
    detail: { after: { rail: payment.rail, amount_usd: formatUsd(payment.value), receipt: receipt.number } },
  });
  await tickSubjects(tx, [payment.company_id, ...models], actor);
  return { created: true, collection_id: payment.id, receipt };
}

function entriesOf({ rail, currency, amount, fee, value, company_id }: CollectionRow, allocations: readonly Allocation[]): Entry[] {
  const applied = sumMicros(allocations);
  const usd = (account: Entry["account"], micros: bigint): Entry => ({ account, currency: "USD", amount: micros });
  const exchanged: Entry[] =
    currency === "USD" ? [] : [{ account: accounts.fx(rail), currency, amount: -amount }, usd(accounts.fx(rail), value)];
  return [
    { account: accounts.clearing(rail), currency, amount: amount - fee },
    { account: accounts.railFees(rail), currency, amount: fee },
    ...exchanged,
    usd(accounts.receivable(company_id), -applied),
    usd(accounts.unapplied(company_id), applied - value),
  ].filter((entry) => entry.amount !== 0n);
}

/** @throws {ApiError} PAYMENT_CONFLICT where other money was booked under this reference */
async function repeated(tx: Tx, incoming: IncomingPayment, companyId: string, currency: string): Promise<BookedPayment> {
  const payment = await findByReference(tx, incoming.rail, incoming.reference);
  if (payment === undefined || payment.company_id !== companyId || payment.currency !== currency || payment.amount !== incoming.amount)
    throw collectionError("PAYMENT_CONFLICT", `Other money was booked under ${incoming.rail} ${incoming.reference}.`, "reference");
  return { created: false, collection_id: payment.id, receipt: await storedReceipt(tx, payment, null) };
}
