import { type Blacklist, isUnsigned, readBlacklist } from "./blacklist-schema.ts";
import { toHex } from "./bytes.ts";
import {
  LIST_DOWNGRADE,
  LIST_EQUIVOCATION,
  LIST_FORK,
  LIST_NOT_CANONICAL,
  LIST_NOT_UTF8,
  LIST_NOT_YET_VALID,
  LIST_ROLLBACK,
  LIST_SCHEMA,
  LIST_SIGNATURE,
  LIST_THRESHOLD,
  LIST_TOO_LARGE,
} from "./codes/lists.ts";
import { protocolError } from "./errors.ts";
import {
  type FileCodes,
  parseFile,
  pinKeys,
  type PinnedKeys,
  bodyBytes,
  bodyMessage,
  refusable,
  type Refusal,
  signersOf,
} from "./signed-file.ts";
import { sha256 } from "./sha256.ts";

/** A list that was read. NONE stands for "no list yet", which only a holder of lists can say. */
export type ListState = "FRESH" | "STALE" | "EXPIRED" | "ADVISORY";

/** What was accepted last. */
export interface PriorList {
  readonly sequence: number;
  /** Hex; null where a new keyset has made the reader forget it. */
  readonly digest: string | null;
  /** Whether it was checked: its threshold met by pinned keys. */
  readonly signed: boolean;
}

export interface VerifyBlacklistOptions {
  /** Pinned public keys in base64; with none the list can only be advisory. */
  readonly keys: readonly string[];
  /** How many distinct keys must have signed; 1 unless said, ignored without keys. */
  readonly threshold?: number;
  /** One reading of the clock. */
  readonly now: Date;
  readonly prior?: PriorList | null | undefined;
  /** Bytes after decompression, 64 MiB unless said. */
  readonly maxBytes?: number;
  /** How far into the future `generated_at` may lie, 300,000 unless said. */
  readonly skewMs?: number;
}

export interface VerifiedBlacklist {
  readonly ok: true;
  readonly state: ListState;
  readonly list: Blacklist;
  /** Hex SHA-256 of the canonical body. */
  readonly digest: string;
  /** Bytes of that body. */
  readonly length: number;
  /** Whether pinned keys met the threshold; false means ADVISORY. */
  readonly signed: boolean;
  /** Key ids of the pinned keys that signed. */
  readonly keyIds: readonly string[];
}

const CODES: FileCodes = {
  tooLarge: LIST_TOO_LARGE,
  notUtf8: LIST_NOT_UTF8,
  notCanonical: LIST_NOT_CANONICAL,
  schema: LIST_SCHEMA,
};
export const DEFAULT_MAX_BYTES: number = 64 * 1024 * 1024;
const DEFAULT_SKEW_MS = 300_000;

/**
 * Checks a blacklist file in the protocol's order; the plain reader that faster ones are held against.
 *
 * @param raw - the file's bytes after decompression, as they arrived
 * @returns the list with its state, or the code of the first step that fails (CONFIG_KEYS, LIST_…); never throws on any bytes
 * @see docs/spec/7-blacklist.md clause 7.26, vectors/blacklist.json
 * @example
 * const verdict = await verifyBlacklist(raw, { keys: ["<base64>"], now: new Date() });
 * if (verdict.ok) console.log(verdict.state, verdict.list.entries.length);
 */
export async function verifyBlacklist(raw: Uint8Array, options: VerifyBlacklistOptions): Promise<VerifiedBlacklist | Refusal> {
  return refusable(() => readSteps(raw, options));
}

async function readSteps(raw: Uint8Array, options: VerifyBlacklistOptions): Promise<VerifiedBlacklist> {
  const { keys, threshold = 1, maxBytes = DEFAULT_MAX_BYTES } = options;
  const pinned = await pinKeys(keys, threshold);
  const list = readBlacklist(parseFile(raw, maxBytes, CODES));
  const body = bodyBytes(raw, list);
  return judgeBlacklist(list, { hash: await sha256(body), length: body.length }, pinned, options);
}

/**
 * The steps after the schema: placeholder, signatures, times, sequence. Shared by every reader of lists.
 *
 * @param list - its entries do not count here
 * @param body - SHA-256 and number of bytes of the canonical body
 * @throws {OmlaError} LIST_DOWNGRADE | LIST_SIGNATURE | LIST_THRESHOLD | LIST_NOT_YET_VALID | LIST_ROLLBACK | LIST_EQUIVOCATION | LIST_FORK
 * @see docs/spec/7-blacklist.md clause 7.26
 */
export async function judgeBlacklist(
  list: Blacklist,
  { hash, length }: { readonly hash: Uint8Array; readonly length: number },
  pinned: PinnedKeys,
  { threshold = 1, now, prior, skewMs = DEFAULT_SKEW_MS }: VerifyBlacklistOptions,
): Promise<VerifiedBlacklist> {
  const signed = pinned.size > 0;
  if (signed ? isUnsigned(list) : prior?.signed)
    throw protocolError(LIST_DOWNGRADE, "a list that no pinned key has checked cannot replace a checked one");

  const message = bodyMessage("blacklist", hash);
  const signers = isUnsigned(list) ? new Map<string, string>() : await signersOf(LIST_SIGNATURE, list, message, pinned);
  if (signed && signers.size < threshold)
    throw protocolError(LIST_THRESHOLD, `signed by ${signers.size} of ${threshold} pinned keys`, "signatures");

  const digest = toHex(hash);
  checkBegun(list, now, skewMs);
  if (prior?.signed) checkSuccession(list, digest, prior);
  return {
    ok: true,
    state: listState({ list, signed, now }),
    list,
    digest,
    length,
    signed,
    keyIds: [...new Set(signers.values())],
  };
}

/** @see docs/spec/7-blacklist.md clause 7.27 */
function checkBegun({ generated_at }: Blacklist, now: Date, skewMs: number): void {
  // Written so that an invalid clock reading refuses as well.
  if (!(Date.parse(generated_at) <= now.getTime() + skewMs))
    throw protocolError(LIST_NOT_YET_VALID, "the list is from the future", "generated_at");
}

/** @see docs/spec/7-blacklist.md clauses 7.28 and 7.29 */
function checkSuccession({ sequence, prev_sha256 }: Blacklist, digest: string, prior: PriorList): void {
  const step = sequence - prior.sequence;
  if (step < 0) throw protocolError(LIST_ROLLBACK, `older than list ${prior.sequence}, which was accepted`, "sequence");
  if (prior.digest === null) return;
  if (step === 0 && digest !== prior.digest) throw protocolError(LIST_EQUIVOCATION, "another list has the same number", "sequence");
  if (step === 1 && prev_sha256 !== prior.digest)
    throw protocolError(LIST_FORK, "does not follow the list that was accepted", "prev_sha256");
}

/**
 * The state of a list at a moment; ADVISORY goes before what the clock says.
 *
 * @param given - `signed`: pinned keys met the threshold; `aged`: a heartbeat has named a later list
 * @see docs/spec/7-blacklist.md clauses 7.16 and 7.17
 */
export function listState(given: {
  readonly list: Pick<Blacklist, "next_update" | "expires_at">;
  readonly signed: boolean;
  readonly now: Date;
  readonly aged?: boolean;
}): ListState {
  const { list, signed, now, aged = false } = given;
  if (!signed) return "ADVISORY";
  if (now.getTime() > Date.parse(list.expires_at)) return "EXPIRED";
  return aged || now.getTime() > Date.parse(list.next_update) ? "STALE" : "FRESH";
}
