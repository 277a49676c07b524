import pg, { type ClientBase } from "pg";
import { openEmbedded } from "./embedded.ts";
import { isDatabaseFault, unreachable } from "./errors.ts";
import { createEmbeddedPool, type Pool } from "./pool.ts";
import { typeParsers } from "./type-parsers.ts";

/** A connection with the owner's rights: for migrations, backup, restore and doctor, never for requests. */
export interface Admin {
  readonly kind: "postgres" | "pglite";
  /** Runs `work` on one connection; `work` begins and ends its own transactions. */
  run<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface AdminOptions {
  readonly url?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly loadDataDir?: Blob | undefined;
}

/**
 * Opens the database as its owner: by the URL of a login that may create roles, or the embedded one.
 *
 * @throws {OmlaError} DATA_DIR_LOCKED
 */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  if (options.url !== undefined) return postgresAdmin(options.url);
  const embedded = await openEmbedded(options);
  const pool = createEmbeddedPool(embedded, "postgres");
  return {
    ...adminOf("pglite", pool),
    close: async () => {
      await pool.end();
      await embedded.close();
    },
  };
}

export function adminOf(kind: Admin["kind"], pool: Pool): Admin {
  return { kind, run: (work) => pool.withClient(({ connection }) => work(connection)), close: () => pool.end() };
}

function postgresAdmin(url: string): Admin {
  const pool = new pg.Pool({ connectionString: url, max: 1, types: typeParsers, application_name: "omla-server admin" });
  pool.on("error", () => undefined);
  return {
    kind: "postgres",
    run: async (work) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw error instanceof Error && isDatabaseFault(error) ? error : unreachable(error);
      });
      try {
        return await work(client);
      } finally {
        // Whatever a failed step left open or locked goes with its connection.
        client.release(true);
      }
    },
    close: () => pool.end(),
  };
}
