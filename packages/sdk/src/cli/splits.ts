import type { ResolvedSplit } from "../client/models.ts";
import type { Command } from "./command.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { table } from "./table.ts";

export const splits: Command = {
  summary: "who is paid what part of a model's royalty",
  help: `
omla splits MODEL --registry URL

MODEL is an address (omla1…), a model id or the SHA-256 of its weights. Shows the final split, through the whole lineage.

  omla splits omla1qqqsyqcyq5rqwzqfpg9scrgwpug0d7x7u --registry https://registry.example
  OMLA_REGISTRY=https://registry.example omla splits 5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01 --json
`,
  options: REGISTRY_OPTIONS,
  operands: { min: 1, max: 1 },
  run: async (call) => {
    const [model = ""] = call.operands;
    const rows = await connect(call).models.splits(model, { signal: call.console.signal });
    call.console.out(call.json ? `${JSON.stringify(rows, undefined, 2)}\n` : splitTable(rows));
    return 0;
  },
};

function splitTable(rows: readonly ResolvedSplit[]): string {
  return table(rows, [
    { title: "wallet", of: (row) => row.wallet_address },
    { title: "rail", of: (row) => row.wallet_rail ?? "none yet" },
    { title: "percent", of: (row) => String(row.percentage), align: "right" },
  ]);
}
