import type { Dispute, DisputeInput } from "../client/disputes.ts";
import { connectAsParty, gather, PARTY_OPTIONS, readEvidence, verbOf } from "./case-options.ts";
import { type Call, type Command, requiredOption, textOption, UsageError } from "./command.ts";
import { REGISTRY_OPTIONS } from "./registry-option.ts";
import { table } from "./table.ts";

export const dispute: Command = {
  summary: "dispute the figures of a reported line, list disputes, withdraw one",
  help: `
omla dispute open REPORT_ID --description TEXT [--revenue USD] [--run-cost USD] [--inferences N] [--evidence FILE]…
omla dispute list
omla dispute withdraw DISPUTE_ID

A company disputes lines of its own reports with its API key (OMLA_API_KEY or --api-key-file); a creator or hoster disputes lines
through which it is paid, with its key (--key FILE, which signs in). The line's payout waits until the board has decided.
Evidence is PDF, PNG, JPEG, CSV, JSON or text, about 780 KB in all.

  omla dispute open 5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01 --revenue 2000 --description "The dashboard shows 2000" --evidence export.csv
  omla dispute list --key omla.key --json
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...PARTY_OPTIONS,
    description: { type: "string" },
    revenue: { type: "string" },
    "run-cost": { type: "string" },
    inferences: { type: "string" },
    evidence: { type: "string", multiple: true },
  },
  operands: { min: 1, max: 2 },
  run: async (call) => {
    const { verb, id } = verbOf(call, { open: 1, list: 0, withdraw: 1 });
    const input = verb === "open" ? await readInput(call, id) : undefined;
    const { disputes } = await connectAsParty(call);
    const options = { signal: call.console.signal };
    if (input !== undefined) show(call, [await disputes.open(input, options)]);
    else show(call, verb === "withdraw" ? [await disputes.withdraw(id, options)] : await gather(disputes.list(options)));
    return 0;
  },
};

async function readInput(call: Call, report_id: string): Promise<DisputeInput> {
  const description = requiredOption(call, "description", '"what is wrong"');
  const inferences = textOption(call, "inferences");
  if (inferences !== undefined && !/^\d{1,15}$/.test(inferences)) throw new UsageError("--inferences is a whole number");
  const figures = {
    revenue_usd: textOption(call, "revenue"),
    run_cost_usd: textOption(call, "run-cost"),
    inferences: inferences === undefined ? undefined : Number(inferences),
  };
  const proposed = Object.values(figures).some((figure) => figure !== undefined) ? figures : undefined;
  return { report_id, description, proposed, evidence: await readEvidence(call) };
}

function show(call: Call, disputes: readonly Dispute[]): void {
  const text = table(disputes, [
    { title: "dispute", of: ({ dispute_id }) => dispute_id },
    { title: "status", of: ({ status }) => status },
    { title: "quarter", of: ({ line }) => line.quarter },
    { title: "model", of: ({ line }) => line.model_name },
    { title: "company", of: ({ line }) => line.company_name },
    { title: "opened by", of: ({ party_kind }) => party_kind },
    { title: "opened at", of: ({ opened_at }) => opened_at },
  ]);
  call.console.out(call.json ? `${JSON.stringify(disputes, undefined, 2)}\n` : text);
}
