import { html } from "../pages/html.ts";
import { layout } from "../pages/layout.ts";
import type { ReceiptBody } from "./receipt-schema.ts";

const TITLES: Readonly<Record<ReceiptBody["kind"], string>> = { receipt: "Receipt", refund: "Refund", chargeback: "Payment taken back" };

/** A receipt to print: no script, and everything escaped. */
export function receiptPage(receipt: ReceiptBody): string {
  const title = `${TITLES[receipt.kind]} ${receipt.number}`;
  const facts: readonly (readonly [string, string | null])[] = [
    ["Issued", receipt.issued_at],
    ["By", `${receipt.issuer.name}, ${receipt.issuer.registry}`],
    ["To", `${receipt.payer.company_name} (${receipt.payer.company_id})`],
    [receipt.kind === "receipt" ? "Received" : "Sent back", receipt.occurred_at],
    ["For receipt", receipt.refund_of],
    ["Amount", `${receipt.amount} ${receipt.currency}`],
    ["Value", `${receipt.amount_usd} USD`],
    ["By way of", `${receipt.rail}, ${receipt.method}, reference ${receipt.reference}`],
    ["Reason", receipt.reason],
    ["Of it for the lines below", `${receipt.applied_usd} USD`],
    ["Of it a credit", `${receipt.credit_usd} USD`],
    ["Open in all", `${receipt.open_usd} USD`],
  ];
  const rows = facts.flatMap(([name, value]) => (value === null ? [] : [html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`]));
  const lines = receipt.lines.map(
    (
      line,
    ) => html`<tr><td>${line.name}<br>${line.address}</td><td>${line.quarter}</td><td>${line.royalty_usd}</td><td>${line.deducted_fees_usd}</td>
<td>${line.net_royalty_usd}</td><td>${line.amount_usd}</td><td>${line.paid_usd}</td><td>${line.open_usd}</td></tr>`,
  );
  const head = ["Model", "Quarter", "Royalty", "Fees", "Net", "This payment", "Paid", "Open"].map(
    (name) => html`<th scope="col">${name}</th>`,
  );
  return layout(
    title,
    html`<h1>${title}</h1>
<table><tbody>
${rows}
</tbody></table>
<table><caption>Lines, in USD</caption><thead><tr>${head}</tr></thead><tbody>
${lines}
</tbody></table>`,
  );
}
