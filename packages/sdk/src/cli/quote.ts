import { resolve } from "node:path";
import type { Explanation, ExplanationLine } from "../client/explain.ts";
import { sharePercentage } from "../protocol/splits.ts";
import { type Call, type Command, textOption } from "./command.ts";
import { receiptTables } from "./receipt-tables.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { readReport } from "./report-file/read-report.ts";
import { API_KEY_OPTIONS, requiredApiKey } from "./secrets.ts";
import { style } from "./style.ts";
import { printable, shortUsd } from "./table.ts";

const NOTHING = "0.000000";

export const quote: Command = {
  summary: "what a report would come to, before it is sent",
  help: `
omla quote FILE --registry URL [--quarter 2026-Q3] [--explain WALLET]

The registry's own figures for the report in FILE; nothing is written. The API key comes from OMLA_API_KEY or --api-key-file.

A report is JSON, as the SDK takes it:
  { "quarter": "2026-Q3",
    "entries": [{ "model": "omla1…", "inferences": 1200000, "revenue_usd": "18400.00", "run_cost_usd": "5100.00" }] }
or CSV with the columns model, inferences, revenue_usd, run_cost_usd, and where needed routing_fees_usd, pipeline, weight:
  model,inferences,revenue_usd,run_cost_usd
  omla1…,1200000,18400.00,5100.00

  omla quote q3.csv --quarter 2026-Q3 --registry https://registry.example
  omla quote q3.json --explain omla1…       how one wallet's amount comes about: path, rounding, route, fee
  omla quote q3.json --json | jq -r .royalty_usd
`,
  options: { ...REGISTRY_OPTIONS, ...API_KEY_OPTIONS, quarter: { type: "string" }, explain: { type: "string" } },
  operands: { min: 1, max: 1 },
  run: async (call) => {
    const { console, operands } = call;
    const input = await readReport(resolve(console.folder, operands[0] ?? ""), textOption(call, "quarter"));
    const { explain, ...receipt } = await connect(call, requiredApiKey(call)).quote(input, { signal: console.signal });
    const wallet = textOption(call, "explain");
    if (wallet === undefined)
      console.out(call.json ? `${JSON.stringify(receipt, undefined, 2)}\n` : receiptTables(receipt, style(console.outIsTerminal)));
    else showExplanation(await explain(wallet, { signal: console.signal }), call);
    return 0;
  },
};

function showExplanation(explanation: Explanation, call: Call): void {
  call.console.out(call.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : explanationText(explanation));
}

function explanationText(explanation: Explanation): string {
  const { wallet, amount_usd, currency, route, policy, lines, agrees } = explanation;
  const paid = `${wallet} gets ${shortUsd(amount_usd)} USD, in ${currency} (${route.replaceAll("_", " ")}, ${feeText(explanation)})\n${arrivalText(explanation)}`;
  const warning = agrees ? "" : "\nThe lineage has changed since these figures were made: ask for a new quote.\n";
  return paid + lines.map((line) => lineText(line, policy)).join("") + warning;
}

function feeText({ fee_pct, conversion_fee_usd }: Explanation): string {
  const cost = conversion_fee_usd === NOTHING ? "" : `: ${shortUsd(conversion_fee_usd)} USD`;
  return `conversion fee ${fee_pct} %${cost}`;
}

/** Dollars arrive as they are. */
function arrivalText({ settled, currency }: Explanation): string {
  if (currency === "USD") return "";
  if (settled === null) return `no rate of the last 72 hours: what is due in ${currency} waits for one\n`;
  return `arrives as ${settled.amount} ${currency}, at ${settled.rate} ${currency} for a dollar (${settled.rate_at}); the payout pins its own rate\n`;
}

function lineText(line: ExplanationLine, policy: string): string {
  const { split } = line;
  const fees = line.deducted_fees_usd === NOTHING ? "" : `, less fees of ${shortUsd(line.deducted_fees_usd)}`;
  const pool = line.hoster_pool_usd === NOTHING ? "" : `, less ${shortUsd(line.hoster_pool_usd)} for its hosters`;
  const edges = split.edges.map(
    (edge) => `    ${edge.child_id} passes ${shareText(edge.share)} up to ${edge.parent_id} (weight ${edge.contribution_weight})\n`,
  );
  const parts = split.parts.map((part) => {
    const role = part.split === null ? "its primary wallet" : `its split ${part.split + 1}, ${part.percentage} %`;
    return `    at ${part.model_id}, where ${shareText(part.local)} stays, it is ${role}: ${shareText(part.share)}\n`;
  });
  return (
    `\n${line.entry}  ${printable(line.name)}\n` +
    `  royalty ${shortUsd(line.royalty_usd)}${fees}${pool}: ${shortUsd(line.creator_pool_usd)} for its creators\n` +
    `  share ${split.percentage} % by the ${policy} policy:\n${edges.join("")}${parts.join("")}` +
    `  rounded down ${line.floor_usd}${line.rounded_up ? ", one micro-dollar more by largest remainder" : ""}: ${line.amount_usd}\n`
  );
}

function shareText(units: string): string {
  return `${sharePercentage(units)} %`;
}
