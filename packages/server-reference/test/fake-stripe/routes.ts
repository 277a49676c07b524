import { createAccount, createAccountLink } from "./accounts.ts";
import type { Form } from "./form.ts";
import { createCustomer, createInvoice, createInvoiceItem, createRefund, createSession, finalizeInvoice } from "./payments.ts";
import { type Desk, StripeFault } from "./state.ts";
import { createReversal, createTransfer, listTransfers } from "./transfers.ts";

type Handler = (desk: Desk, form: Form, id: string) => object;

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ["POST", /^\/v1\/accounts$/, createAccount],
  ["GET", /^\/v1\/accounts\/(\w+)$/, (desk, _form, id) => desk.find(id, "account")],
  ["POST", /^\/v1\/account_links$/, createAccountLink],
  ["POST", /^\/v1\/transfers$/, createTransfer],
  ["GET", /^\/v1\/transfers$/, listTransfers],
  ["GET", /^\/v1\/transfers\/(\w+)$/, (desk, _form, id) => desk.find(id, "transfer")],
  ["POST", /^\/v1\/transfers\/(\w+)\/reversals$/, createReversal],
  ["POST", /^\/v1\/checkout\/sessions$/, createSession],
  ["GET", /^\/v1\/checkout\/sessions\/(\w+)$/, (desk, _form, id) => desk.find(id, "checkout.session")],
  ["POST", /^\/v1\/customers$/, createCustomer],
  ["POST", /^\/v1\/invoices$/, createInvoice],
  ["POST", /^\/v1\/invoiceitems$/, createInvoiceItem],
  ["POST", /^\/v1\/invoices\/(\w+)\/finalize$/, finalizeInvoice],
  ["GET", /^\/v1\/invoices\/(\w+)$/, (desk, _form, id) => desk.find(id, "invoice")],
  ["POST", /^\/v1\/refunds$/, createRefund],
];

/** Finds what a request means. @throws {StripeFault} as Stripe answers an unknown path */
export function routeOf(method: string, path: string): (desk: Desk, form: Form) => object {
  for (const [wanted, pattern, handler] of ROUTES) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match !== null) return (desk, form) => handler(desk, form, match[1] ?? "");
  }
  throw new StripeFault(404, "invalid_request_error", `Unrecognized request URL (${method}: ${path})`);
}
