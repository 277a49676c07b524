import type { Audit } from "../client/audits.ts";
import type { Client } from "../client/create-client.ts";
import { connectAsParty, gather, PARTY_OPTIONS, readEvidence, verbOf } from "./case-options.ts";
import { type Call, type Command, requiredOption, UsageError } from "./command.ts";
import { REGISTRY_OPTIONS } from "./registry-option.ts";
import { table } from "./table.ts";

export const audit: Command = {
  summary: "ask a company for the evidence behind a line, or answer such a question",
  help: `
omla audit request REPORT_ID --description TEXT --key FILE
omla audit respond AUDIT_ID --description TEXT --evidence FILE… --api-key-file FILE
omla audit list

Whoever is paid through a line may ask for its evidence, with its own key. The company has 14 days; without an answer the line is
disputed and its payout waits. Evidence is PDF, PNG, JPEG, CSV, JSON or text, about 780 KB in all.

  omla audit respond 5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01 --description "Our export" --evidence export.csv --api-key-file api.key
  omla audit list --key omla.key
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...PARTY_OPTIONS,
    description: { type: "string" },
    evidence: { type: "string", multiple: true },
  },
  operands: { min: 1, max: 2 },
  run: async (call) => {
    const { verb, id } = verbOf(call, { request: 1, respond: 1, list: 0 });
    const act = await ACTS[verb](call, id);
    show(call, await act(await connectAsParty(call)));
    return 0;
  },
};

type Act = (client: Client) => Promise<readonly Audit[]>;

/** What must be given is read before anything is sent. */
const ACTS: Readonly<Record<"request" | "respond" | "list", (call: Call, id: string) => Promise<Act>>> = {
  request: async (call, report_id) => {
    const description = requiredOption(call, "description", '"what is asked"');
    return async ({ audits }) => [await audits.request({ report_id, description }, { signal: call.console.signal })];
  },
  respond: async (call, audit_id) => {
    const description = requiredOption(call, "description", '"what the files show"');
    const evidence = await readEvidence(call);
    if (evidence.length === 0) throw new UsageError("an answer needs evidence: --evidence FILE");
    return async ({ audits }) => [await audits.respond({ audit_id, description, evidence }, { signal: call.console.signal })];
  },
  list:
    async (call) =>
    ({ audits }) =>
      gather(audits.list({ signal: call.console.signal })),
};

function show(call: Call, audits: readonly Audit[]): void {
  const text = table(audits, [
    { title: "audit", of: ({ audit_id }) => audit_id },
    { title: "status", of: ({ status }) => status },
    { title: "quarter", of: ({ line }) => line.quarter },
    { title: "model", of: ({ line }) => line.model_name },
    { title: "company", of: ({ line }) => line.company_name },
    { title: "answer by", of: ({ answer_by }) => answer_by },
  ]);
  call.console.out(call.json ? `${JSON.stringify(audits, undefined, 2)}\n` : text);
}
