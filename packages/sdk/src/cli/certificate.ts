import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { verifyStatement } from "../protocol/verify-statement.ts";
import { type Call, type Command, type ExitCode, requiredOption, textOption, UsageError } from "./command.ts";
import { readTextFile } from "./limited-file.ts";
import { connect, REGISTRY_OPTIONS } from "./registry-option.ts";
import { API_KEY_OPTIONS, requiredApiKey } from "./secrets.ts";
import { printable, shortUsd } from "./table.ts";

const MAX_CERTIFICATE_BYTES = 65_536;

export const certificate: Command = {
  summary: "the association's signed word on a company's quarter, fetched or checked",
  help: `
omla certificate --quarter 2026-Q3 --registry URL [--out FILE] [--keys KEY…]
omla certificate verify FILE --keys KEY…

The first form fetches the signed statement of how the company stands for an ended quarter; with --keys it is checked before it is
written. The second checks such a file offline: whether one of the association's keys, pinned by you, signed it.
The API key comes from OMLA_API_KEY or --api-key-file.

  omla certificate --quarter 2026-Q3 --out q3.json --registry https://registry.example
  omla certificate verify q3.json --keys 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=

Exit code 0: fetched, or genuine. 1: refused, or not genuine.
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...API_KEY_OPTIONS,
    quarter: { type: "string" },
    out: { type: "string" },
    keys: { type: "string", multiple: true },
  },
  operands: { min: 0, max: 2 },
  run: async (call) => {
    const [action, file] = call.operands;
    if (action === undefined) return fetchOne(call);
    if (action === "verify" && file !== undefined) return check(call, file);
    throw new UsageError("write: omla certificate --quarter 2026-Q3, or: omla certificate verify FILE --keys KEY");
  },
};

async function fetchOne(call: Call): Promise<ExitCode> {
  const { console } = call;
  const quarter = requiredOption(call, "quarter", "2026-Q3");
  const input = { quarter, keys: keysOf(call) };
  const text = `${JSON.stringify(await connect(call, requiredApiKey(call)).certificate(input, { signal: console.signal }), undefined, 2)}\n`;
  const out = textOption(call, "out");
  if (out === undefined) console.out(text);
  else {
    // `wx`: a certificate that somebody holds already is not written over.
    writeFileSync(resolve(console.folder, out), text, { flag: "wx" });
    console.out(call.json ? text : `${out}: the certificate of ${quarter}\n`);
  }
  return 0;
}

async function check(call: Call, file: string): Promise<ExitCode> {
  const { console } = call;
  const keys = keysOf(call);
  if (keys === undefined)
    throw new UsageError("--keys is missing: the association's public key, known to you from elsewhere than this file");
  const text = await readTextFile(resolve(console.folder, file), MAX_CERTIFICATE_BYTES);
  const { statement, key_id, digest } = await verifyStatement(text, { keys });
  if (call.json) console.out(`${JSON.stringify({ genuine: true, key_id, digest, statement }, undefined, 2)}\n`);
  else {
    const { company_name, company_id, quarter, state, state_since, reported, net_royalty_usd, settled_usd, generated_at, registry } =
      statement;
    console.out(
      `genuine  ${printable(company_name)} (${company_id}), ${quarter}: ${state} since ${state_since}\n` +
        `  ${reported ? "reported" : "not reported"}, net royalty ${shortUsd(net_royalty_usd)} USD, of which ${shortUsd(settled_usd)} have arrived\n` +
        `  signed ${generated_at} for ${printable(registry)} by ${key_id}\n`,
    );
  }
  return 0;
}

function keysOf(call: Call): string[] | undefined {
  const given = call.options["keys"];
  return Array.isArray(given) ? given.flatMap((keys) => String(keys).split(",")) : undefined;
}
