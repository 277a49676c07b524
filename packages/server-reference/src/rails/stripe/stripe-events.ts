import type Stripe from "stripe";
import { FIAT_CURRENCIES, fiatUnit } from "../currency-units.ts";
import { RailError } from "../rail.ts";
import type { EventReader, RailFact } from "../rail-event.ts";
import type { StripeClient } from "./stripe-client.ts";
import { PAYMENT_METADATA } from "./stripe-collector.ts";
import { isReadyAccount } from "./stripe-onboarding.ts";
import { ORDER_METADATA } from "./stripe-transfers.ts";

const TOLERANCE_SECONDS = 300;
const SECOND_MS = 1_000;
/** A Checkout is booked under its payment intent, an invoice under itself. */
const PAYMENT_NAME = /^(pi|in)_\w+$/;

/** Believes what is signed with the endpoint's secret, at most five minutes old or ahead, and of the mode of our key. */
export function createEventReader(client: StripeClient, secret: string, live: boolean): EventReader {
  return {
    read: async (body, signature, now) => {
      assertTime(signature, now);
      const event = await verified(await client(), body, signature, secret, now);
      if (event.livemode !== live)
        throw refused("WEBHOOK_MODE", `the event is of ${event.livemode ? "live" : "test"} mode, the key is of the other`);
      return { id: event.id, type: event.type, occurredAt: new Date(event.created * SECOND_MS), fact: factOf(event) };
    },
    isPayment: (reference) => PAYMENT_NAME.test(reference),
  };
}

/** stripe-node refuses what is too old, and takes what comes from the future. */
function assertTime(signature: string, now: Date): void {
  const time = /(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature)?.[1];
  if (time === undefined) throw refused("WEBHOOK_SIGNATURE", "the stripe-signature header has no time");
  if (Math.abs(Math.floor(now.getTime() / SECOND_MS) - Number(time)) > TOLERANCE_SECONDS)
    throw refused("WEBHOOK_TIME", `the event was signed at ${new Date(Number(time) * SECOND_MS).toISOString()}`);
}

async function verified(stripe: Stripe, body: Uint8Array, signature: string, secret: string, now: Date): Promise<Stripe.Event> {
  try {
    return await stripe.webhooks.constructEventAsync(body, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime());
  } catch (cause) {
    throw refused("WEBHOOK_SIGNATURE", "the event is not signed with this endpoint's secret", cause);
  }
}

function refused(code: string, message: string, cause?: unknown): RailError {
  return new RailError(code, message, { definitive: true, cause });
}

type Reader<Type extends Stripe.Event["type"]> = (event: Extract<Stripe.Event, { type: Type }>) => RailFact | undefined;
type Readers = { readonly [Type in Stripe.Event["type"]]?: Reader<Type> };

/** The events that mean something to the registry; all others are acknowledged and counted. */
const READERS: Readers = {
  // Methods that settle later complete first and pay by the second event.
  "checkout.session.completed": ({ data }) => (data.object.payment_status === "paid" ? sessionPaid(data.object) : undefined),
  "checkout.session.async_payment_succeeded": ({ data }) => sessionPaid(data.object),
  "invoice.paid": ({ data }) => invoicePaid(data.object),
  "invoice_payment.paid": ({ data }) => invoicePaymentNamed(data.object),
  "charge.refunded": ({ data }) => chargeRefunded(data.object),
  "refund.failed": ({ data }) => refundFailed(data.object),
  "refund.updated": ({ data }) => refundFailed(data.object),
  // Not "created" and "closed": an inquiry takes no money.
  "charge.dispute.funds_withdrawn": ({ data }) => disputed(data.object, "withdrawn"),
  "charge.dispute.funds_reinstated": ({ data }) => disputed(data.object, "reinstated"),
  "transfer.created": ({ data }) => transferred(data.object),
  "transfer.updated": ({ data }) => transferred(data.object),
  "transfer.reversed": ({ data }) => transferred(data.object),
  "account.updated": ({ data }) => ({ kind: "account", accountId: data.object.id, ready: isReadyAccount(data.object) }),
};

/** What happens on a connected account is its owner's business and says nothing of our money: only whether it can be paid is heard. */
function factOf(event: Stripe.Event): RailFact | undefined {
  if (event.account !== undefined && event.type !== "account.updated") return undefined;
  const read = READERS[event.type] as ((event: Stripe.Event) => RailFact | undefined) | undefined;
  return read?.(event);
}

/** An amount in minor units as the registry counts it; undefined in a currency that we never ask for. */
function unitsOf(minor: number | null, code: string | null): { readonly currency: string; readonly amount: bigint } | undefined {
  const currency = (code ?? "").toUpperCase();
  if (minor === null || !FIAT_CURRENCIES.includes(currency)) return undefined;
  return { currency, amount: BigInt(minor) * fiatUnit(currency) };
}

function idOf(object: string | { readonly id: string } | null | undefined): string | undefined {
  return typeof object === "string" ? object : object?.id;
}

function sessionPaid({
  payment_intent,
  amount_total,
  currency,
  metadata,
  client_reference_id,
}: Stripe.Checkout.Session): RailFact | undefined {
  const externalId = idOf(payment_intent);
  const money = unitsOf(amount_total, currency);
  if (externalId === undefined || money === undefined) return undefined;
  return {
    kind: "payment-received",
    paymentId: metadata?.[PAYMENT_METADATA] ?? client_reference_id ?? undefined,
    method: "checkout",
    externalId,
    ...money,
  };
}

function invoicePaid({ id, amount_paid, currency, metadata }: Stripe.Invoice): RailFact | undefined {
  const money = unitsOf(amount_paid, currency);
  return money && { kind: "payment-received", paymentId: metadata?.[PAYMENT_METADATA], method: "invoice", externalId: id, ...money };
}

/** A refund names the payment intent, the money's arrival named the invoice. */
function invoicePaymentNamed({ invoice, payment }: Stripe.InvoicePayment): RailFact | undefined {
  const externalId = idOf(invoice);
  const alias = idOf(payment.payment_intent);
  return externalId === undefined || alias === undefined ? undefined : { kind: "payment-named", externalId, alias };
}

function chargeRefunded({ payment_intent, amount_refunded, currency }: Stripe.Charge): RailFact | undefined {
  const externalId = idOf(payment_intent);
  const money = unitsOf(amount_refunded, currency);
  if (externalId === undefined || money === undefined) return undefined;
  return { kind: "payment-refunded", externalId, currency: money.currency, total: money.amount };
}

/** Until then a refund may still arrive; what was cancelled will not. */
function refundFailed({ id, payment_intent, amount, currency, status }: Stripe.Refund): RailFact | undefined {
  const externalId = idOf(payment_intent);
  const money = unitsOf(amount, currency);
  if (externalId === undefined || money === undefined || (status !== "failed" && status !== "canceled")) return undefined;
  return { kind: "refund-failed", externalId, refundId: id, ...money };
}

function disputed(dispute: Stripe.Dispute, stage: "withdrawn" | "reinstated"): RailFact | undefined {
  const externalId = idOf(dispute.payment_intent);
  const money = unitsOf(dispute.amount, dispute.currency);
  if (externalId === undefined || money === undefined) return undefined;
  return { kind: "payment-disputed", externalId, caseId: dispute.id, ...money, stage };
}

function transferred({ id, amount, amount_reversed, currency, metadata }: Stripe.Transfer): RailFact | undefined {
  const money = unitsOf(amount, currency);
  if (money === undefined) return undefined;
  const reversed = BigInt(amount_reversed) * fiatUnit(money.currency);
  return { kind: "transfer", orderId: metadata[ORDER_METADATA], externalId: id, ...money, reversed };
}
