import { createHash } from "node:crypto";
import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import type { Admin } from "./admin.ts";
import { type BackupTable, readBackupTables, sequencesOf } from "./backup-tables.ts";
import { assertMigrated, readApplied } from "./migrate.ts";
import { OWNER_ROLE } from "./role.ts";

/** The first line of a backup. */
export interface BackupHeader {
  readonly spec: "omla-backup/1";
  readonly created_at: string;
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[];
}

/** The last line: how many rows there were, and the SHA-256 of all lines before this one. */
export interface BackupTrailer {
  readonly rows: number;
  readonly sha256: string;
}

/** Takes one line of the backup, without its line end; resolves when it may be followed by the next. */
export type WriteLine = (line: string) => void | Promise<void>;

/** Rows at a time; published files are large, and come one by one. */
const BATCH = 500;
const batchOf = ({ columns }: BackupTable): number => (columns.some(({ name }) => name === "raw") ? 1 : BATCH);
/** Values print alike whatever the server's settings are. */
const PLAIN_OUTPUT =
  "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1";

/**
 * Writes the whole registry as lines of JSON, out of one snapshot; either database can restore it.
 *
 * A header, then for each table its name and columns and its rows as arrays of texts, then a trailer with a checksum.
 * The job queue is not part of it: a start sets it up again.
 * @throws {OmlaError} DATABASE_NOT_MIGRATED | MIGRATION_CHANGED | DATABASE_NEWER
 */
export async function backup(admin: Admin, now: Date, write: WriteLine): Promise<BackupTrailer> {
  return admin.run(async (client) => {
    await assertMigrated(client);
    const hash = createHash("sha256");
    const put = async (value: unknown): Promise<void> => {
      const line = lineOf(value);
      hash.update(`${line}\n`);
      await write(line);
    };
    await client.query(`begin isolation level repeatable read read only; set local role ${OWNER_ROLE}; ${PLAIN_OUTPUT}`);
    try {
      const migrations = (await readApplied(client)).map(({ name, sha256 }) => ({ name, sha256 }));
      await put({ spec: "omla-backup/1", created_at: now.toISOString(), migrations } satisfies BackupHeader);
      let rows = 0;
      for (const table of await readBackupTables(client)) rows += await writeTable(client, table, put);
      for (const sequence of await sequencesOf(client)) await put({ sequence });
      const trailer: BackupTrailer = { rows, sha256: hash.digest("hex") };
      await write(JSON.stringify({ end: trailer }));
      return trailer;
    } finally {
      await client.query("rollback");
    }
  });
}

/** JSON without the two characters that some readers of lines take for a line's end. */
function lineOf(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

async function writeTable(client: ClientBase, table: BackupTable, put: (value: unknown) => Promise<void>): Promise<number> {
  const batch = batchOf(table);
  const columns = table.columns.map(({ name }) => name);
  await put({ table: table.name, columns });
  const list = table.columns.map(({ name }) => `"${name}"::text`).join(", ");
  await client.query(
    `declare backup_rows no scroll cursor for select json_build_array(${list})::text as row from omla."${table.name}" order by ctid`,
  );
  let written = 0;
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${batch} from backup_rows`);
    for (const { row } of rows) await put(JSON.parse(row));
    written += rows.length;
    if (rows.length < batch) break;
  }
  await client.query("close backup_rows");
  return written;
}

/** A backup that cannot be what was written. */
export function damaged(what: string): OmlaError {
  return new OmlaError("BACKUP_DAMAGED", what, { hint: "Take another copy of the backup: this one is cut short or was changed." });
}
