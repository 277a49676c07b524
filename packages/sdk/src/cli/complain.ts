import type { ComplaintInput, ComplaintReceipt, ComplaintStanding } from "../client/complaints.ts";
import { type Call, type Command, requiredOption, textOption, UsageError } from "./command.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";

const REASONS = ["FALSE_REPORT", "SPLIT_FRAUD", "SILENT_FEE", "OWNERSHIP", "APPEAL", "OTHER"] as const;

export const complain: Command = {
  summary: "complain about a model or a company, appeal a listing, ask how a complaint stands",
  help: `
omla complain model MODEL --reason REASON --description TEXT [--evidence URL]… [--email ADDRESS]
omla complain company COMPANY_ID --reason REASON --description TEXT [--evidence URL]… [--email ADDRESS]
omla complain status RECEIPT

MODEL is an address (omla1…), a model id or the SHA-256 of its weights. REASON is ${REASONS.join(", ")}.
An APPEAL is for who is blacklisted, and needs evidence. The target is under review until the board decides; the receipt is known to you
only. A form for people (Turnstile) may stand in front of a registry: then use its page.

  omla complain model omla1qqqsyqcyq5rqwzqfpg9scrgwpug0d7x7u --reason SPLIT_FRAUD --description "My split is missing"
  omla complain status BCDFG-HJKLM-NPQRS-TVWXZ --json
`,
  options: {
    ...REGISTRY_OPTIONS,
    reason: { type: "string" },
    description: { type: "string" },
    evidence: { type: "string", multiple: true },
    email: { type: "string" },
  },
  operands: { min: 2, max: 2 },
  run: async (call) => {
    const [verb = "", id = ""] = call.operands;
    const input = verb === "status" ? undefined : readInput(call, verb, id);
    const { complaints } = connect(call);
    const options = { signal: call.console.signal };
    show(call, input === undefined ? await complaints.status(id, options) : await complaints.file(input, options));
    return 0;
  },
};

function readInput(call: Call, verb: string, id: string): ComplaintInput {
  const kind = verb === "model" ? "model" : verb === "company" ? "commercial_user" : undefined;
  if (kind === undefined) throw new UsageError("write omla complain model, company or status");
  const named = requiredOption(call, "reason", "SPLIT_FRAUD");
  const reason = REASONS.find((known) => known === named);
  if (reason === undefined) throw new UsageError(`--reason is one of ${REASONS.join(", ")}`);
  const links = call.options["evidence"];
  return {
    target: { kind, id },
    reason,
    description: requiredOption(call, "description", '"what is wrong"'),
    evidence: Array.isArray(links) ? links.map(String) : undefined,
    contact_email: textOption(call, "email"),
  };
}

function show(call: Call, complaint: ComplaintReceipt | ComplaintStanding): void {
  const resolution = "resolution" in complaint && complaint.resolution !== null ? `The board says: ${complaint.resolution}\n` : "";
  const text = `${complaint.receipt}  ${complaint.status}, filed at ${complaint.filed_at}\n${resolution}`;
  call.console.out(call.json ? `${JSON.stringify(complaint, undefined, 2)}\n` : text);
}
