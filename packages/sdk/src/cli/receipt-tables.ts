import type { Allocation, Receipt } from "../client/receipt.ts";
import type { Style } from "./style.ts";
import { printable, shortUsd, table } from "./table.ts";

/** A receipt or quote as people read it: lines, who would be paid, totals. */
export function receiptTables(receipt: Receipt, paint: Style): string {
  return [heading(receipt, paint), linesTable(receipt), allocationsTable(receipt, paint), totals(receipt, paint)]
    .filter((part) => part !== "")
    .join("\n");
}

function heading(receipt: Receipt, paint: Style): string {
  const ledger = receipt.live ? "" : paint.yellow("  (test ledger: never pays)");
  if (receipt.submission_id === null) return `${paint.bold(`Quote for ${receipt.quarter}`)}, nothing is sent yet${ledger}\n`;
  const final = receipt.final ? ", the last one" : "";
  return `${paint.bold(`Report of ${receipt.quarter}`)}, version ${receipt.version}${final}, filed ${receipt.filed_at}${ledger}\nsubmission ${receipt.submission_id}\n`;
}

function linesTable({ lines }: Receipt): string {
  if (lines.length === 0) return "No use of any model: the nil report.\n";
  return table(lines, [
    { title: "model", of: ({ name }) => name.slice(0, 40) },
    { title: "address", of: ({ address }) => address },
    { title: "basis", of: ({ royalty_basis }) => royalty_basis.replace("_", " ") },
    { title: "rate", of: ({ rate, weight }) => (weight === "1" ? rate : `${rate} x ${weight}`), align: "right" },
    { title: "royalty USD", of: ({ royalty_usd }) => shortUsd(royalty_usd), align: "right" },
    { title: "fees", of: ({ deducted_fees_usd }) => shortUsd(deducted_fees_usd), align: "right" },
    { title: "net USD", of: ({ net_royalty_usd }) => shortUsd(net_royalty_usd), align: "right" },
  ]);
}

function allocationsTable({ allocations, policy }: Receipt, paint: Style): string {
  if (allocations.length === 0) return "";
  const rows = table(allocations, [
    { title: "paid to", of: ({ wallet }) => wallet },
    { title: "USD", of: ({ amount_usd }) => shortUsd(amount_usd), align: "right" },
    { title: "in", of: ({ currency }) => currency },
    { title: "route", of: ({ route }) => route.replaceAll("_", " ") },
    { title: "fee %", of: ({ fee_pct }) => fee_pct, align: "right" },
    { title: "arrives", of: settledText, align: "right" },
  ]);
  return `${rows}${paint.dim(`lineage policy: ${printable(policy)}`)}\n`;
}

/** What would reach the wallet at the rate of now. */
export function settledText({ settled }: Pick<Allocation, "settled">): string {
  return settled === null ? "no rate" : `${settled.amount} ${settled.currency}`;
}

function totals(receipt: Receipt, paint: Style): string {
  return `${paint.bold(`royalty ${shortUsd(receipt.royalty_usd)} USD`)}, fees deducted ${shortUsd(receipt.deducted_fees_usd)}, to be paid ${shortUsd(receipt.net_royalty_usd)} by ${receipt.due_at}\n`;
}
