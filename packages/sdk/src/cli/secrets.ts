import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { OmlaAccessError } from "../client/errors.ts";
import { OmlaError } from "../protocol/errors.ts";
import { type KeyPair, keyPairFromSecretKey } from "../protocol/keys.ts";
import { type Call, textOption } from "./command.ts";

const MAX_SECRET_FILE = 16_384;

/** Options of commands that sign. */
export const KEY_OPTIONS = { key: { type: "string" } } as const;
/** Options of commands that act for a company. */
export const API_KEY_OPTIONS = { "api-key-file": { type: "string" } } as const;

/**
 * The key pair that signs: from `--key FILE`, the environment's OMLA_SECRET_KEY, or `omla.key` in this folder.
 *
 * A key file is what `omla keygen` writes, or the base64 secret alone (32 bytes, or tweetnacl's 64).
 *
 * @throws {OmlaError} KEY_MISSING | KEY_INVALID; no message repeats a secret
 */
export async function readKeyPair(call: Call): Promise<KeyPair> {
  const { console } = call;
  const file = textOption(call, "key");
  const fromEnvironment = console.env["OMLA_SECRET_KEY"];
  if (file === undefined && fromEnvironment !== undefined && fromEnvironment !== "") return keyPairFromSecretKey(fromEnvironment.trim());
  const path = resolve(console.folder, file ?? "omla.key");
  return keyPairFromSecretKey(secretOf(readSecretFile(path), path));
}

function secretOf(text: string, path: string): string {
  if (!text.startsWith("{")) return text;
  const parsed: unknown = JSON.parse(text);
  const secret = (parsed as { secret_key?: unknown }).secret_key;
  if (typeof secret === "string") return secret;
  throw new OmlaError("KEY_INVALID", `${path} holds no secret_key`, { hint: "Name the file that `omla keygen` wrote." });
}

/** A company's API key: from `--api-key-file FILE` or the environment's OMLA_API_KEY; undefined where neither is given. */
export function readApiKey(call: Call): string | undefined {
  const file = textOption(call, "api-key-file");
  if (file !== undefined) return readSecretFile(resolve(call.console.folder, file));
  const key = call.console.env["OMLA_API_KEY"]?.trim();
  return key === "" ? undefined : key;
}

/** The same, where the command cannot do without. @throws {OmlaAccessError} API_KEY_MISSING */
export function requiredApiKey(call: Call): string {
  const key = readApiKey(call);
  if (key !== undefined) return key;
  throw new OmlaAccessError("API_KEY_MISSING", "no API key is given", {
    hint: "Set OMLA_API_KEY, or name a file that holds the key with --api-key-file FILE.",
  });
}

function readSecretFile(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.length <= MAX_SECRET_FILE) return text.trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new OmlaError("KEY_MISSING", `${path} does not exist`, {
      hint: "`omla keygen` makes a key; name its file with --key FILE, or set OMLA_SECRET_KEY.",
      cause,
    });
  }
  throw new OmlaError("KEY_INVALID", `${path} is far larger than a key`, { hint: "Name the file that holds the key alone." });
}
