import { type Form, integerOf, onlyKnown, optionalText, partOf, textOf } from "./form.ts";
import { type Desk, type Resource, StripeFault } from "./state.ts";
import { currencyOf } from "./transfers.ts";

const DAY_SECONDS = 86_400;

export function createSession(desk: Desk, form: Form): Resource {
  onlyKnown(form, [
    "mode",
    "success_url",
    "cancel_url",
    "line_items",
    "client_reference_id",
    "metadata",
    "payment_intent_data",
    "expires_at",
  ]);
  if (textOf(form, "mode") !== "payment") throw new StripeFault(400, "invalid_request_error", "Only payments are kept here");
  for (const name of ["success_url", "cancel_url"]) new URL(textOf(form, name));
  const items = Object.values(partOf(form, "line_items")).map(itemOf);
  if (items.length === 0) throw new StripeFault(400, "invalid_request_error", "Missing required param: line_items.", "parameter_missing");
  const currency = items[0]?.currency ?? "usd";
  const session = desk.add("cs_test", "checkout.session", {
    mode: "payment",
    status: "open",
    payment_status: "unpaid",
    currency,
    amount_total: items.reduce((sum, { amount }) => sum + amount, 0),
    client_reference_id: optionalText(form, "client_reference_id"),
    metadata: partOf(form, "metadata"),
    payment_intent: null,
    payment_intent_data: partOf(form, "payment_intent_data"),
    success_url: textOf(form, "success_url"),
    expires_at: desk.created + DAY_SECONDS,
  });
  return desk.change(session, { url: `https://checkout.stripe.test/c/pay/${session.id}` });
}

function itemOf(item: string | Form): { currency: string; amount: number } {
  if (typeof item === "string") throw new StripeFault(400, "invalid_request_error", "Invalid array");
  const price = partOf(item, "price_data");
  textOf(partOf(price, "product_data"), "name");
  return { currency: currencyOf(price), amount: integerOf(price, "unit_amount") * integerOf(item, "quantity") };
}

export function createCustomer(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["name", "email", "metadata", "description"]);
  return desk.add("cus", "customer", {
    name: optionalText(form, "name"),
    email: optionalText(form, "email"),
    metadata: partOf(form, "metadata"),
  });
}

export function createInvoice(desk: Desk, form: Form): Resource {
  onlyKnown(form, [
    "customer",
    "collection_method",
    "days_until_due",
    "currency",
    "metadata",
    "auto_advance",
    "description",
    "pending_invoice_items_behavior",
  ]);
  desk.find(textOf(form, "customer"), "customer");
  return desk.add("in", "invoice", {
    customer: textOf(form, "customer"),
    collection_method: optionalText(form, "collection_method"),
    currency: currencyOf(form),
    metadata: partOf(form, "metadata"),
    status: "draft",
    amount_due: 0,
    amount_paid: 0,
    hosted_invoice_url: null,
  });
}

export function createInvoiceItem(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["customer", "invoice", "amount", "currency", "description", "metadata"]);
  const invoice = desk.find(textOf(form, "invoice"), "invoice");
  if (invoice["status"] !== "draft") throw new StripeFault(400, "invalid_request_error", "The invoice is final", "invoice_not_editable");
  const amount = integerOf(form, "amount");
  desk.change(invoice, { amount_due: Number(invoice["amount_due"]) + amount });
  return desk.add("ii", "invoiceitem", { invoice: invoice.id, amount, currency: currencyOf(form) });
}

export function finalizeInvoice(desk: Desk, _form: Form, id: string): Resource {
  const invoice = desk.find(id, "invoice");
  return desk.change(invoice, { status: "open", hosted_invoice_url: `https://invoice.stripe.test/i/${invoice.id}` });
}

/** What a customer does: the whole session at once, or promised now and paid later. */
export function paySession(desk: Desk, id: string, how: "now" | "promise" | "fulfil"): Resource {
  const session = desk.find(id, "checkout.session");
  if (how === "fulfil") {
    const paid = desk.change(session, { payment_status: "paid" });
    charge(desk, String(session["payment_intent"]), paid);
    desk.tell("checkout.session.async_payment_succeeded", paid);
    return paid;
  }
  const payment_intent = desk.nextId("pi");
  const done = desk.change(session, { status: "complete", payment_status: how === "now" ? "paid" : "unpaid", payment_intent });
  if (how === "now") charge(desk, payment_intent, done);
  desk.tell("checkout.session.completed", done);
  return done;
}

export function payInvoice(desk: Desk, id: string): Resource {
  const invoice = desk.find(id, "invoice");
  const payment_intent = desk.nextId("pi");
  const paid = desk.change(invoice, { status: "paid", amount_paid: invoice["amount_due"] });
  charge(desk, payment_intent, { ...paid, amount_total: paid["amount_due"], payment_intent_data: {} });
  const payment = desk.add("inpay", "invoice_payment", {
    invoice: paid.id,
    amount_paid: paid["amount_paid"],
    currency: paid["currency"],
    payment: { type: "payment_intent", payment_intent },
    status: "paid",
  });
  desk.tell("invoice_payment.paid", payment);
  desk.tell("invoice.paid", paid);
  return paid;
}

/** A charge copies its payment's metadata. */
function charge(desk: Desk, payment_intent: string, paid: Resource): void {
  const currency = String(paid["currency"]);
  const amount = Number(paid["amount_total"]);
  const metadata = partOf((paid["payment_intent_data"] ?? {}) as Form, "metadata");
  desk.book(currency, amount);
  desk.tell(
    "charge.succeeded",
    desk.add("ch", "charge", { amount, amount_refunded: 0, currency, payment_intent, metadata, refunded: false }),
  );
}

export function chargeOf(desk: Desk, paymentIntent: string): Resource {
  const found = desk.all("charge").find((candidate) => candidate["payment_intent"] === paymentIntent);
  if (found === undefined)
    throw new StripeFault(404, "invalid_request_error", `No such payment_intent: '${paymentIntent}'`, "resource_missing");
  return found;
}

/** A refund of a part or of what is left. */
export function createRefund(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["payment_intent", "amount", "reason", "metadata"]);
  const payment_intent = textOf(form, "payment_intent");
  const charged = chargeOf(desk, payment_intent);
  const left = Number(charged["amount"]) - Number(charged["amount_refunded"]);
  const amount = form["amount"] === undefined ? left : integerOf(form, "amount");
  if (amount > left || amount < 1)
    throw new StripeFault(400, "invalid_request_error", `Refund amount is greater than ${left}`, "charge_already_refunded");
  const currency = String(charged["currency"]);
  desk.book(currency, -amount);
  const changed = desk.change(charged, { amount_refunded: Number(charged["amount_refunded"]) + amount, refunded: amount === left });
  const refund = desk.add("re", "refund", {
    amount,
    currency,
    payment_intent,
    charge: charged.id,
    status: "succeeded",
    metadata: partOf(form, "metadata"),
  });
  desk.tell("charge.refunded", changed);
  return refund;
}

export function openDispute(desk: Desk, paymentIntent: string): Resource {
  const charged = chargeOf(desk, paymentIntent);
  const { amount, currency } = charged;
  const dispute = desk.add("du", "dispute", {
    amount,
    currency,
    charge: charged.id,
    payment_intent: paymentIntent,
    reason: "fraudulent",
    status: "needs_response",
    metadata: {},
  });
  desk.tell("charge.dispute.created", dispute);
  desk.book(String(currency), -Number(amount));
  desk.tell("charge.dispute.funds_withdrawn", dispute);
  return dispute;
}

export function closeDispute(desk: Desk, id: string, status: "won" | "lost"): Resource {
  const dispute = desk.change(desk.find(id, "dispute"), { status });
  desk.tell("charge.dispute.closed", dispute);
  if (status === "won") {
    desk.book(String(dispute["currency"]), Number(dispute["amount"]));
    desk.tell("charge.dispute.funds_reinstated", dispute);
  }
  return dispute;
}
