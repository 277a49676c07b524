import { basename, resolve } from "node:path";
import type { Client } from "../client/create-client.ts";
import type { Standing } from "../client/models.ts";
import type { Sidecar } from "../protocol/documents/sidecar.ts";
import { checkSidecar, type SidecarRecord, type SidecarVerdict } from "../protocol/sidecar.ts";
import { type Call, type Command, type ExitCode } from "./command.ts";
import { hashFile } from "./hash-file.ts";
import { readTextFile } from "./limited-file.ts";
import { connect, REGISTRY_OPTIONS, registryUrl } from "./registry-option.ts";
import { style } from "./style.ts";
import { printable } from "./table.ts";

/**
 * What can be said of a sidecar, the strongest that holds.
 *
 * `verified`: signed, and a registry that the user trusts names the same key and wallet. `signed`: no registry was asked.
 */
type Verdict = "verified" | "signed" | "unregistered" | "mismatch" | "other-weights";

interface Finding {
  readonly verdict: Verdict;
  readonly model_id: string;
  readonly name: string;
  readonly wallet: string;
  readonly registry: string | null;
  readonly state: string | null;
  readonly weights: readonly { readonly path: string; readonly sha256: string; readonly named: boolean }[];
  /** What does not fit, in words. */
  readonly faults: readonly string[];
}

const MAX_BYTES = 256 * 1024;
const GOOD: ReadonlySet<Verdict> = new Set<Verdict>(["verified", "signed"]);

export const verify: Command = {
  summary: "check an omla.json: signature, weights, and what a registry says",
  help: `
omla verify omla.json [WEIGHTS…] [--registry URL]

Checks the signature of the file, that it names the given weights, and, where you name a registry that you trust, that this
registry knows the model by the same key and wallet. The registry that the file itself names proves nothing: anybody can run one.

  omla verify omla.json
  omla verify omla.json model.safetensors --registry https://registry.example
  omla verify omla.json --json | jq -r .verdict      verified, signed, unregistered, mismatch or other-weights

Exit code 0: verified, or signed where no registry was asked. 1: anything else.
`,
  options: REGISTRY_OPTIONS,
  operands: { min: 1, max: 1_000 },
  run: async (call) => {
    const { console, operands } = call;
    const [file = "", ...weights] = operands;
    const text = await readTextFile(resolve(console.folder, file), MAX_BYTES);
    const { sidecar, faults } = await checkSidecar(text);
    const [fault] = faults;
    if (sidecar === null) throw fault ?? new TypeError("a sidecar that cannot be read has a fault");
    const url = registryUrl(call);
    const record = url === undefined ? undefined : await askRegistry(connect(call, undefined, url), sidecar, console.signal);
    const hashes = await hashWeightFiles(call, sidecar, weights);
    const checked = await checkSidecar(text, { record, ...(hashes.length === 0 ? {} : { sha256: hashes.map(({ sha256 }) => sha256) }) });
    const finding = toFinding(sidecar, checked, url ?? null, record?.state ?? null, hashes);
    return show(call, finding, sidecar);
  },
};

async function askRegistry(
  client: Client,
  sidecar: Sidecar,
  signal: AbortSignal,
): Promise<(SidecarRecord & Pick<Standing, "state">) | undefined> {
  const [standing] = await client.models.verify([sidecar.model_id], { signal });
  return standing;
}

async function hashWeightFiles(call: Call, sidecar: Sidecar, files: readonly string[]): Promise<Finding["weights"]> {
  const weights = [];
  for (const path of files) {
    const { sha256 } = await hashFile(resolve(call.console.folder, path), call.console);
    weights.push({ path: basename(path), sha256, named: sidecar.sha256.includes(sha256) });
  }
  return weights;
}

/** The words of a finding for the codes of the protocol, the gravest first. */
const VERDICTS: readonly (readonly [verdict: Verdict, codes: readonly string[]])[] = [
  ["mismatch", ["SIDECAR_MODEL", "SIDECAR_KEY", "SIDECAR_WALLET"]],
  ["other-weights", ["SIDECAR_WEIGHTS"]],
  ["signed", ["SIDECAR_REGISTRY"]],
  ["unregistered", ["SIDECAR_UNREGISTERED"]],
];

function toFinding(
  { model_id, name, wallet }: Sidecar,
  { faults }: SidecarVerdict,
  registry: string | null,
  state: string | null,
  weights: Finding["weights"],
): Finding {
  const codes = faults.map(({ code }) => code);
  const verdict = VERDICTS.find(([, found]) => found.some((code) => codes.includes(code)))?.[0] ?? "verified";
  const differing = faults.filter(({ code }) => /^SIDECAR_(MODEL|KEY|WALLET)$/.test(code)).map(({ message }) => `omla.json ${message}`);
  const strange = weights.filter(({ named }) => !named).map(({ path }) => `${path} is not among the weights that omla.json names`);
  return { verdict, model_id, name, wallet, registry, state, weights, faults: [...differing, ...strange] };
}

function show(call: Call, finding: Finding, sidecar: Sidecar): ExitCode {
  const { console, json } = call;
  const code = GOOD.has(finding.verdict) ? 0 : 1;
  if (json) {
    console.out(`${JSON.stringify({ ...finding, claimed_registry: sidecar.registry, issued_at: sidecar.issued_at }, undefined, 2)}\n`);
    return code;
  }
  const paint = style(console.outIsTerminal);
  const title =
    finding.verdict === "verified" ? paint.green("verified") : code === 0 ? paint.yellow(finding.verdict) : paint.red(finding.verdict);
  const rows = [
    ["model", `${printable(finding.name)} (${finding.model_id})`],
    ["wallet", finding.wallet],
    ["license", printable(sidecar.license_version)],
    ["registry", finding.registry === null ? `none asked; the file claims ${printable(sidecar.registry)}` : printable(finding.registry)],
    ["state", finding.state ?? "not known"],
    ...finding.weights.map(({ path, named }) => ["weights", `${printable(path)}${named ? "" : " (not named in omla.json)"}`]),
  ];
  console.out(`${title}\n${rows.map(([label = "", text]) => `${label.padEnd(9)} ${text}\n`).join("")}`);
  for (const fault of finding.faults) console.err(`${printable(fault)}\n`);
  if (finding.verdict === "signed")
    console.err("The signature holds. Whether the key is the model's, a registry that you trust says: --registry URL\n");
  return code;
}
