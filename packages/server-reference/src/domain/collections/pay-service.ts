import { createHash } from "node:crypto";
import { canonicalize, formatUsd } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { Checkout, CheckoutOrder, Collector } from "../../rails/collector.ts";
import { RailError } from "../../rails/rail.ts";
import { collectionError } from "./errors.ts";
import { findUnpaidLines, type LineRow, lockCompany } from "./line-repository.ts";
import { findSameRequest, insertRequest, openRequest, type PaymentRequest } from "./request-repository.ts";
import type { PayAnswer, PayInput } from "./schema.ts";

/** A rail forgets a checkout after a day; a younger one is answered again. */
const REQUEST_LIVES_MS = 23 * 3_600_000;
const REFERENCE_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const REFERENCE_LENGTH = 10;

interface Order {
  readonly request: PaymentRequest;
  readonly lines: readonly LineRow[];
  readonly amountUsdMicros: bigint;
}

/**
 * Asks for the money of open lines and gives the page where it is paid. The same question within a day has the same answer, so that it needs no key.
 *
 * @throws {ApiError} NOTHING_DUE | REPORT_NOT_FOUND | COLLECTION_FAILED | COLLECTION_OFF with the reference for a bank transfer
 */
export async function payReceivables(ctx: AppContext, companyId: string, input: PayInput): Promise<PayAnswer> {
  const collector = collectorOf(ctx);
  const order = await ctx.db.service((tx) => makeOrder(ctx, tx, companyId, input, collector?.unitUsdMicros ?? 1n));
  if (collector === undefined) throw collectionOff(order);
  if (order.request.url !== null) return toAnswer(order, order.request.url);
  const checkout = await ask(collector, {
    paymentId: order.request.id,
    companyId,
    reference: order.request.reference,
    amountUsdMicros: order.amountUsdMicros,
    lines: order.lines.map(toCheckoutLine),
    successUrl: input.success_url ?? ctx.config.publicUrl,
    cancelUrl: input.cancel_url ?? ctx.config.publicUrl,
    method: input.method,
  });
  await ctx.db.service((tx) => openRequest(tx, order.request.id, checkout));
  return toAnswer(order, checkout.url);
}

/** What a rail says of a failure is for the log; the payer is told what to do. */
async function ask(collector: Collector, order: CheckoutOrder): Promise<Checkout> {
  try {
    return await collector.checkout(order);
  } catch (error) {
    if (!(error instanceof RailError)) throw error;
    throw collectionError("COLLECTION_FAILED", "The payment provider did not take it.", undefined, { provider_code: error.code });
  }
}

function collectorOf(ctx: AppContext): Collector | undefined {
  const stripe = ctx.rails.get("stripe");
  return stripe?.off === undefined ? stripe?.collector : undefined;
}

async function makeOrder(ctx: AppContext, tx: Tx, companyId: string, input: PayInput, unit: bigint): Promise<Order> {
  await lockCompany(tx, companyId);
  const lines = chooseLines(await findUnpaidLines(tx, companyId), input);
  const owed = lines.reduce((sum, line) => sum + open(line), 0n);
  if (owed === 0n) throw collectionError("NOTHING_DUE", "Nothing of this is open.", input.quarter === undefined ? undefined : "quarter");
  const amountUsdMicros = ((owed + unit - 1n) / unit) * unit;
  const amounts = lines.map((line) => ({ report_id: line.report_id, amount_usd: formatUsd(open(line)) }));
  const contentSha256 = digestOf({ ...input, amounts, amount_usd: formatUsd(amountUsdMicros) });
  const since = new Date(ctx.clock.now().getTime() - REQUEST_LIVES_MS);
  const request =
    (await findSameRequest(tx, companyId, contentSha256, since)) ??
    (await insertRequest(tx, {
      companyId,
      reference: newReference(ctx),
      method: input.method,
      amountUsd: formatUsd(amountUsdMicros),
      contentSha256,
      lines: amounts,
    }));
  return { request, lines, amountUsdMicros };
}

/** Lines under dispute are asked for only where they are named. */
function chooseLines(unpaid: readonly LineRow[], { quarter, report_ids }: PayInput): LineRow[] {
  if (report_ids === undefined)
    return unpaid.filter((line) => line.status !== "disputed" && (quarter === undefined || line.quarter === quarter));
  const byId = new Map(unpaid.map((line) => [line.report_id, line]));
  return [...new Set(report_ids)].map((id, index) => {
    const line = byId.get(id.toLowerCase());
    if (line === undefined) throw collectionError("REPORT_NOT_FOUND", "You have no such open line.", `report_ids[${index}]`);
    return line;
  });
}

function open({ net, paid }: LineRow): bigint {
  return net - paid;
}

function digestOf(content: object): string {
  return createHash("sha256")
    .update(canonicalize(JSON.parse(JSON.stringify(content))))
    .digest("hex");
}

function newReference(ctx: AppContext): string {
  const symbols = [...ctx.random(REFERENCE_LENGTH)].map((byte) => REFERENCE_SYMBOLS[byte % REFERENCE_SYMBOLS.length]);
  return `OMLA-${symbols.join("")}`;
}

function toCheckoutLine(line: LineRow): { reportId: string; description: string; amountUsdMicros: bigint } {
  return { reportId: line.report_id, description: `${line.name}, ${line.quarter}`, amountUsdMicros: open(line) };
}

function toAnswer({ request, lines, amountUsdMicros }: Order, url: string): PayAnswer {
  return {
    payment_id: request.id,
    reference: request.reference,
    url,
    amount_usd: formatUsd(amountUsdMicros),
    lines: lines.map((line) => ({ report_id: line.report_id, amount_usd: formatUsd(open(line)) })),
  };
}

function collectionOff(order: Order): Error {
  const { request, amountUsdMicros } = order;
  return collectionError(
    "COLLECTION_OFF",
    `This registry takes no cards: transfer ${formatUsd(amountUsdMicros)} USD with the reference ${request.reference}.`,
    undefined,
    {
      payment_id: request.id,
      reference: request.reference,
      amount_usd: formatUsd(amountUsdMicros),
    },
  );
}
