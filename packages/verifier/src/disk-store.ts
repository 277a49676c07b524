import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { toHex } from "@omla/sdk/protocol";
import { withLock } from "./disk-lock.ts";
import { hashPieces, Slices } from "./slices.ts";

/** What is kept between two runs: the file as it was received, and what must not be forgotten with it. */
export interface StoredList {
  /** Exactly the bytes that were received; they are verified again on load. */
  readonly raw: Uint8Array;
  /** Number of the list, and version of the keys that it was verified under. */
  readonly sequence: number;
  readonly keysetVersion: number;
  /** The latest moment that was seen, so that a clock set back cannot revive an expired list. */
  readonly maxSeenMs: number;
  readonly etag: string | null;
  /** The keysets that were walked from the pinned keys, as they were received; walked again on load. */
  readonly keysets: readonly string[];
  /** Since when a later list waits for a day to pass or for the operator; absent where none does. */
  readonly heldBackSinceMs?: number | undefined;
}

export interface SaveOptions {
  /** Whether what is kept now did not verify, so that its number counts for nothing. */
  readonly isForced?: boolean;
}

/**
 * Where the last good list is kept. `load` answers undefined where there is none or where what is there is torn.
 *
 * Where several processes share a store, `save` must leave a later list alone: one of a later keyset, or of a higher number under the same.
 */
export interface ListStore {
  load(): Promise<StoredList | undefined>;
  save(stored: StoredList, options?: SaveOptions): Promise<void>;
}

const FORMAT = "omla-verifier-store/2";
const NEWLINE = 10;
/** 64 keysets of 64 KiB, as JSON strings. */
const MAX_HEADER = 16 * 1024 * 1024;

/**
 * Keeps the list in one file that is only ever replaced as a whole: written beside it, flushed, then renamed.
 *
 * The first line is a JSON header with the SHA-256 of what follows, so that a torn file is told from a good one.
 */
export function createDiskStore(path: string): ListStore {
  return {
    async load() {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
      return parseStored(bytes);
    },
    async save(stored, { isForced = false } = {}) {
      await mkdir(dirname(path), { recursive: true });
      await withLock(join(dirname(path), `.${basename(path)}.lock`), async () => {
        const kept = isForced ? undefined : await this.load();
        if (kept === undefined || !isLater(kept, stored)) await replaceFile(path, [await headerOf(stored), stored.raw]);
      });
    },
  };
}

/** Whether a list is later than another: a new keyset may set the numbers back, nothing else may. */
function isLater(one: StoredList, other: StoredList): boolean {
  return (one.keysetVersion - other.keysetVersion || one.sequence - other.sequence) > 0;
}

async function headerOf({ raw, sequence, keysetVersion, maxSeenMs, etag, keysets, heldBackSinceMs }: StoredList): Promise<Uint8Array> {
  const known = { sequence, keyset_version: keysetVersion, max_seen_ms: maxSeenMs, etag, keysets, held_back_since_ms: heldBackSinceMs };
  return Buffer.from(`${JSON.stringify({ format: FORMAT, sha256: await sha256Of(raw), ...known })}\n`);
}

async function parseStored(bytes: Uint8Array): Promise<StoredList | undefined> {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0 || end > MAX_HEADER) return undefined;
  const header = parseHeader(Buffer.from(bytes.subarray(0, end)).toString("utf8"));
  if (header === undefined || header["format"] !== FORMAT) return undefined;
  const { sha256, sequence, keyset_version: keysetVersion, max_seen_ms: maxSeenMs, etag, keysets, held_back_since_ms: since } = header;
  const raw = bytes.subarray(end + 1);
  if (!isNumber(sequence) || !isNumber(keysetVersion) || !isNumber(maxSeenMs) || sha256 !== (await sha256Of(raw))) return undefined;
  const files = Array.isArray(keysets) ? keysets.filter((file): file is string => typeof file === "string") : [];
  const known = { sequence, keysetVersion, maxSeenMs, heldBackSinceMs: isNumber(since) ? since : undefined };
  return { raw, ...known, etag: typeof etag === "string" ? etag : null, keysets: files };
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(text);
    return typeof header === "object" && header !== null ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  return toHex(await hashPieces([bytes], new Slices()));
}

async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const folder = dirname(path);
  // In the same folder, so that the rename stays within one file system; a name of its own, so that two processes do not share it.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      // Unlike `write`, this goes on until all is written.
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no handle on a folder; there the rename itself is what there is.
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
