import { basename, extname, resolve } from "node:path";
import { readFile } from "node:fs/promises";
import { type Client, createClient } from "../client/create-client.ts";
import type { EvidenceFile, EvidenceType } from "../client/evidence.ts";
import { OmlaError } from "../protocol/errors.ts";
import { type Call, textOption, UsageError } from "./command.ts";
import { connect, requiredRegistryUrl } from "./registry-option.ts";
import { API_KEY_OPTIONS, KEY_OPTIONS, readApiKey, readKeyPair } from "./secrets.ts";

/** Options of commands that speak as a company (an API key) or as a creator or hoster (a key that signs in). */
export const PARTY_OPTIONS: typeof KEY_OPTIONS & typeof API_KEY_OPTIONS = { ...KEY_OPTIONS, ...API_KEY_OPTIONS };

/** A client for whoever speaks: a key that is named goes before the company's API key. */
export async function connectAsParty(call: Call): Promise<Client> {
  const apiKey = textOption(call, "key") === undefined ? readApiKey(call) : undefined;
  if (apiKey !== undefined) return connect(call, apiKey);
  const url = requiredRegistryUrl(call);
  const { console } = call;
  const { access_token } = await connect(call).signIn(await readKeyPair(call), { signal: console.signal });
  const allowHttp = call.options["allow-http"] === true;
  return createClient({ url, accessToken: access_token, fetch: console.fetch, now: () => console.now(), allowHttp });
}

const TYPES: Readonly<Record<string, EvidenceType>> = {
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".csv": "text/csv",
  ".json": "application/json",
  ".txt": "text/plain",
  ".log": "text/plain",
};

/** Files named by `--evidence`, with the media type that their ending says. @throws {OmlaError} FILE_TYPE */
export async function readEvidence(call: Call): Promise<EvidenceFile[]> {
  const named = call.options["evidence"];
  const paths = Array.isArray(named) ? named.map(String) : [];
  return Promise.all(paths.map((path) => readOne(resolve(call.console.folder, path))));
}

async function readOne(path: string): Promise<EvidenceFile> {
  const media_type = TYPES[extname(path).toLowerCase()];
  if (media_type === undefined)
    throw new OmlaError("FILE_TYPE", `${path} is no kind of file that is taken as evidence`, {
      hint: `Name files that end in ${Object.keys(TYPES).join(", ")}.`,
    });
  return { name: basename(path), media_type, content: new Uint8Array(await readFile(path)) };
}

/** All rows of a list. */
export async function gather<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const gathered: Row[] = [];
  for await (const row of rows) gathered.push(row);
  return gathered;
}

/** The verb and its operand: `open REPORT_ID`. @throws {UsageError} */
export function verbOf<Verb extends string>(call: Call, verbs: Readonly<Record<Verb, 0 | 1>>): { verb: Verb; id: string } {
  const [verb = "", id = ""] = call.operands;
  if (!Object.hasOwn(verbs, verb)) throw new UsageError(`say what to do: ${Object.keys(verbs).join(", ")}`);
  if (call.operands.length !== 1 + verbs[verb as Verb])
    throw new UsageError(`${verb} takes ${verbs[verb as Verb] === 0 ? "no id" : "one id"}`);
  return { verb: verb as Verb, id };
}
