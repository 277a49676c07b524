import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import type { Admin } from "./admin.ts";
import { readMigrations, type MigrationFile } from "./migration-files.ts";
import { OWNER_ROLE } from "./role.ts";

export interface MigrationResult {
  readonly applied: readonly string[];
  /** Number of the newest migration that is in the database now. */
  readonly version: number;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

/** Any number that nobody else on the cluster uses: "OMLA" in ASCII. */
const LOCK_KEY = 0x4f4d4c41;
/** `pg_catalog.current_setting('server_version_num')` of PostgreSQL 15. */
const OLDEST_SERVER = 150_000;

/**
 * Applies what is missing, each migration in a transaction of its own; a second process waits and then finds nothing to do.
 *
 * @throws {OmlaError} MIGRATION_CHANGED where an applied file is not what it was | DATABASE_NEWER | DATABASE_TOO_OLD
 */
export async function migrate(admin: Admin, files?: readonly MigrationFile[]): Promise<MigrationResult> {
  const migrations = files ?? (await readMigrations());
  return admin.run(async (client) => {
    await assertServerVersion(client);
    await client.query("select pg_advisory_lock($1)", [LOCK_KEY]);
    try {
      return await applyMissing(client, migrations);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [LOCK_KEY]);
    }
  });
}

async function applyMissing(client: ClientBase, migrations: readonly MigrationFile[]): Promise<MigrationResult> {
  const done = await readApplied(client);
  assertUnchanged(done, migrations);
  const missing = migrations.slice(done.length);
  for (const migration of missing) await applyOne(client, migration);
  // Servers that run already, and a PostgREST in front, read the catalogue again.
  if (missing.length > 0) await client.query("notify pgrst, 'reload schema'");
  return { applied: missing.map(({ name }) => name), version: migrations.length };
}

async function applyOne(client: ClientBase, migration: MigrationFile): Promise<void> {
  try {
    await client.query("begin");
    await runMigration(client, migration);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw new Error(`migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Runs one migration and books it, in the caller's transaction; the role of the owner stays set in it. */
export async function runMigration(client: ClientBase, { number, name, sha256, sql }: MigrationFile): Promise<void> {
  // The first migration makes the role that owns everything after it.
  if (number > 1) await client.query(`set local role ${OWNER_ROLE}`);
  await client.query(sql);
  if (number === 1) await client.query(`set local role ${OWNER_ROLE}; ${LEDGER}`);
  await client.query("insert into omla.schema_migrations (number, name, sha256) values ($1, $2, $3)", [number, name, sha256]);
}

const LEDGER = `
  create table if not exists omla.schema_migrations (
    number int constraint schema_migrations_pkey primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now());
  alter table omla.schema_migrations enable row level security;
  alter table omla.schema_migrations force row level security;
  drop policy if exists owner_all on omla.schema_migrations;
  create policy owner_all on omla.schema_migrations to ${OWNER_ROLE} using (true) with check (true);
  create or replace function omla.schema_version() returns table (number int, name text, sha256 text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select number, name, sha256 from omla.schema_migrations order by number $$;
  grant execute on function omla.schema_version() to public;
  grant usage on schema omla to omla_app`;

/** The migrations that this database has; none where it is empty. */
export async function readApplied(client: ClientBase): Promise<AppliedMigration[]> {
  const { rows: found } = await client.query("select to_regprocedure('omla.schema_version()') is not null as present");
  if (!(found[0] as { present: boolean }).present) return [];
  return (await client.query<AppliedMigration>("select number, name, sha256 from omla.schema_version()")).rows;
}

function assertUnchanged(done: readonly AppliedMigration[], migrations: readonly MigrationFile[]): void {
  if (done.length > migrations.length) {
    throw new OmlaError(
      "DATABASE_NEWER",
      `the database has migration ${done.at(-1)?.name}, this software ends at ${migrations.at(-1)?.name}`,
      {
        hint: "Run the version of omla-server that wrote this database, or a newer one.",
      },
    );
  }
  const changed = done.find(({ sha256, name }, index) => migrations[index]?.sha256 !== sha256 || migrations[index]?.name !== name);
  if (changed !== undefined) {
    throw new OmlaError("MIGRATION_CHANGED", `${changed.name} is not the file that was applied to this database`, {
      hint: "Migrations are never edited: put the file back, and write a new one.",
      details: { migration: changed.name },
    });
  }
}

/**
 * Refuses a database that lacks migrations, or has other ones than this software.
 *
 * @throws {OmlaError} DATABASE_NOT_MIGRATED | MIGRATION_CHANGED | DATABASE_NEWER | DATABASE_TOO_OLD
 */
export async function assertMigrated(client: ClientBase, files?: readonly MigrationFile[]): Promise<void> {
  await assertServerVersion(client);
  const migrations = files ?? (await readMigrations());
  const done = await readApplied(client);
  assertUnchanged(done, migrations);
  if (done.length < migrations.length) {
    throw new OmlaError("DATABASE_NOT_MIGRATED", `the database has ${done.length} of ${migrations.length} migrations`, {
      hint: 'Run "omla-server migrate" with the login that owns the database.',
    });
  }
}

async function assertServerVersion(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::int as version");
  const version = rows[0]?.version ?? 0;
  if (version < OLDEST_SERVER) {
    throw new OmlaError("DATABASE_TOO_OLD", `PostgreSQL ${Math.trunc(version / 10_000)} is too old`, {
      hint: "Use PostgreSQL 15 or newer.",
    });
  }
}
