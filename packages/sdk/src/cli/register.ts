import { resolve } from "node:path";
import type { Client } from "../client/create-client.ts";
import { OmlaVersionError } from "../client/errors.ts";
import type { RegistryFacts } from "../client/registry-facts.ts";
import { decodeAddress, isAddress } from "../protocol/address.ts";
import { OmlaError } from "../protocol/errors.ts";
import type { KeyPair } from "../protocol/keys.ts";
import { planRegistration, type RegistrationPlan } from "../protocol/registration.ts";
import type { RegistrationDraft } from "../protocol/registration-faults.ts";
import { type Call, type Command, flag } from "./command.ts";
import type { Console } from "./console.ts";
import { planText } from "./plan-text.ts";
import { readDraft, type RegistrationDraftFile, signDraft, signedPath } from "./registration-file.ts";
import { connect, REGISTRY_OPTIONS, requiredRegistryUrl } from "./registry-option.ts";
import { KEY_OPTIONS, readKeyPair } from "./secrets.ts";
import { style } from "./style.ts";

export const register: Command = {
  summary: "check, sign and register models",
  help: `
omla register [DRAFT…] --registry URL [--key FILE] [--plan]

Checks each draft (omla-registration.json) offline first: fields, sums, cycles, dead wallets, and what each parent would really get
under the registry's lineage policy. What has no fault is signed with your key and registered. The signed document is kept beside
the draft, so that a lost answer is no loss: running it again sends the same document.

  omla register --plan --registry https://registry.example     only look: nothing is signed or sent
  omla register --registry https://registry.example            registers omla-registration.json
  omla register models/*.json --registry https://registry.example --key studio.key

The key comes from --key FILE, OMLA_SECRET_KEY or omla.key. With several drafts one that fails does not stop the others.
`,
  options: { ...REGISTRY_OPTIONS, ...KEY_OPTIONS, plan: { type: "boolean" } },
  operands: { min: 0, max: 10_000 },
  run: async (call) => {
    const url = requiredRegistryUrl(call);
    const client = connect(call, undefined, url);
    const facts = await client.registry({ signal: call.console.signal });
    const registry = { client, facts, origin: originOf(url, facts) };
    const pair = flag(call, "plan") ? undefined : await readKeyPair(call);
    const files = call.operands.length === 0 ? ["omla-registration.json"] : call.operands;
    const results = [];
    for (const file of files) results.push(await registerOne(call, file, registry, pair, files.length > 1));
    if (call.json) call.console.out(`${JSON.stringify(call.operands.length > 1 ? results : results[0], undefined, 2)}\n`);
    return results.every((result) => result.error === undefined && result.plan?.ok === true) ? 0 : 1;
  },
};

interface Registry {
  readonly client: Client;
  readonly facts: RegistryFacts;
  readonly origin: string;
}

interface Result {
  readonly file: string;
  readonly plan?: RegistrationPlan;
  readonly registered?: object;
  readonly error?: object;
}

/** A document names the registry that the user chose, never one that an answer suggests: it would be valid there. */
function originOf(url: string, facts: RegistryFacts): string {
  const { origin } = new URL(url);
  if (facts.registry === origin) return origin;
  throw new OmlaError("REGISTRY_NAME", `${origin} calls itself ${facts.registry}`, {
    hint: `Documents are signed for one name: use --registry ${facts.registry} if that is the registry you mean.`,
  });
}

async function registerOne(call: Call, file: string, registry: Registry, pair: KeyPair | undefined, isBatch: boolean): Promise<Result> {
  try {
    return await planAndRegister(call, file, registry, pair);
  } catch (error) {
    if (!isBatch || !(error instanceof OmlaError)) throw error;
    call.console.err(`${file}: ${error.code}${error.path === undefined ? "" : ` at ${error.path}`}: ${error.message}\n`);
    return { file, error: error.toBody() };
  }
}

async function planAndRegister(call: Call, file: string, { client, facts, origin }: Registry, pair: KeyPair | undefined): Promise<Result> {
  const { console } = call;
  const path = resolve(console.folder, file);
  const draft = await readDraft(path);
  const plan = await planDraft(client, draft, facts, console);
  if (!call.json) console.out(`${planText(file, plan, style(console.outIsTerminal))}\n`);
  if (!plan.ok || pair === undefined) return { file, plan };
  const signed = await signDraft(draft, signedPath(path), origin, pair, console.now());
  // Without an account at a rail there is nothing private to keep; the document commits to the salt alone.
  const isPrivate = signed.private.rail_identifier !== undefined;
  const registered = await client.models.register(signed.document, {
    ...(isPrivate ? { private: signed.private } : {}),
    signal: console.signal,
  });
  if (!call.json) console.out(`registered ${registered.model_id}\naddress    ${registered.address}\ndigest     ${registered.digest}\n`);
  return { file, plan, registered };
}

/** The draft against the lineage that the registry knows of its parents. */
async function planDraft(client: Client, draft: RegistrationDraftFile, facts: RegistryFacts, console: Console): Promise<RegistrationPlan> {
  const parents = (draft.lineage ?? []).flatMap(
    ({ parent_id, parent_wallet }) => parent_id ?? (isAddress(parent_wallet) ? decodeAddress(parent_wallet).model_id : undefined) ?? [],
  );
  const known = await client.models.terms(parents, { signal: console.signal }).catch((error: unknown) => {
    if (!(error instanceof OmlaVersionError)) throw error;
    console.err("note: this registry does not show other models' splits; it checks the parents when it takes the registration\n");
    return new Map();
  });
  return planRegistration(draft as RegistrationDraft, known, facts.lineage_policy, facts.limits ?? {});
}
