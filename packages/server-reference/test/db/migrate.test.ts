import { createHash } from "node:crypto";
import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { type Admin, openAdmin } from "../../src/db/admin.ts";
import { createDatabase } from "../../src/db/database.ts";
import { migrate } from "../../src/db/migrate.ts";
import { type MigrationFile, readMigrations } from "../../src/db/migration-files.ts";
import { appUrlOf, createEmptyPostgresDatabase, createTestDatabase, databaseKind } from "../helpers/database.ts";
import { databaseUrl } from "../helpers/postgres.ts";
import { refusal, register } from "./arrange.ts";

const open: Admin[] = [];
afterAll(() => Promise.all(open.map((admin) => admin.close())));

async function emptyDatabase(): Promise<{ admin: Admin; url: string | undefined }> {
  const url = databaseKind === "postgres" ? await createEmptyPostgresDatabase() : undefined;
  const admin = await openAdmin({ url });
  open.push(admin);
  return { admin, url };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "done",
    (error: unknown) => (error instanceof OmlaError ? error.code : String(error)),
  );
}

/** The whole schema as text: columns, constraints, indexes, functions, policies, triggers, privileges. */
async function schemaOf(admin: Admin): Promise<string> {
  return admin.run(async (client) => {
    const { rows } = await client.query<{ line: string }>(SCHEMA);
    return rows.map(({ line }) => line).join("\n");
  });
}

const SCHEMA = `
  select 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
    from information_schema.columns where table_schema in ('omla', 'public')
  union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'omla'::regnamespace
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'omla'
  union all select 'function ' || pg_get_functiondef(p.oid) || coalesce(proacl::text, '') from pg_proc p
    where pronamespace in ('omla'::regnamespace, 'public'::regnamespace)
  union all select 'view ' || viewname || ' ' || definition from pg_views where schemaname = 'public'
  union all select 'policy ' || tablename || ' ' || policyname || ' ' || roles::text || ' ' || cmd || ' ' || coalesce(qual, '') || coalesce(with_check, '') from pg_policies where schemaname = 'omla'
  union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select 'relation ' || relname || ' ' || relowner::regrole::text || ' ' || relrowsecurity || relforcerowsecurity || coalesce(relacl::text, '') from pg_class where relnamespace in ('omla'::regnamespace, 'public'::regnamespace)
  order by 1`;

function changed(file: MigrationFile): MigrationFile {
  const sql = `${file.sql}\n-- one more line`;
  return { ...file, sql, sha256: createHash("sha256").update(sql).digest("hex") };
}

describe("migrate", () => {
  // Migrated by the first test; what follows leaves it as it is, and says so.
  let admin: Admin;
  it("makes the schema once, and finds nothing to do the second time", async () => {
    ({ admin } = await emptyDatabase());
    const files = await readMigrations();
    expect(await migrate(admin)).toEqual({ applied: files.map(({ name }) => name), version: files.length });
    const schema = await schemaOf(admin);
    expect(await migrate(admin)).toEqual({ applied: [], version: files.length });
    expect(await schemaOf(admin)).toBe(schema);
  });

  it("gives the same schema where every file is run a second time", async () => {
    const schema = await schemaOf(admin);
    for (const file of await readMigrations()) {
      await admin.run(async (client) => {
        await client.query("begin");
        if (file.number > 1) await client.query("set local role omla_owner");
        await client.query(file.sql);
        await client.query("commit");
      });
    }
    expect(await schemaOf(admin)).toBe(schema);
  });

  it("is done once where several processes start it at the same moment", async () => {
    const { admin, url } = await emptyDatabase();
    const others = url === undefined ? [admin, admin] : [await openAdmin({ url }), await openAdmin({ url })];
    if (url !== undefined) open.push(...others);
    const results = await Promise.all([migrate(admin), ...others.map((other) => migrate(other))]);
    expect(results.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([0, 0, (await readMigrations()).length]);
  });

  it("leaves nothing of a migration that fails, and goes on from there", async () => {
    const files = await readMigrations();
    const broken: MigrationFile = {
      number: files.length + 1,
      name: "9999_broken",
      sql: "create table omla.half (a int); select 1 / 0;",
      sha256: "0",
    };
    await expect(migrate(admin, [...files, broken])).rejects.toThrow("migration 9999_broken failed: division by zero");
    const { rows } = await admin.run((client) =>
      client.query("select to_regclass('omla.half') as half, (select count(*)::int from omla.schema_migrations) as n"),
    );
    expect(rows).toEqual([{ half: null, n: files.length }]);
    expect(await migrate(admin)).toMatchObject({ applied: [] });
  });

  it("refuses a file that is not what was applied", async () => {
    const files = await readMigrations();
    expect(
      await codeOf(
        migrate(
          admin,
          files.map((file, index) => (index === 6 ? changed(file) : file)),
        ),
      ),
    ).toBe("MIGRATION_CHANGED");
    expect(await codeOf(migrate(admin, files.slice(0, -1)))).toBe("DATABASE_NEWER");
  });

  it("does not mind line ends", async () => {
    const [first] = await readMigrations();
    const { mkdtemp, rm, writeFile } = await import("node:fs/promises");
    const { tmpdir } = await import("node:os");
    const folder = await mkdtemp(`${tmpdir()}/omla-migrations-`);
    await writeFile(`${folder}/${first?.name}.sql`, first?.sql.replaceAll("\n", "\r\n") ?? "");
    expect((await readMigrations(folder))[0]?.sha256).toBe(first?.sha256);
    await writeFile(`${folder}/0003_gap.sql`, "");
    expect(await codeOf(readMigrations(folder))).toBe("MIGRATION_FILES");
    await rm(folder, { recursive: true });
  });
});

describe("data of every earlier state", () => {
  it("is still there after the migrations that follow", async () => {
    const { admin } = await emptyDatabase();
    const files = await readMigrations();
    const kept: Record<string, string> = {};
    for (let version = 1; version <= files.length; version += 1) {
      await migrate(admin, files.slice(0, version));
      await admin.run(async (client) => {
        for (const [table, insert] of Object.entries(SAMPLES)) {
          if (kept[table] === undefined && (await exists(client, table))) await client.query(insert);
          if (await exists(client, table)) kept[table] ??= await rowsOf(client, table);
        }
      });
    }
    for (const [table, rows] of Object.entries(kept)) expect(await admin.run((client) => rowsOf(client, table))).toBe(rows);
    expect(Object.keys(kept).sort()).toEqual(Object.keys(SAMPLES).sort());
  });
});

async function exists(client: ClientBase, table: string): Promise<boolean> {
  return (await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [`omla.${table}`])).rows[0]?.there === true;
}

async function rowsOf(client: ClientBase, table: string): Promise<string> {
  return (
    (
      await client.query<{ rows: string }>(
        `select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]')::text as rows from omla.${table} t`,
      )
    ).rows[0]?.rows ?? ""
  );
}

/** A row for each kind of table, written as soon as the table is there. */
const SAMPLES: Readonly<Record<string, string>> = {
  currency_registry: "insert into omla.currency_registry values ('GOLD', 'Gold', 'platform', 2, true)",
  documents: `insert into omla.documents (digest, type, body, signature, signer_pubkey)
    values (omla.sha256_of('{}'), 'registration', '{}', repeat('A', 86) || '==', repeat('A', 43) || '=')`,
  models: `insert into omla.models (id, name, license_version, ed25519_pubkey, model_hash, document_digest)
    values ('6f1f3f0a-6f0e-4f3c-9a53-1d9a2a3b4c5d', 'Old', 'v8', repeat('A', 43) || '=', repeat('0', 64), omla.sha256_of('{}'))`,
  wallets: "insert into omla.wallets (model_id, address, is_primary) select id, omla.address_of(id), true from omla.models",
  contribution_splits: `insert into omla.contribution_splits (model_id, recipient, recipient_wallet_id, percentage, position, effective_from, document_digest, update_signature, update_nonce)
    select w.model_id, 'Me', w.id, 100, 0, omla.now(), omla.sha256_of('{}'), repeat('A', 86) || '==', 0 from omla.wallets w`,
  commercial_users: "insert into omla.commercial_users (company_name) values ('Acme')",
  audit_log: "select omla.audit_append('system', 'test.x', 'test', '1')",
  rate_limits: "insert into omla.rate_limits values ('a', 1, now())",
};

describe("an owner that is no superuser", () => {
  it("may create roles and owns the database, which is all that migrations need", async () => {
    const { admin, url } = await emptyDatabase();
    if (url === undefined) return expect(await migrate(admin)).toMatchObject({ version: (await readMigrations()).length });
    const name = `owner_${new URL(url).pathname.slice(3)}`;
    await admin.run(async (client) => {
      // The roles of this cluster were made by somebody else, who must let this owner in; on a cluster of its own it makes them.
      const { rows } = await client.query<{ roles: string | null }>(
        "select string_agg(rolname, ', ') as roles from pg_roles where rolname in ('omla_owner', 'omla_jobs')",
      );
      await client.query(
        `create role ${name} login createrole password 'x'; alter database "${new URL(url).pathname.slice(1)}" owner to ${name}`,
      );
      if (rows[0]?.roles) await client.query(`grant ${rows[0].roles} to ${name} with admin option`);
    });
    const owner = await openAdmin({ url: databaseUrl(url, new URL(url).pathname.slice(1), { user: name, password: "x" }) });
    open.push(owner);
    await migrate(owner);
    const db = await createDatabase({ url: appUrlOf(url) });
    expect((await db.query("anon", "select count(*)::int as n from public.models")).rows).toEqual([{ n: 0 }]);
    await db.close();
  });
});

describe("a start", () => {
  it("refuses PostgreSQL that was not migrated, or not with this software's files", async () => {
    if (databaseKind === "pglite") {
      // The embedded database is brought up to date at every start.
      const embedded = await createDatabase({});
      expect((await embedded.query("anon", "select count(*)::int as n from public.models")).rows).toEqual([{ n: 0 }]);
      return embedded.close();
    }
    const ownerUrl = await createEmptyPostgresDatabase();
    expect(await codeOf(createDatabase({ url: appUrlOf(ownerUrl) }))).toBe("DATABASE_NOT_MIGRATED");
    const admin = await openAdmin({ url: ownerUrl });
    open.push(admin);
    await migrate(admin, (await readMigrations()).slice(0, -1));
    expect(await codeOf(createDatabase({ url: appUrlOf(ownerUrl) }))).toBe("DATABASE_NOT_MIGRATED");
    await migrate(admin);
    expect(await codeOf(createDatabase({ url: ownerUrl }))).toBe("DATABASE_PRIVILEGED");
    const db = await createDatabase({ url: appUrlOf(ownerUrl) });
    await db.close();
  });

  it("works on what the migrations made", async () => {
    const database = await createTestDatabase();
    const model = await register(database);
    expect((await refusal(register(database, { id: model.id }))).code).toBe("MODEL_EXISTS");
    await database.close();
  });
});
