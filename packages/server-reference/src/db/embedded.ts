import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { lockFolder } from "./folder-lock.ts";

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
 * @throws {OmlaError} DATA_DIR_LOCKED
 */
export async function openEmbedded({ dataDir, loadDataDir }: EmbeddedOptions): Promise<Embedded> {
  // Thirty megabytes of WebAssembly: loaded only where they run.
  const [{ PGlite }, { pg_trgm }] = await Promise.all([import("@electric-sql/pglite"), import("@electric-sql/pglite/contrib/pg_trgm")]);
  const extensions = { pg_trgm };
  if (dataDir === undefined) {
    const pglite = await PGlite.create({ extensions, ...(loadDataDir === undefined ? {} : { loadDataDir }) });
    return { pglite, poolConfig: createPgConfig(pglite), close: () => pglite.close() };
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
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
    throw error;
  }
}
