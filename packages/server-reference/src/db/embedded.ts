import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OmlaError } from "@omla/sdk/protocol";
import type { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { type FolderLock, lockFolder } from "./folder-lock.ts";

export interface Embedded {
  readonly pglite: PGlite;
  /** For one `pg.Pool` with `max: 1`; PGlite has a single session. */
  readonly poolConfig: object;
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Where the data is kept; in memory where it is left out. */
  readonly dataDir?: string | undefined;
  /** A dump of a data folder to start from, in memory. */
  readonly loadDataDir?: Blob | undefined;
}

/**
 * Opens the embedded PostgreSQL, in a folder that no other process uses, with fsync on: what was acknowledged survives a power cut.
 *
 * @throws {OmlaError} DATA_DIR_LOCKED | DATA_DIR_UNUSABLE
 */
export async function openEmbedded({ dataDir, loadDataDir }: EmbeddedOptions): Promise<Embedded> {
  // Thirty megabytes of WebAssembly: loaded only where they run.
  const [{ PGlite }, { pg_trgm }] = await Promise.all([import("@electric-sql/pglite"), import("@electric-sql/pglite/contrib/pg_trgm")]);
  const extensions = { pg_trgm };
  if (dataDir === undefined) {
    const pglite = await PGlite.create({ extensions, ...(loadDataDir === undefined ? {} : { loadDataDir }) });
    return { pglite, poolConfig: createPgConfig(pglite), close: () => pglite.close() };
  }
  const lock = await takeFolder(dataDir).catch((error: unknown) => {
    throw unusable(dataDir, error);
  });
  try {
    // "-F" would turn fsync off; no setting in postgresql.conf turns it on again.
    const startParams = PGlite.defaultStartParams.filter((parameter) => parameter !== "-F");
    const pglite = await PGlite.create({ dataDir: join(dataDir, "pglite"), extensions, startParams });
    return {
      pglite,
      poolConfig: createPgConfig(pglite),
      close: async () => {
        await pglite.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw unusable(dataDir, error);
  }
}

async function takeFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return lockFolder(folder);
}

/** What the file system of the embedded database says by number alone (WASI). */
const ERRNO: Readonly<Partial<Record<number, string>>> = { 2: "EACCES", 19: "EDQUOT", 29: "EIO", 51: "ENOSPC", 63: "EPERM", 69: "EROFS" };

function unusable(folder: string, cause: unknown): OmlaError {
  if (cause instanceof OmlaError) return cause;
  const { message, errno } = cause as { message?: string; errno?: number };
  const reason = message ?? ERRNO[errno ?? 0] ?? `error ${errno}`;
  return new OmlaError("DATA_DIR_UNUSABLE", `${folder} cannot hold the embedded database: ${reason}`, {
    hint: "Set OMLA_DATA_DIR to a folder that this user may write, on a disk with room; a damaged folder is replaced by restoring a backup into a new one.",
    cause,
  });
}
