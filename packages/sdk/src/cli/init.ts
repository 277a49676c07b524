import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { encodeAddress } from "../protocol/address.ts";
import { buildSidecar } from "../protocol/documents/sidecar.ts";
import { signDocument } from "../protocol/documents.ts";
import { type Call, type Command, flag, textOption, UsageError } from "./command.ts";
import { hashFile } from "./hash-file.ts";
import { readTextFile } from "./limited-file.ts";
import { type CardFacts, readCard } from "./model-card/read-card.ts";
import { updateCard } from "./model-card/update-card.ts";
import { REGISTRY_OPTIONS, requiredRegistryUrl } from "./registry-option.ts";
import { KEY_OPTIONS, readKeyPair } from "./secrets.ts";
import type { RegistrationDraftFile } from "./registration-file.ts";
import { style } from "./style.ts";

const MAX_CARD_BYTES = 4 * 1024 * 1024;
const LICENSE = "v8-10-2025";
const SIDECAR = "omla.json";
const DRAFT = "omla-registration.json";

export const init: Command = {
  summary: "make omla.json and a registration draft from weights and a model card",
  help: `
omla init WEIGHTS… --registry URL [--card README.md] [--name NAME] [--location URL…] [--key FILE]

Hashes the weights, gives the model its id and address, reads the Hugging Face model card where there is one, and writes
  omla.json                 signed, to stand beside the weights
  omla-registration.json    a draft to look through: lineage weights, splits, rail; then omla register
  README.md                 gets the line OMLA-ID: omla1… and the metadata that it lacks; what it says already stays as it is

  omla init model.safetensors --registry https://registry.example
  omla init *.safetensors --card README.md --location https://huggingface.co/you/model --registry https://registry.example
  omla init model.gguf --no-card --name "Example 7B" --registry https://registry.example

The first file's SHA-256 is the model's hash; the others are listed beside it. Existing files are not overwritten.
`,
  options: {
    ...REGISTRY_OPTIONS,
    ...KEY_OPTIONS,
    card: { type: "string" },
    "no-card": { type: "boolean" },
    name: { type: "string" },
    location: { type: "string", multiple: true },
    license: { type: "string" },
  },
  operands: { min: 1, max: 1_000 },
  run: async (call) => {
    const { console } = call;
    const at = (name: string): string => resolve(console.folder, name);
    for (const name of [SIDECAR, DRAFT])
      if (existsSync(at(name))) throw new UsageError(`${name} is here already: this folder's model has its id`);
    const pair = await readKeyPair(call);
    const card = await readCardFile(call);
    const draft = await draftOf(call, card?.facts);
    const { model_id, name, license_version, locations = [], files = [], registry } = draft;
    const sidecar = buildSidecar({
      ...{ model_id, name, pubkey: pair.publicKey, wallet: draft.wallet.address, license_version, registry, locations },
      sha256: files.map(({ sha256 }) => sha256),
      issued_at: console.now(),
    });
    const signed = await signDocument("sidecar", sidecar, pair.secretKey);
    writeFileSync(at(SIDECAR), `${JSON.stringify(signed, undefined, 2)}\n`, { flag: "wx" });
    writeFileSync(at(DRAFT), `${JSON.stringify(draft, undefined, 2)}\n`, { flag: "wx", mode: 0o600 });
    const isCardChanged = card !== undefined && updateCardFile(card, draft);
    show(call, draft, card, isCardChanged);
    return 0;
  },
};

interface CardFile {
  readonly path: string;
  readonly text: string;
  readonly facts: CardFacts;
}

async function readCardFile(call: Call): Promise<CardFile | undefined> {
  if (flag(call, "no-card")) return undefined;
  const named = textOption(call, "card");
  const path = resolve(call.console.folder, named ?? "README.md");
  if (named === undefined && !existsSync(path)) return undefined;
  const text = await readTextFile(path, MAX_CARD_BYTES);
  return { path, text, facts: readCard(text) };
}

type InitDraft = RegistrationDraftFile & { readonly registry: string };

async function draftOf(call: Call, card: CardFacts | undefined): Promise<InitDraft> {
  const { console, operands } = call;
  const files = [];
  for (const path of operands) files.push({ path: basename(path), ...(await hashFile(resolve(console.folder, path), console)) });
  const model_id = crypto.randomUUID();
  const address = encodeAddress(model_id);
  const locations = call.options["location"];
  return {
    model_id,
    name: textOption(call, "name") ?? card?.name ?? basename(operands[0] ?? ""),
    ...(card?.domain === undefined ? {} : { domain: card.domain }),
    asset_kind: "model",
    license_version: textOption(call, "license") ?? LICENSE,
    registry: new URL(requiredRegistryUrl(call)).origin,
    model_hash: files[0]?.sha256 ?? "",
    files,
    wallet: { address, rail: "other" },
    // What a parent gets is for the creator to say; a base model outside the registry gets nothing in any case.
    lineage: (card?.parents ?? []).map((parent) => ({ ...parent, contribution_weight: "0" })),
    contribution_splits: [{ recipient: "creator", wallet: address, percentage: "100" }],
    ...(Array.isArray(locations) ? { locations: locations.map(String) } : {}),
    private: { rail_identifier: "", contact_email: "" },
  };
}

/** @returns whether the card had to be changed */
function updateCardFile({ path, text }: CardFile, draft: InitDraft): boolean {
  const updated = updateCard(text, { address: draft.wallet.address, license_version: draft.license_version, lineage: draft.lineage });
  if (updated === text) return false;
  // A byte order mark, which the reader passes over, stays where it was.
  const mark = readFileSync(path)
    .subarray(0, 3)
    .equals(Buffer.from([0xef, 0xbb, 0xbf]))
    ? "\ufeff"
    : "";
  writeFileSync(path, mark + updated);
  return true;
}

function show({ console, json }: Call, draft: InitDraft, card: CardFile | undefined, isCardChanged: boolean): void {
  const { model_id, wallet, name } = draft;
  const notes = card?.facts.notes ?? [];
  if (json) {
    console.out(
      `${JSON.stringify({ model_id, address: wallet.address, name, sidecar: SIDECAR, draft: DRAFT, card: isCardChanged ? card?.path : null, notes }, undefined, 2)}\n`,
    );
    return;
  }
  const paint = style(console.outIsTerminal);
  console.out(
    `model id  ${model_id}\naddress   ${paint.bold(wallet.address)}\nwritten   ${SIDECAR}, ${DRAFT}${isCardChanged ? `, and the OMLA-ID line in ${card?.path}` : ""}\n`,
  );
  for (const note of notes) console.err(`${style(console.errIsTerminal).yellow("note:")} ${note}\n`);
  console.err(`Look through ${DRAFT}: lineage weights, splits, rail. Then: omla register --plan\n`);
}
