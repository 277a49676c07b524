import type Stripe from "stripe";
import type { Checkout, CheckoutLine, CheckoutOrder, Collector } from "../collector.ts";
import { fiatUnit } from "../currency-units.ts";
import type { StripeClient } from "./stripe-client.ts";
import { callStripe } from "./stripe-errors.ts";
import { minorUnits } from "./stripe-transfers.ts";

/** What comes back with the money: which payment of ours it is. */
export const PAYMENT_METADATA = "omla_payment_id";
const CURRENCY = "usd";
const INVOICE_DAYS = 30;
/** Stripe shows at most this many; what is beyond is one line. */
const MAX_LINES = 90;

/** Royalties come in through Stripe's own pages: no card number ever reaches the registry. */
export function createStripeCollector(client: StripeClient): Collector {
  return {
    rail: "stripe",
    unitUsdMicros: fiatUnit("USD"),
    checkout: (order) => METHODS[order.method](client, order),
  };
}

const METHODS: Readonly<Record<CheckoutOrder["method"], (client: StripeClient, order: CheckoutOrder) => Promise<Checkout>>> = {
  checkout: createSession,
  invoice: createInvoice,
};

async function createSession(client: StripeClient, order: CheckoutOrder): Promise<Checkout> {
  const stripe = await client();
  const metadata = { [PAYMENT_METADATA]: order.paymentId };
  const session = await callStripe(() =>
    stripe.checkout.sessions.create(
      {
        mode: "payment",
        client_reference_id: order.paymentId,
        metadata,
        // Copied to the charge, so that a refund names the payment too.
        payment_intent_data: { metadata },
        success_url: order.successUrl,
        cancel_url: order.cancelUrl,
        line_items: shownLines(order).map(({ description, amountUsdMicros }) => ({
          quantity: 1,
          price_data: { currency: CURRENCY, unit_amount: minorUnits("USD", amountUsdMicros), product_data: { name: description } },
        })),
      },
      { idempotencyKey: `omla-checkout-${order.paymentId}` },
    ),
  );
  if (session.url === null) throw new TypeError("Stripe gave a session without an address");
  return { url: session.url, externalId: session.id };
}

/** A customer, a draft, its items, final: each with a key of its own, so that a repetition goes on where it stopped. */
async function createInvoice(client: StripeClient, order: CheckoutOrder): Promise<Checkout> {
  const stripe = await client();
  const metadata = { [PAYMENT_METADATA]: order.paymentId };
  const key = (step: string): Stripe.RequestOptions => ({ idempotencyKey: `omla-${step}-${order.paymentId}` });
  const { hosted_invoice_url, id } = await callStripe(async () => {
    const customer = await stripe.customers.create({ description: order.reference, metadata }, key("customer"));
    const draft = await stripe.invoices.create(
      {
        customer: customer.id,
        currency: CURRENCY,
        collection_method: "send_invoice",
        days_until_due: INVOICE_DAYS,
        auto_advance: false,
        metadata,
      },
      key("invoice"),
    );
    for (const [at, { description, amountUsdMicros }] of shownLines(order).entries()) {
      const amount = minorUnits("USD", amountUsdMicros);
      await stripe.invoiceItems.create(
        { customer: customer.id, invoice: draft.id, currency: CURRENCY, amount, description },
        key(`item-${at}`),
      );
    }
    return stripe.invoices.finalizeInvoice(draft.id, {}, key("finalize"));
  });
  if (hosted_invoice_url == null) throw new TypeError("Stripe gave an invoice without an address");
  return { url: hosted_invoice_url, externalId: id };
}

/** Lines of less than a cent are rounded among each other: what is shown sums to exactly what is asked. */
function shownLines({ lines, amountUsdMicros, reference }: CheckoutOrder): readonly CheckoutLine[] {
  const fits = lines.length <= MAX_LINES && lines.every(({ amountUsdMicros: amount }) => amount > 0n && amount % fiatUnit("USD") === 0n);
  return fits ? lines : [{ reportId: "", description: `Royalties, ${reference}: ${lines.length} lines`, amountUsdMicros }];
}
