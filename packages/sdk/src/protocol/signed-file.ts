import { concatBytes, utf8Decode, utf8Encode } from "./bytes.ts";
import { canonicalize } from "./canonical-json.ts";
import { CONFIG_KEYS } from "./codes/lists.ts";
import { OmlaError, protocolError, type HintedCode } from "./errors.ts";
import { checkFields, isObject, TEXT } from "./file-rules.ts";
import { assertPublicKey, keyId } from "./keys.ts";
import { sha256 } from "./sha256.ts";
import { SEVERAL } from "./signature-members.ts";
import { verify } from "./signing.ts";
import type { JsonObject, JsonValue } from "./strict-subset.ts";

/** The files that several keys sign. */
export type SignedFileType = "blacklist" | "heartbeat" | "keyset";

export interface FileSignature {
  /** `ed25519:` and 16 hex digits; it finds a key and proves nothing. */
  readonly key_id: string;
  readonly sig: string;
}

interface Signatures {
  readonly signature?: string;
  readonly signatures: readonly FileSignature[];
}

/** Public keys by their key id, which may be shared. */
export type PinnedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** What a reader answers instead of throwing. */
export interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly error: OmlaError;
}

export const MAX_SIGNATURES = 16;
const NEWLINE = 10;
const MEMBERS: readonly string[] = SEVERAL;

/** Turns what a reader throws about its input into a refusal; anything else is a fault of ours and is thrown on. */
export async function refusable<T>(read: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OmlaError) return { ok: false, code: error.code, error };
    throw error;
  }
}

/**
 * The pinned keys by key id.
 *
 * @param threshold - how many distinct keys must have signed; left unchecked where no key is pinned
 * @throws {OmlaError} CONFIG_KEYS where a key is off the curve, or the threshold is not between 1 and the number of distinct keys
 * @see docs/spec/7-blacklist.md clause 7.12
 */
export async function pinKeys(keys: readonly string[], threshold: number): Promise<PinnedKeys> {
  const pinned = new Map<string, Set<string>>();
  const distinct = new Set(keys);
  for (const key of distinct) {
    try {
      assertPublicKey(key);
    } catch (cause) {
      throw protocolError(CONFIG_KEYS, (cause as OmlaError).message, `keys[${keys.indexOf(key)}]`);
    }
    const id = await keyId(key);
    pinned.set(id, (pinned.get(id) ?? new Set()).add(key));
  }
  if (distinct.size > 0 && !(Number.isInteger(threshold) && threshold >= 1 && threshold <= distinct.size)) {
    throw protocolError(CONFIG_KEYS, `the threshold is ${threshold} of ${distinct.size} distinct keys`, "threshold");
  }
  return pinned;
}

/** The codes of a file's outermost faults. */
export interface FileCodes {
  readonly tooLarge: HintedCode;
  readonly notUtf8: HintedCode;
  readonly notCanonical: HintedCode;
  readonly schema: HintedCode;
}

/**
 * Parses a file that must be the exact canonical form of what it holds, plus at most one newline.
 *
 * `JSON.parse` may do the parsing: what it hides (a name that stands twice, 12.0, an escape) does not survive the comparison.
 * @see docs/spec/7-blacklist.md clause 7.1
 */
export function parseFile(raw: Uint8Array, maxBytes: number, codes: FileCodes): JsonObject {
  if (raw.length > maxBytes) throw protocolError(codes.tooLarge, `${raw.length} bytes are more than ${maxBytes}`);
  const text = attempt(codes.notUtf8, "not UTF-8", () => utf8Decode(raw.subarray(0, contentLength(raw))));
  const value = attempt(codes.notCanonical, "not JSON", () => JSON.parse(text) as JsonValue);
  if (attempt(codes.notCanonical, "", () => canonicalize(value)) !== text)
    throw protocolError(codes.notCanonical, "not the canonical form");
  if (!isObject(value)) throw protocolError(codes.schema, "not an object");
  return value;
}

function attempt<T>(code: HintedCode, message: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { path, message: reason } = error as OmlaError;
    throw protocolError(code, message || reason, path);
  }
}

function contentLength(raw: Uint8Array): number {
  return raw.at(-1) === NEWLINE ? raw.length - 1 : raw.length;
}

/** Refuses reserved member names, too many signatures, and signatures that are not objects with a `key_id`. */
export function checkSignatureMembers(code: HintedCode, file: JsonObject): void {
  const reserved = Object.keys(file).find((name) => /^(registration_)?signature/.test(name) && !MEMBERS.includes(name));
  if (reserved !== undefined) throw protocolError(code, "the member name is reserved", reserved);
  const signatures = file["signatures"] as JsonValue[];
  if (signatures.length > MAX_SIGNATURES) throw protocolError(code, `more than ${MAX_SIGNATURES} signatures`, "signatures");
  // What stands beside the key id matters only where the key is known.
  for (const [index, signature] of signatures.entries()) checkFields(code, signature, [["key_id", TEXT]], `signatures[${index}]`);
}

/**
 * The bytes of a canonical file's body: the file without its adjacent signature members, cut out and never written again.
 *
 * Counted from the end, where the length of what follows them is known from the parsed file; a copy of them inside an entry cannot mislead.
 * @see docs/spec/7-blacklist.md clause 7.6
 */
export function bodyBytes(raw: Uint8Array, file: object): Uint8Array {
  const behind: Record<string, unknown> = {};
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(file)) {
    if (MEMBERS.includes(name)) members[name] = value;
    else if (name > "signatures") behind[name] = value;
  }
  const length = contentLength(raw);
  const end = length - utf8Encode(canonicalize(behind)).length;
  // A comma stands before them in place of the brace, and no brace after them.
  const start = end - utf8Encode(canonicalize(members)).length + 1;
  return concatBytes(raw.subarray(0, start), raw.subarray(end, length));
}

/** SHA-256 of the body, and the message that its signers sign. */
export async function bodyDigest(type: SignedFileType, body: Uint8Array): Promise<{ digest: Uint8Array; message: Uint8Array }> {
  const digest = await sha256(body);
  return { digest, message: bodyMessage(type, digest) };
}

/** What the signers of a file sign: a prefix for its type, and the SHA-256 of its body. */
export function bodyMessage(type: SignedFileType, digest: Uint8Array): Uint8Array {
  return concatBytes(utf8Encode(`omla.${type}.v1\0`), digest);
}

/**
 * Which of the keys have signed, each with its key id. A signature that names none of them is ignored, whatever it holds.
 *
 * @throws {OmlaError} the given code where one of theirs does not verify, or `signature` repeats none of `signatures`
 * @see docs/spec/7-blacklist.md clauses 7.9 and 7.11
 */
export async function signersOf(
  code: HintedCode,
  { signature, signatures }: Signatures,
  message: Uint8Array,
  keys: PinnedKeys,
): Promise<Map<string, string>> {
  if (signature !== undefined && !signatures.some(({ sig }) => sig === signature)) {
    throw protocolError(code, "repeats none of the signatures", "signature");
  }
  const signers = new Map<string, string>();
  for (const [index, { key_id, sig }] of signatures.entries()) {
    const named = [...(keys.get(key_id) ?? [])];
    const verified = await Promise.all(named.map((key) => verify(sig, message, key)));
    if (named.length > 0 && !verified.includes(true))
      throw protocolError(code, `does not verify under ${key_id}`, `signatures[${index}].sig`);
    for (const [at, key] of named.entries()) if (verified[at]) signers.set(key, key_id);
  }
  return signers;
}
