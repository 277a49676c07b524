import { createHash, type Hash } from "node:crypto";
import { OmlaError } from "@omla/sdk/protocol";
import type { ClientBase } from "pg";
import type { Admin } from "./admin.ts";
import { type BackupHeader, type BackupTrailer, damaged } from "./backup.ts";
import { type BackupTable, readBackupTables, type SequenceState } from "./backup-tables.ts";
import { isDatabaseFault } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { OWNER_ROLE } from "./role.ts";

type Row = readonly (string | null)[];
type Line =
  | { readonly kind: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "sequence"; readonly sequence: SequenceState }
  | { readonly kind: "end"; readonly end: BackupTrailer };

const BATCH = 500;
/** Rows are written earlier where they are this large together. */
const BATCH_CHARACTERS = 4_000_000;
/** Tables that migrations fill: what stands in them does not make a database "in use". */
const SEEDED = new Set(["asset_kinds", "currency_registry", "lineage_turn", "royalty_rates", "tax_form_kinds", "tax_thresholds"]);

/**
 * Puts a backup into an empty database of either kind, all of it or nothing, and brings the schema up to date afterwards.
 *
 * @throws {OmlaError} BACKUP_DAMAGED | BACKUP_NEWER | DATABASE_NOT_EMPTY
 */
export async function restore(admin: Admin, lines: AsyncIterable<string>): Promise<BackupTrailer> {
  const reader = lines[Symbol.asyncIterator]();
  const hash = createHash("sha256");
  const header = readHeader(await nextText(reader), hash);
  const files = await readMigrations();
  if (header.migrations.some(({ name, sha256 }, index) => files[index]?.name !== name || files[index]?.sha256 !== sha256)) {
    throw new OmlaError("BACKUP_NEWER", "the backup comes from another version of the schema", {
      hint: "Restore it with the omla-server that wrote it, or a newer one.",
    });
  }
  await migrate(admin, files.slice(0, header.migrations.length));
  const trailer = await admin.run((client) => inTransaction(client, () => readAll(client, reader, hash)));
  await migrate(admin, files);
  return trailer;
}

async function inTransaction<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  await client.query(`begin; set local role ${OWNER_ROLE}`);
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function readAll(client: ClientBase, reader: AsyncIterator<string>, hash: Hash): Promise<BackupTrailer> {
  const tables = await readBackupTables(client);
  await makeRoom(client, tables);
  const trailer = await readRows(client, tables, reader, hash);
  for (const { name } of tables) await client.query(`alter table omla."${name}" enable trigger user`);
  const { rows } = await client.query<{ bad_seq: string | null }>("select bad_seq from omla.audit_verify()");
  if (rows[0]?.bad_seq !== null) throw damaged(`row ${rows[0]?.bad_seq} of the audit log does not fit`);
  return trailer;
}

/** Triggers would audit and move states again; the constraints of the tables stay on. */
async function makeRoom(client: ClientBase, tables: readonly BackupTable[]): Promise<void> {
  for (const { name } of [...tables].reverse()) {
    const { rowCount } = SEEDED.has(name) ? { rowCount: 0 } : await client.query(`select 1 from omla."${name}" limit 1`);
    if (rowCount !== 0) {
      throw new OmlaError("DATABASE_NOT_EMPTY", `${name} holds rows already`, {
        hint: "Restore into an empty database or a new OMLA_DATA_DIR.",
      });
    }
    await client.query(`alter table omla."${name}" disable trigger user; delete from omla."${name}"`);
  }
}

async function readRows(
  client: ClientBase,
  tables: readonly BackupTable[],
  reader: AsyncIterator<string>,
  hash: Hash,
): Promise<BackupTrailer> {
  let table: BackupTable | undefined;
  let batch: Row[] = [];
  let characters = 0;
  let count = 0;
  const flush = async (): Promise<void> => {
    if (table !== undefined && batch.length > 0) await insertRows(client, table, batch);
    count += batch.length;
    batch = [];
    characters = 0;
  };
  for (;;) {
    const text = await nextText(reader);
    const line = parseLine(text);
    if (line.kind === "end") {
      await flush();
      if (line.end.rows !== count || line.end.sha256 !== hash.digest("hex")) throw damaged("the checksum of the backup does not fit");
      return line.end;
    }
    hash.update(`${text}\n`);
    if (line.kind === "row") {
      batch.push(line.row);
      characters += text.length;
      if (batch.length === BATCH || characters > BATCH_CHARACTERS) await flush();
    } else {
      await flush();
      if (line.kind === "table") table = tableOf(tables, line.table, line.columns);
      else
        await client.query("select setval(('omla.' || quote_ident($1))::regclass, $2, $3)", [
          line.sequence.name,
          line.sequence.value,
          line.sequence.is_called,
        ]);
    }
  }
}

function tableOf(tables: readonly BackupTable[], name: string, columns: readonly string[]): BackupTable {
  const table = tables.find((candidate) => candidate.name === name);
  if (table === undefined || table.columns.map((column) => column.name).join() !== columns.join())
    throw damaged(`${name} is no table of this schema`);
  return table;
}

async function insertRows(client: ClientBase, table: BackupTable, batch: readonly Row[]): Promise<void> {
  const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
  const values = table.columns.map(({ type }, index) => `(r ->> ${index})::${type}`).join(", ");
  const text = `insert into omla."${table.name}" (${names}) overriding system value select ${values} from json_array_elements($1::json) as u (r)`;
  await client.query(text, [JSON.stringify(batch)]).catch((error: unknown) => {
    throw isDatabaseFault(error) && /^2[23]/.test(error.code) ? damaged(`a row of ${table.name} does not fit: ${error.message}`) : error;
  });
}

async function nextText(reader: AsyncIterator<string>): Promise<string> {
  const next = await reader.next();
  if (next.done === true) throw damaged("the backup ends before its last line");
  return next.value;
}

function readHeader(text: string, hash: Hash): BackupHeader {
  const header = parseJson(text) as Partial<BackupHeader>;
  if (header.spec !== "omla-backup/1" || !Array.isArray(header.migrations)) throw damaged("this is no backup of a registry");
  hash.update(`${text}\n`);
  return header as BackupHeader;
}

function parseLine(text: string): Line {
  const value = parseJson(text);
  if (Array.isArray(value)) return { kind: "row", row: value as Row };
  const line = value as Record<string, unknown>;
  if (typeof line["table"] === "string") return { kind: "table", table: line["table"], columns: line["columns"] as string[] };
  if (line["sequence"] !== undefined) return { kind: "sequence", sequence: line["sequence"] as SequenceState };
  if (line["end"] !== undefined) return { kind: "end", end: line["end"] as BackupTrailer };
  throw damaged("a line of the backup is of no known kind");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged("a line of the backup is not JSON");
  }
}
