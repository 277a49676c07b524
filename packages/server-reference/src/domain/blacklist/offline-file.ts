import {
  type BlacklistBody,
  buildBlacklist,
  buildKeyset,
  canonicalize,
  type FileSignature,
  fromBase64,
  type JsonValue,
  type KeysetBody,
  OmlaError,
  parseStrictJson,
  type SignableFile,
} from "@omla/sdk/protocol";
import { blacklistError } from "./errors.ts";

export type OfflineFile = SignableFile<BlacklistBody> | SignableFile<KeysetBody>;

const LIMITS = { maxBytes: 67_108_864, maxValues: 20_000_000 };

const BUILDERS: ReadonlyMap<unknown, (body: never) => Promise<OfflineFile>> = new Map<unknown, (body: never) => Promise<OfflineFile>>([
  ["omla-blacklist/1", buildBlacklist],
  ["omla-keyset/1", buildKeyset],
]);

/**
 * Reads a file that was carried to a signer, by the rules of its readers: what is signed is exactly what stands there.
 *
 * @throws {ApiError} PROPOSAL_FORM
 */
export async function readOfflineFile(text: string): Promise<OfflineFile> {
  const body = await attempt(async () => {
    const value = parseStrictJson(text, LIMITS);
    if (canonicalize(value) !== text) throw blacklistError("PROPOSAL_FORM", "The file is not the exact canonical form of what it holds.");
    return value as { readonly [member: string]: JsonValue };
  });
  const build = BUILDERS.get(body["spec"]);
  if (build === undefined) throw blacklistError("PROPOSAL_FORM", "The file is neither a list nor a keyset.", "spec");
  const file = await attempt(() => build(body as never));
  // A builder fills in what is missing; nothing may be filled in here.
  if (canonicalize(file.body) !== text)
    throw blacklistError("PROPOSAL_FORM", "A member is missing or differs from what follows from the others.");
  return file;
}

async function attempt<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OmlaError && error.code !== "PROPOSAL_FORM")
      throw blacklistError("PROPOSAL_FORM", `The file is refused: ${error.message}.`, error.path, { code: error.code });
    throw error;
  }
}

const SIGNATURE_BYTES = 64;

/** `ed25519:<16 hex digits>:<base64>`, as signers print it. @throws {ApiError} SIGNATURE_OPTION */
export function parseSignatureOption(text: string): FileSignature {
  const [, key_id, sig] = /^(ed25519:[0-9a-f]{16}):([A-Za-z0-9+/=]{88})$/.exec(text.trim()) ?? [];
  if (key_id === undefined || sig === undefined || fromBase64(sig)?.length !== SIGNATURE_BYTES)
    throw blacklistError("SIGNATURE_OPTION", `${text.slice(0, 40)} is no signature.`);
  return { key_id, sig };
}

export function formatSignatureOption({ key_id, sig }: FileSignature): string {
  return `${key_id}:${sig}`;
}
