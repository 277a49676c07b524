import { type BlacklistEntry, enforcementOf, reasonOf } from "../protocol/blacklist-schema.ts";
import type { VerifiedBlacklist } from "../protocol/blacklist.ts";
import { type Call, type Command, type ExitCode, UsageError } from "./command.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { style } from "./style.ts";
import { printable } from "./table.ts";

export const blacklist: Command = {
  summary: "whether a model, company or domain is on the signed list",
  help: `
omla blacklist check ID --registry URL --pin KEY…

Fetches the registry's blacklist, checks it against the keys that you pin, and looks for ID: a model id, an address, a SHA-256 of
weights, a company's id or one of its domains. Without --pin nothing is proven and the answer is advisory.
A gateway runs omla-verifier instead: it keeps the last good list and answers offline.

  omla blacklist check omla1… --registry https://registry.example --pin 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
  omla blacklist check example.com --pin KEY --pin KEY --threshold 2 --json

Exit code 0: not listed. 1: listed, or the list could not be checked.
`,
  options: { ...REGISTRY_OPTIONS, pin: { type: "string", multiple: true }, threshold: { type: "string" } },
  operands: { min: 2, max: 2 },
  run: async (call) => {
    const [action, id = ""] = call.operands;
    if (action !== "check") throw new UsageError(`${JSON.stringify(action)} is not an action; there is: omla blacklist check ID`);
    const verdict = await connect(call).blacklist({ keys: pins(call), ...threshold(call), signal: call.console.signal });
    const matches = verdict.list.entries.filter((entry) => names(entry, id.toLowerCase()));
    return show(call, id, verdict, matches);
  },
};

function pins(call: Call): string[] {
  const given = call.options["pin"];
  return Array.isArray(given) ? given.map(String) : [];
}

function threshold(call: Call): { threshold?: number } {
  const text = call.options["threshold"];
  if (text === undefined) return {};
  if (typeof text === "string" && /^[1-9]\d?$/.test(text)) return { threshold: Number(text) };
  throw new UsageError("--threshold is a number of keys, such as 2");
}

/** An entry of an unknown kind matches nothing. @see docs/spec/7-blacklist.md clause 7.12 */
function names(entry: BlacklistEntry, id: string): boolean {
  if (entry.kind !== "model" && entry.kind !== "commercial_user") return false;
  const { address, sha256 = [], domains = [] } = entry;
  return entry.id === id || address === id || sha256.includes(id) || domains.some((domain) => id === domain || id.endsWith(`.${domain}`));
}

function show(call: Call, id: string, { state, list, signed }: VerifiedBlacklist, matches: readonly BlacklistEntry[]): ExitCode {
  const { console, json } = call;
  const facts = { listed: matches.length > 0, state, signed, sequence: list.sequence, generated_at: list.generated_at, matches };
  if (json) console.out(`${JSON.stringify(facts, undefined, 2)}\n`);
  else {
    const paint = style(console.outIsTerminal);
    const answer = facts.listed ? paint.red("listed") : paint.green("not listed");
    console.out(`${answer}  ${printable(id)}\n`);
    for (const entry of matches) {
      console.out(
        `  ${entry.kind.replace("_", " ")} ${entry.id}: ${reasonOf(entry)}, ${enforcementOf(entry)}, since ${entry.since}, case ${printable(String(entry.case))}\n`,
      );
    }
    console.out(`list ${list.sequence} of ${list.generated_at}, ${state}${signed ? "" : ": no key is pinned, nothing was checked"}\n`);
  }
  return facts.listed ? 1 : 0;
}
