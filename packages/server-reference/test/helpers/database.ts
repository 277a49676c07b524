import { randomBytes } from "node:crypto";
import type { ClientBase } from "pg";
import { inject } from "vitest";
import { openAdmin } from "../../src/db/admin.ts";
import { createDatabase, databaseOf, listenEmbedded, type Database, type DatabaseOptions } from "../../src/db/database.ts";
import { openEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createEmbeddedPool } from "../../src/db/pool.ts";
import { APP_ROLE } from "../../src/db/role.ts";
import { embeddedTemplate, schemaKey } from "./embedded-template.ts";
import { APP_PASSWORD, databaseUrl } from "./postgres.ts";

/** A fresh, migrated database of the kind that this suite is about, with the server's path to it and the owner's. */
export interface TestDatabase {
  readonly db: Database;
  /** The owner's hand: past row-level security, for arranging what no role may write. */
  owner<Result>(work: (client: ClientBase) => Promise<Result>): Promise<Result>;
  /** URLs of this database on PostgreSQL; undefined on the embedded one. */
  readonly appUrl: string | undefined;
  readonly ownerUrl: string | undefined;
  close(): Promise<void>;
}

type TestDatabaseOptions = Pick<DatabaseOptions, "now" | "pool">;

export const databaseKind: "pglite" | "postgres" = process.env["OMLA_TEST_DATABASE"] === "postgres" ? "postgres" : "pglite";

export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  return databaseKind === "postgres" ? createOnPostgres(options) : createEmbedded(options);
}

/** The owner's URL of a new, migrated database on the tests' PostgreSQL. */
export async function createPostgresDatabase(): Promise<string> {
  return createFrom(true);
}

/** The owner's URL of a new, empty one. */
export async function createEmptyPostgresDatabase(): Promise<string> {
  return createFrom(false);
}

async function createFrom(migrated: boolean): Promise<string> {
  const pgUrl = inject("pgUrl");
  if (pgUrl === undefined) throw new Error("this suite has no PostgreSQL: run the project server-postgres");
  const name = `t_${randomBytes(8).toString("hex")}`;
  const cluster = await openAdmin({ url: pgUrl });
  await cluster.run(async (client) => {
    // Copying needs a template that nobody is connected to, so the makers of copies take turns.
    await client.query("select pg_advisory_lock(1)");
    const template = await makeTemplate(client, pgUrl);
    await client.query(`create database ${name} template ${migrated ? template : "template0"}`);
    // A copy does not take over what its template's database denies to the public.
    if (migrated) await client.query(`revoke create, temporary on database ${name} from public`);
  });
  await cluster.close();
  return databaseUrl(pgUrl, name);
}

async function makeTemplate(cluster: ClientBase, pgUrl: string): Promise<string> {
  const name = `omla_template_${await schemaKey()}`;
  const { rowCount } = await cluster.query("select 1 from pg_database where datname = $1", [name]);
  if (rowCount === 1) return name;
  await cluster.query(`create database ${name}`);
  const template = await openAdmin({ url: databaseUrl(pgUrl, name) });
  await migrate(template);
  await template.run((client) => client.query(`alter role ${APP_ROLE} login password '${APP_PASSWORD}'`));
  await template.close();
  return name;
}

async function createOnPostgres(options: TestDatabaseOptions): Promise<TestDatabase> {
  const ownerUrl = await createPostgresDatabase();
  const appUrl = appUrlOf(ownerUrl);
  const db = await createDatabase({ url: appUrl, ...options });
  const admin = await openAdmin({ url: ownerUrl });
  const close = async (): Promise<void> => {
    await db.close();
    await admin.close();
  };
  return { db, owner: (work) => admin.run(work), appUrl, ownerUrl, close };
}

/** The server's login on the same database. */
export function appUrlOf(ownerUrl: string): string {
  return databaseUrl(ownerUrl, new URL(ownerUrl).pathname.slice(1), { user: APP_ROLE, password: APP_PASSWORD });
}

let template: Promise<Blob> | undefined;

async function createEmbedded({ now }: TestDatabaseOptions): Promise<TestDatabase> {
  const embedded = await openEmbedded({ loadDataDir: await (template ??= embeddedTemplate()) });
  const pool = createEmbeddedPool(embedded, APP_ROLE);
  const close = async (): Promise<void> => {
    await pool.end();
    await embedded.close();
  };
  const owner: TestDatabase["owner"] = (work) =>
    pool.withClient(async (client) => {
      client.role = undefined;
      await client.connection.query("set session authorization postgres");
      try {
        return await work(client.connection);
      } finally {
        await client.connection.query(`rollback; reset all; set session authorization ${APP_ROLE}`);
      }
    });
  const db = databaseOf({ kind: "pglite", pool, listen: listenEmbedded(embedded, pool), close }, now);
  return { db, owner, appUrl: undefined, ownerUrl: undefined, close };
}
