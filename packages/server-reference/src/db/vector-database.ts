import pg from "pg";
import type { AskSql } from "./conformance.ts";
import { createDatabase } from "./database.ts";
import { assertMigrated, readApplied, runMigration } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { typeParsers } from "./type-parsers.ts";

/** The stored functions, open for vectors; whatever the vectors do is gone afterwards. */
export interface VectorDatabase {
  readonly ask: AskSql;
  close(): Promise<void>;
}

/**
 * Opens the functions that are stored in a database: PostgreSQL by URL, as the server's login or the owner's, or the embedded one.
 *
 * Works in one transaction that is rolled back. In an empty PostgreSQL an owner's login finds this version's functions, made within it.
 * @throws {OmlaError} DATABASE_NOT_MIGRATED | MIGRATION_CHANGED | DATABASE_NEWER | DATA_DIR_LOCKED
 */
export async function openVectorDatabase(options: {
  readonly url?: string | undefined;
  readonly dataDir?: string | undefined;
}): Promise<VectorDatabase> {
  return options.url === undefined ? openEmbeddedVectors(options.dataDir) : openPostgresVectors(options.url);
}

async function openEmbeddedVectors(dataDir: string | undefined): Promise<VectorDatabase> {
  const db = await createDatabase({ dataDir });
  const ask: AskSql = async (text, values) => firstValue((await db.query("service_role", text, values)).rows);
  return { ask, close: () => db.close() };
}

async function openPostgresVectors(url: string): Promise<VectorDatabase> {
  const client = new pg.Client({ connectionString: url, types: typeParsers, application_name: "omla-server conformance" });
  await client.connect();
  try {
    await client.query("begin");
    if (await isEmptyForOwner(client)) for (const migration of await readMigrations()) await runMigration(client, migration);
    await client.query("reset role");
    await assertMigrated(client);
    await client.query("set local role service_role");
  } catch (error) {
    await client.end();
    throw error;
  }
  const ask: AskSql = async (text, values) => {
    await client.query("savepoint vector");
    try {
      return firstValue((await client.query(text, [...values])).rows);
    } finally {
      await client.query("rollback to savepoint vector");
    }
  };
  return { ask, close: () => client.end() };
}

async function isEmptyForOwner(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ mighty: boolean }>(
    "select rolsuper or rolcreaterole as mighty from pg_roles where rolname = current_user",
  );
  return rows[0]?.mighty === true && (await readApplied(client)).length === 0;
}

function firstValue(rows: readonly Record<string, unknown>[]): unknown {
  return Object.values(rows[0] ?? {})[0];
}
