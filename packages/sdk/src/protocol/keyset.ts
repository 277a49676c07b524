import type { PriorList } from "./blacklist.ts";
import { type SignableFile, signableFile } from "./build-file.ts";
import { toHex } from "./bytes.ts";
import { CONFIG_KEYS, KEYSET_EXPIRED, KEYSET_SCHEMA, KEYSET_SIGNATURE, KEYSET_THRESHOLD, KEYSET_VERSION } from "./codes/lists.ts";
import { protocolError } from "./errors.ts";
import { checkFields, exactly, NUMBER_FROM_1, OBJECTS, optional, TEXT, TIME } from "./file-rules.ts";
import { assertPublicKey, keyId } from "./keys.ts";
import {
  bodyBytes,
  bodyDigest,
  checkSignatureMembers,
  type FileCodes,
  type FileSignature,
  parseFile,
  pinKeys,
  type Refusal,
  refusable,
  signersOf,
} from "./signed-file.ts";
import type { JsonObject, JsonValue } from "./strict-subset.ts";

export interface KeysetKey {
  readonly key_id: string;
  readonly public_key: string;
  /** A list key signs lists and keysets; a heartbeat key only heartbeats. */
  readonly role: "list" | "heartbeat";
}

export interface KeysetBody {
  readonly spec: "omla-keyset/1";
  readonly version: number;
  /** How many distinct list keys must sign. */
  readonly threshold: number;
  readonly keys: readonly KeysetKey[];
  /** The lowest sequence of a list under these keys. */
  readonly min_sequence: number;
  readonly generated_at: string;
  readonly expires_at: string;
}

export interface Keyset extends KeysetBody {
  readonly signature?: string;
  readonly signatures: readonly FileSignature[];
}

/** What a reader has pinned: a version's list keys and their threshold. */
export interface TrustedKeys {
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly string[];
  readonly heartbeat_keys?: readonly string[];
}

export interface VerifiedKeyset {
  readonly ok: true;
  readonly keyset: Keyset;
  readonly digest: string;
  /** What is pinned from now on. */
  readonly trusted: TrustedKeys;
  /** What the reader remembers of lists from now on. */
  readonly prior: PriorList;
}

export interface VerifyKeysetOptions {
  /** One reading of the clock; where it is left out, expiry is not looked at, as for a version on the way to a later one. */
  readonly now?: Date;
  /** 64 KiB unless said. */
  readonly maxBytes?: number;
}

const CODES: FileCodes = { tooLarge: KEYSET_SCHEMA, notUtf8: KEYSET_SCHEMA, notCanonical: KEYSET_SCHEMA, schema: KEYSET_SCHEMA };
const DEFAULT_MAX_BYTES = 65_536;
const MAX_KEYS = 32;

const RULES = Object.entries({
  spec: exactly("omla-keyset/1"),
  version: NUMBER_FROM_1,
  threshold: NUMBER_FROM_1,
  keys: OBJECTS,
  min_sequence: NUMBER_FROM_1,
  generated_at: TIME,
  expires_at: TIME,
  signature: optional(TEXT),
  signatures: OBJECTS,
});
const KEY_RULES = Object.entries({
  key_id: TEXT,
  public_key: TEXT,
  role: ["list or heartbeat", (value: JsonValue) => value === "list" || value === "heartbeat"] as const,
});

/**
 * Checks the next version of the keys: signed by the threshold of the version that is held, and by its own.
 *
 * @param previous - the keys that are held
 * @param raw - the candidate's bytes, canonical with at most one newline
 * @returns the new keys, or CONFIG_KEYS (of `previous`), KEYSET_SCHEMA, KEYSET_VERSION, KEYSET_SIGNATURE, KEYSET_THRESHOLD or KEYSET_EXPIRED
 * @see docs/spec/7-blacklist.md clauses 7.22 to 7.24, vectors/keysets.json
 */
export async function verifyKeyset(
  previous: TrustedKeys,
  raw: Uint8Array,
  options: VerifyKeysetOptions = {},
): Promise<VerifiedKeyset | Refusal> {
  return refusable(() => readSteps(previous, raw, options));
}

async function readSteps(
  previous: TrustedKeys,
  raw: Uint8Array,
  { now, maxBytes = DEFAULT_MAX_BYTES }: VerifyKeysetOptions,
): Promise<VerifiedKeyset> {
  if (previous.keys.length === 0) throw protocolError(CONFIG_KEYS, "no key is pinned to check a keyset with", "keys");
  await pinKeys(previous.keys, previous.threshold);
  const keyset = await readKeyset(parseFile(raw, maxBytes, CODES));
  if (keyset.version !== previous.version + 1) throw protocolError(KEYSET_VERSION, `must be ${previous.version + 1}`, "version");
  const trusted = trustedKeys(keyset);

  const { digest, message } = await bodyDigest("keyset", bodyBytes(raw, keyset));
  const known = await pinKeys([...previous.keys, ...trusted.keys], 1);
  const signers = await signersOf(KEYSET_SIGNATURE, keyset, message, known);
  for (const { keys, threshold, version } of [previous, trusted]) {
    const count = new Set(keys.filter((key) => signers.has(key))).size;
    if (count < threshold)
      throw protocolError(KEYSET_THRESHOLD, `signed by ${count} of ${threshold} keys of version ${version}`, "signatures");
  }
  if (now && !(now.getTime() <= Date.parse(keyset.expires_at))) throw protocolError(KEYSET_EXPIRED, "the keyset has expired", "expires_at");
  return { ok: true, keyset, digest: toHex(digest), trusted, prior: priorAfterKeyset(keyset) };
}

/** The keys of a keyset by role. */
export function trustedKeys({ version, threshold, keys }: KeysetBody): TrustedKeys {
  const ofRole = (role: KeysetKey["role"]): string[] => keys.filter((key) => key.role === role).map(({ public_key }) => public_key);
  return { version, threshold, keys: ofRole("list"), heartbeat_keys: ofRole("heartbeat") };
}

/**
 * What a reader remembers of lists once it has accepted a keyset: also less than before, which is the way back from a sequence that a thief drove up.
 *
 * @see docs/spec/7-blacklist.md clause 7.24
 */
export function priorAfterKeyset({ min_sequence }: Pick<KeysetBody, "min_sequence">): PriorList {
  return { sequence: min_sequence - 1, digest: null, signed: true };
}

/** Reads the fields of a keyset. @throws {OmlaError} KEYSET_SCHEMA with the path of the field at fault */
export async function readKeyset(value: JsonValue): Promise<Keyset> {
  const keyset = checkFields(KEYSET_SCHEMA, value, RULES) as JsonObject & Keyset;
  checkSignatureMembers(KEYSET_SCHEMA, keyset);
  if (keyset.keys.length > MAX_KEYS) throw protocolError(KEYSET_SCHEMA, `must be at most ${MAX_KEYS}`, "keys");
  const seen = new Set<string>();
  for (const [index, key] of keyset.keys.entries()) await checkKey(key, `keys[${index}]`, seen);
  if (keyset.threshold > trustedKeys(keyset).keys.length)
    throw protocolError(KEYSET_SCHEMA, "must be at most the number of list keys", "threshold");
  if (keyset.expires_at <= keyset.generated_at) throw protocolError(KEYSET_SCHEMA, "must be after generated_at", "expires_at");
  return keyset;
}

async function checkKey(key: KeysetKey, path: string, seen: Set<string>): Promise<void> {
  const refuse = (member: keyof KeysetKey, message: string): never => {
    throw protocolError(KEYSET_SCHEMA, message, `${path}.${member}`);
  };
  checkFields(KEYSET_SCHEMA, key as unknown as JsonObject, KEY_RULES, path);
  try {
    assertPublicKey(key.public_key);
  } catch (error) {
    refuse("public_key", (error as Error).message);
  }
  if ((await keyId(key.public_key)) !== key.key_id) refuse("key_id", "must be the id of the public key");
  // One id, one key, one role: a heartbeat key lives online and must not sign lists.
  if (seen.has(key.key_id)) refuse("key_id", "stands twice");
  seen.add(key.key_id);
}

/** What the association decides about its keys; the key ids follow from the keys. */
export type KeysetContent = Omit<KeysetBody, "spec" | "keys"> & { readonly keys: readonly Omit<KeysetKey, "key_id">[] };

/**
 * Builds a keyset that waits for its signatures, those of the version before and its own.
 *
 * @throws {OmlaError} KEYSET_SCHEMA | CANONICAL_JSON with the path of the field at fault
 * @see docs/spec/7-blacklist.md clauses 7.21 and 7.22
 */
export async function buildKeyset(content: KeysetContent): Promise<SignableFile<KeysetBody>> {
  const withId = async ({ public_key, role }: Omit<KeysetKey, "key_id">, index: number): Promise<KeysetKey> => {
    const key_id = await keyId(public_key).catch((error: unknown) => {
      throw protocolError(KEYSET_SCHEMA, (error as Error).message, `keys[${index}].public_key`);
    });
    return { key_id, public_key, role };
  };
  const body: KeysetBody = { ...content, spec: "omla-keyset/1", keys: await Promise.all(content.keys.map(withId)) };
  const file = await signableFile("keyset", body);
  await readKeyset({ ...file.body, signatures: [] } as unknown as JsonObject);
  return file;
}
