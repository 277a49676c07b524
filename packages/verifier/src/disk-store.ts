import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createHash, randomBytes } from "node:crypto";

/** What is kept between two runs: the file as it was received, and what must not be forgotten with it. */
export interface StoredList {
  /** Exactly the bytes that were received; they are verified again on load. */
  readonly raw: Uint8Array;
  /** The latest moment that was seen, so that a clock set back cannot revive an expired list. */
  readonly maxSeenMs: number;
  readonly etag: string | null;
  /** The keysets that were walked from the pinned keys, as they were received; walked again on load. */
  readonly keysets: readonly string[];
}

/** Where the last good list is kept. `load` answers undefined where there is none or where what is there is torn. */
export interface ListStore {
  load(): Promise<StoredList | undefined>;
  save(stored: StoredList): Promise<void>;
}

const FORMAT = "omla-verifier-store/1";
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
    async save({ raw, maxSeenMs, etag, keysets }) {
      const header = JSON.stringify({ format: FORMAT, sha256: sha256Of(raw), max_seen_ms: maxSeenMs, etag, keysets });
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, [Buffer.from(`${header}\n`), raw]);
    },
  };
}

function parseStored(bytes: Uint8Array): StoredList | undefined {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0 || end > MAX_HEADER) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8"));
    if (typeof header !== "object" || header === null) return undefined;
    const { format, sha256, max_seen_ms: maxSeenMs, etag, keysets } = header as Record<string, unknown>;
    const raw = bytes.subarray(end + 1);
    if (format !== FORMAT || sha256 !== sha256Of(raw) || typeof maxSeenMs !== "number" || !Number.isFinite(maxSeenMs)) return undefined;
    const files = Array.isArray(keysets) ? keysets.filter((file): file is string => typeof file === "string") : [];
    return { raw, maxSeenMs, etag: typeof etag === "string" ? etag : null, keysets: files };
  } catch {
    return undefined;
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const folder = dirname(path);
  // In the same folder, so that the rename stays within one file system; a name of its own, so that two processes do not share it.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      for (const part of parts) await file.write(part);
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
