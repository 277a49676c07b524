import { type Form, integerOf, onlyKnown, optionalText, partOf, textOf } from "./form.ts";
import { type Desk, type Resource, StripeFault } from "./state.ts";

const PAGE = 100;

export function createTransfer(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["amount", "currency", "destination", "transfer_group", "metadata", "description"]);
  const amount = integerOf(form, "amount");
  const currency = currencyOf(form);
  if (amount < 1) throw new StripeFault(400, "invalid_request_error", "Amount must be positive", "parameter_invalid_integer", "amount");
  const account = accountOf(desk, textOf(form, "destination"));
  if ((desk.state.balances[currency] ?? 0) < amount)
    throw new StripeFault(
      400,
      "invalid_request_error",
      "You have insufficient available funds in your Stripe account.",
      "balance_insufficient",
    );
  desk.book(currency, -amount);
  const transfer = desk.add("tr", "transfer", {
    amount,
    amount_reversed: 0,
    currency,
    destination: account.id,
    metadata: partOf(form, "metadata"),
    description: optionalText(form, "description"),
    reversed: false,
    reversals: { object: "list", data: [], has_more: false },
    transfer_group: optionalText(form, "transfer_group"),
  });
  desk.tell("transfer.created", transfer);
  return transfer;
}

function accountOf(desk: Desk, id: string): Resource {
  const account = desk.state.objects[id];
  if (account?.object !== "account")
    throw new StripeFault(400, "invalid_request_error", `No such destination: '${id}'`, "resource_missing", "destination");
  if ((account["capabilities"] as { transfers?: string }).transfers !== "active")
    throw new StripeFault(
      400,
      "invalid_request_error",
      "Your destination account needs to have at least one of the following capabilities enabled: transfers",
      "insufficient_capabilities_for_transfer",
    );
  return account;
}

/** Newest first, a page at a time. */
export function listTransfers(desk: Desk, form: Form): object {
  onlyKnown(form, ["limit", "starting_after", "transfer_group", "destination", "created"]);
  const limit = form["limit"] === undefined ? 10 : integerOf(form, "limit");
  if (limit < 1 || limit > PAGE) throw new StripeFault(400, "invalid_request_error", `limit must be 1 to ${PAGE}`);
  const group = optionalText(form, "transfer_group");
  const found = desk.all("transfer").filter((transfer) => group === null || transfer["transfer_group"] === group);
  const after = optionalText(form, "starting_after");
  const start = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
  return { object: "list", url: "/v1/transfers", data: found.slice(start, start + limit), has_more: found.length > start + limit };
}

export function createReversal(desk: Desk, form: Form, transferId: string): Resource {
  onlyKnown(form, ["amount", "metadata", "description"]);
  const transfer = desk.find(transferId, "transfer");
  const left = Number(transfer["amount"]) - Number(transfer["amount_reversed"]);
  const amount = form["amount"] === undefined ? left : integerOf(form, "amount");
  if (amount > left || amount < 1)
    throw new StripeFault(400, "invalid_request_error", `Unable to reverse ${amount}: ${left} is left of this transfer`);
  const currency = String(transfer["currency"]);
  const reversal = desk.add("trr", "transfer_reversal", { amount, currency, transfer: transfer.id, metadata: partOf(form, "metadata") });
  desk.book(currency, amount);
  const { data } = transfer["reversals"] as { data: Resource[] };
  const changed = desk.change(transfer, {
    amount_reversed: Number(transfer["amount_reversed"]) + amount,
    reversed: amount === left,
    reversals: { object: "list", data: [reversal, ...data], has_more: false },
  });
  desk.tell("transfer.reversed", changed);
  return reversal;
}

/** Stripe takes lower-case codes only. */
export function currencyOf(form: Form): string {
  const currency = textOf(form, "currency");
  if (/^[a-z]{3}$/.test(currency)) return currency;
  throw new StripeFault(400, "invalid_request_error", `Invalid currency: ${currency}`, "parameter_invalid", "currency");
}
