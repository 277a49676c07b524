import { type SignableFile, signableFile } from "./build-file.ts";
import { toHex } from "./bytes.ts";
import {
  CONFIG_KEYS,
  HEARTBEAT_EXPIRED,
  HEARTBEAT_MISMATCH,
  HEARTBEAT_NOT_YET_VALID,
  HEARTBEAT_ROLLBACK,
  HEARTBEAT_SCHEMA,
  HEARTBEAT_SIGNATURE,
} from "./codes/lists.ts";
import { protocolError } from "./errors.ts";
import { checkFields, exactly, NUMBER_FROM_1, OBJECTS, optional, SHA256, TEXT, TIME } from "./file-rules.ts";
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
import { formatTimestamp } from "./timestamp.ts";

export interface HeartbeatBody {
  readonly spec: "omla-heartbeat/1";
  /** The number of the newest list. */
  readonly sequence: number;
  /** The digest of that list: hex SHA-256 of its canonical body. */
  readonly sha256: string;
  /** Bytes of that canonical body. */
  readonly length: number;
  readonly generated_at: string;
  /** At most 7 days later. */
  readonly expires_at: string;
}

export interface Heartbeat extends HeartbeatBody {
  readonly signature?: string;
  readonly signatures: readonly FileSignature[];
}

/** What a heartbeat names of a list. */
export interface NamedList {
  readonly sequence: number;
  readonly digest: string;
  readonly length: number;
}

export interface VerifyHeartbeatOptions {
  /** Pinned public keys of role `heartbeat`; one of them must have signed. */
  readonly keys: readonly string[];
  /** One reading of the clock. */
  readonly now: Date;
  /** The checked list that is held. */
  readonly list: NamedList;
  /** The last heartbeat that was accepted. */
  readonly prior?: Pick<HeartbeatBody, "sequence" | "generated_at"> | null | undefined;
  /** 16 KiB unless said. */
  readonly maxBytes?: number;
  /** How far into the future `generated_at` may lie, 300,000 unless said. */
  readonly skewMs?: number;
}

export interface VerifiedHeartbeat {
  readonly ok: true;
  readonly heartbeat: Heartbeat;
  readonly digest: string;
  /** `confirms`: the list that is held is the newest. `ages`: there is a later one, so the held one is not FRESH any more. */
  readonly effect: "confirms" | "ages";
}

const DAY_MS = 86_400_000;
const MAX_LIFETIME_MS = 7 * DAY_MS;
const DEFAULT_SKEW_MS = 300_000;
const DEFAULT_MAX_BYTES = 16_384;
const CODES: FileCodes = {
  tooLarge: HEARTBEAT_SCHEMA,
  notUtf8: HEARTBEAT_SCHEMA,
  notCanonical: HEARTBEAT_SCHEMA,
  schema: HEARTBEAT_SCHEMA,
};
const RULES = Object.entries({
  spec: exactly("omla-heartbeat/1"),
  sequence: NUMBER_FROM_1,
  sha256: SHA256,
  length: NUMBER_FROM_1,
  generated_at: TIME,
  expires_at: TIME,
  signature: optional(TEXT),
  signatures: OBJECTS,
});

/**
 * Checks a heartbeat against the list that is held. It lengthens nothing: it can only confirm a list, or age it.
 *
 * @param raw - the file's bytes, canonical with at most one newline
 * @returns what it says of the list, or CONFIG_KEYS, HEARTBEAT_SCHEMA, HEARTBEAT_SIGNATURE, HEARTBEAT_NOT_YET_VALID, HEARTBEAT_EXPIRED,
 * HEARTBEAT_ROLLBACK (older than the list or the last heartbeat) or HEARTBEAT_MISMATCH (the same number, another list)
 * @see docs/spec/7-blacklist.md clause 7.25, vectors/heartbeats.json
 */
export async function verifyHeartbeat(raw: Uint8Array, options: VerifyHeartbeatOptions): Promise<VerifiedHeartbeat | Refusal> {
  return refusable(() => readSteps(raw, options));
}

async function readSteps(raw: Uint8Array, options: VerifyHeartbeatOptions): Promise<VerifiedHeartbeat> {
  const { keys, now, list, prior, maxBytes = DEFAULT_MAX_BYTES, skewMs = DEFAULT_SKEW_MS } = options;
  if (keys.length === 0) throw protocolError(CONFIG_KEYS, "no heartbeat key is pinned", "keys");
  const pinned = await pinKeys(keys, 1);
  const heartbeat = readHeartbeat(parseFile(raw, maxBytes, CODES));
  const { digest, message } = await bodyDigest("heartbeat", bodyBytes(raw, heartbeat));
  const signers = await signersOf(HEARTBEAT_SIGNATURE, heartbeat, message, pinned);
  if (signers.size === 0) throw protocolError(HEARTBEAT_SIGNATURE, "signed by no pinned heartbeat key", "signatures");
  checkTimes(heartbeat, now.getTime(), skewMs);
  checkSuccession(heartbeat, list, prior);
  return { ok: true, heartbeat, digest: toHex(digest), effect: heartbeat.sequence > list.sequence ? "ages" : "confirms" };
}

/** Reads the fields of a heartbeat. @throws {OmlaError} HEARTBEAT_SCHEMA with the path of the field at fault */
export function readHeartbeat(value: JsonValue): Heartbeat {
  const heartbeat = checkFields(HEARTBEAT_SCHEMA, value, RULES) as JsonObject & Heartbeat;
  checkSignatureMembers(HEARTBEAT_SCHEMA, heartbeat);
  const lifetime = Date.parse(heartbeat.expires_at) - Date.parse(heartbeat.generated_at);
  if (lifetime <= 0 || lifetime > MAX_LIFETIME_MS)
    throw protocolError(HEARTBEAT_SCHEMA, "must be within 7 days after generated_at", "expires_at");
  return heartbeat;
}

function checkTimes({ generated_at, expires_at }: Heartbeat, now: number, skewMs: number): void {
  if (!(Date.parse(generated_at) <= now + skewMs))
    throw protocolError(HEARTBEAT_NOT_YET_VALID, "the heartbeat is from the future", "generated_at");
  if (now > Date.parse(expires_at)) throw protocolError(HEARTBEAT_EXPIRED, "the heartbeat has expired", "expires_at");
}

function checkSuccession(
  { sequence, sha256, length, generated_at }: Heartbeat,
  list: NamedList,
  prior: VerifyHeartbeatOptions["prior"],
): void {
  if (sequence < Math.max(list.sequence, prior?.sequence ?? 0))
    throw protocolError(HEARTBEAT_ROLLBACK, "names a list before the newest known", "sequence");
  if (prior && generated_at < prior.generated_at) throw protocolError(HEARTBEAT_ROLLBACK, "older than the last one", "generated_at");
  if (sequence === list.sequence && (sha256 !== list.digest || length !== list.length)) {
    throw protocolError(HEARTBEAT_MISMATCH, "another list has the same number", sha256 === list.digest ? "length" : "sha256");
  }
}

/**
 * Builds a heartbeat that waits for its signature.
 *
 * @param list - the newest published list, as {@link buildBlacklist} or `verifyBlacklist` names it
 * @param options - `lifetimeDays`, 7 unless said, which is the most
 * @throws {OmlaError} HEARTBEAT_SCHEMA
 * @see docs/spec/7-blacklist.md clauses 7.21 and 7.25
 */
export async function buildHeartbeat(
  list: NamedList,
  now: Date,
  { lifetimeDays = 7 }: { readonly lifetimeDays?: number } = {},
): Promise<SignableFile<HeartbeatBody>> {
  const body: HeartbeatBody = {
    spec: "omla-heartbeat/1",
    sequence: list.sequence,
    sha256: list.digest,
    length: list.length,
    generated_at: formatTimestamp(now),
    expires_at: formatTimestamp(new Date(now.getTime() + lifetimeDays * DAY_MS)),
  };
  const file = await signableFile("heartbeat", body);
  readHeartbeat({ ...file.body, signatures: [] });
  return file;
}
