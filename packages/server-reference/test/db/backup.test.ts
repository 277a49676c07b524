import { OmlaError } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Admin, openAdmin } from "../../src/db/admin.ts";
import { backup, type BackupTrailer } from "../../src/db/backup.ts";
import { readBackupTables, sequencesOf } from "../../src/db/backup-tables.ts";
import { restore } from "../../src/db/restore.ts";
import { createEmptyPostgresDatabase, createTestDatabase, databaseKind, type TestDatabase } from "../helpers/database.ts";
import { register } from "./arrange.ts";
import { arrangeRegistry } from "./arrange-registry.ts";

let database: TestDatabase;
let lines: string[];
let trailer: BackupTrailer;
const open: Admin[] = [];

/** The owner's path to the database under test, for functions that want an {@link Admin}. */
function adminOf(source: TestDatabase): Admin {
  return { kind: source.db.kind, run: (work) => source.owner(work), close: async () => undefined };
}

beforeAll(async () => {
  database = await createTestDatabase({ now: () => new Date("2026-10-02T00:00:00.123Z") });
  await arrangeRegistry(database);
  ({ lines, trailer } = await backupOf(adminOf(database)));
});
afterAll(async () => {
  await Promise.all(open.map((admin) => admin.close()));
  await database.close();
});

async function backupOf(admin: Admin): Promise<{ lines: string[]; trailer: BackupTrailer }> {
  const written: string[] = [];
  const end = await backup(admin, new Date("2026-10-03T00:00:00Z"), (line) => void written.push(line));
  return { lines: written, trailer: end };
}

async function* read(source: readonly string[]): AsyncIterable<string> {
  yield* source;
}

async function emptyAdmin(kind: "pglite" | "postgres"): Promise<Admin> {
  const admin = await openAdmin({ url: kind === "postgres" ? await createEmptyPostgresDatabase() : undefined });
  open.push(admin);
  return admin;
}

/** Every table as text, row by row. */
async function contents(admin: Admin): Promise<Record<string, unknown>> {
  return admin.run(async (client) => {
    await client.query("set timezone = 'UTC'");
    const tables: Record<string, unknown> = {};
    for (const { name } of await readBackupTables(client)) {
      tables[name] = (await client.query<{ row: string }>(`select t::text as row from omla."${name}" t order by 1`)).rows.map(
        ({ row }) => row,
      );
    }
    return { ...tables, sequences: await sequencesOf(client) };
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "done",
    (error: unknown) => (error instanceof OmlaError ? error.code : String(error)),
  );
}

describe("a backup", () => {
  it("holds rows of every table", async () => {
    const before = (await contents(adminOf(database))) as Record<string, unknown[]>;
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    expect(trailer.rows).toBe(lines.filter((line) => line.startsWith("[")).length);
  });

  it("is one line per line, however its readers tell lines apart", () => {
    expect(lines.join("").match(/[\n\r\u2028\u2029]/g)).toBeNull();
    expect(lines.join("")).toContain("\\u2028line\\u2029");
  });

  it.each(databaseKind === "postgres" ? (["postgres", "pglite"] as const) : (["pglite"] as const))(
    "restores every table into an empty %s",
    async (kind) => {
      const admin = await emptyAdmin(kind);
      expect(await restore(admin, read(lines))).toEqual(trailer);
      expect(await contents(admin)).toEqual(await contents(adminOf(database)));
      const again = await backupOf(admin);
      expect(again.lines.slice(1, -1).sort()).toEqual(lines.slice(1, -1).sort());
    },
  );

  it("is a registry that goes on working, with its guards up again", async () => {
    const target = await createTestDatabase();
    try {
      await restore(adminOf(target), read(lines));
      await register(target);
      const { rows } = await target.db.service((tx) =>
        tx.query("select bad_seq, (select count(*)::int from omla.unsigned_rows()) as unsigned from omla.audit_verify()"),
      );
      expect(rows).toEqual([{ bad_seq: null, unsigned: 0 }]);
      await expect(target.owner((client) => client.query("delete from omla.audit_log"))).rejects.toMatchObject({ constraint: "IMMUTABLE" });
    } finally {
      await target.close();
    }
  });
});

describe("a restore", () => {
  const cases: readonly (readonly [string, (all: readonly string[]) => readonly string[], string])[] = [
    ["one that is cut short", (all) => all.slice(0, -1), "BACKUP_DAMAGED"],
    ["one without its first line", (all) => all.slice(1), "BACKUP_DAMAGED"],
    ["one that lacks a row", (all) => all.filter((_, index) => index !== all.findIndex((line) => line.startsWith("["))), "BACKUP_DAMAGED"],
    ["one with a changed amount", (all) => all.map((line) => line.replace("999999999999.999999", "999999999999.999998")), "BACKUP_DAMAGED"],
    ["one with a changed name", (all) => all.map((line) => line.replace('"Acme"', '"Acne"')), "BACKUP_DAMAGED"],
    ["a text that is no backup", () => ["hello"], "BACKUP_DAMAGED"],
    [
      "one of a newer schema",
      (all) => [String(all[0]).replace('"migrations":[', '"migrations":[{"name":"0000_future","sha256":"0"},'), ...all.slice(1)],
      "BACKUP_NEWER",
    ],
  ];
  it.each(cases)("refuses %s, and leaves nothing behind", async (_name, change, code) => {
    const target = await createTestDatabase();
    try {
      expect(await codeOf(restore(adminOf(target), read(change(lines))))).toBe(code);
      const { rows } = await target.db.service((tx) => tx.query("select count(*)::int as n from omla.documents"));
      expect(rows).toEqual([{ n: 0 }]);
    } finally {
      await target.close();
    }
  });

  it("refuses a database that is in use", async () => {
    const target = await createTestDatabase();
    try {
      const model = await register(target);
      expect(await codeOf(restore(adminOf(target), read(lines)))).toBe("DATABASE_NOT_EMPTY");
      expect((await target.db.query("anon", "select id from public.models")).rows).toEqual([{ id: model.id }]);
    } finally {
      await target.close();
    }
  });
});
