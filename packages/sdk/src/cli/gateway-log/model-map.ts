import { assertAddress, isAddress } from "../../protocol/address.ts";
import { OmlaError } from "../../protocol/errors.ts";
import { parseStrictJson } from "../../protocol/strict-json.ts";
import { readTextFile } from "../limited-file.ts";

/** The names of a gateway: to which OMLA model each belongs, null for one that is none. */
export type ModelMap = ReadonlyMap<string, string | null>;

const MAX_BYTES = 4 * 1024 * 1024;
const REFERENCE = /^[0-9a-f]{64}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads a file such as `{ "llama-3-8b-omla": "omla1…", "gpt-4o": null }`.
 *
 * @throws {OmlaError} MODEL_MAP with the name at fault
 */
export async function readModelMap(path: string): Promise<ModelMap> {
  const value = parseStrictJson(await readTextFile(path, MAX_BYTES));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault("the map is an object", undefined);
  return new Map(Object.entries(value).map(([name, model]) => [name, readReference(name, model)]));
}

function readReference(name: string, model: unknown): string | null {
  if (model === null) return null;
  if (isAddress(model)) return assertAddress(model);
  if (typeof model === "string" && REFERENCE.test(model.toLowerCase())) return model.toLowerCase();
  throw fault(`${JSON.stringify(name)} is mapped to neither an address, a model id, a SHA-256 nor null`, name);
}

function fault(message: string, path: string | undefined): OmlaError {
  return new OmlaError("MODEL_MAP", message, { path, hint: 'Write { "name in the log": "omla1…", "a model outside OMLA": null }.' });
}
