import { type Call, type Command, textOption, UsageError } from "./command.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { API_KEY_OPTIONS, requiredApiKey } from "./secrets.ts";
import { printable, shortUsd } from "./table.ts";

const METHODS = ["checkout", "invoice"] as const;

export const pay: Command = {
  summary: "where to pay what is owed",
  help: `
omla pay --registry URL [--quarter 2026-Q3 | --line REPORT_ID…] [--method checkout|invoice]

Asks the registry for the page where open lines are paid, and for the reference of a bank transfer. Nothing is paid by this command:
a person opens the page. Asking again within a day gives the same page. The API key comes from OMLA_API_KEY or --api-key-file.

  omla pay --quarter 2026-Q3 --registry https://registry.example
  omla pay --line 5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01 --method invoice
  omla pay --json | jq -r .url
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...API_KEY_OPTIONS,
    quarter: { type: "string" },
    line: { type: "string", multiple: true },
    method: { type: "string" },
  },
  operands: { min: 0, max: 0 },
  run: async (call) => {
    const quarter = textOption(call, "quarter");
    const report_ids = linesOf(call);
    if (quarter !== undefined && report_ids !== undefined) throw new UsageError("--quarter and --line exclude each other");
    const input = { quarter, report_ids, method: methodOf(call) };
    const request = await connect(call, requiredApiKey(call)).payments.pay(input, { signal: call.console.signal });
    const { amount_usd, lines, url, reference } = request;
    const what = `${shortUsd(amount_usd)} USD for ${lines.length} ${lines.length === 1 ? "line" : "lines"}`;
    const text = `${what}: open ${printable(url)}\nor transfer it with the reference ${printable(reference)}\n`;
    call.console.out(call.json ? `${JSON.stringify(request, undefined, 2)}\n` : text);
    return 0;
  },
};

function linesOf(call: Call): string[] | undefined {
  const given = call.options["line"];
  return Array.isArray(given) ? given.map(String) : undefined;
}

function methodOf(call: Call): (typeof METHODS)[number] {
  const text = textOption(call, "method") ?? "checkout";
  const method = METHODS.find((known) => known === text);
  if (method === undefined) throw new UsageError("--method is checkout or invoice");
  return method;
}
