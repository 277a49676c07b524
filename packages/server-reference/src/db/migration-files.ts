import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OmlaError } from "@omla/sdk/protocol";

export interface MigrationFile {
  readonly number: number;
  /** `0007_wallets`, the file's name without `.sql`. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** The folder beside `src` and `dist`, which is published with them. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../migrations/", import.meta.url));
const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Reads the migrations in order. Line ends do not count for the checksum.
 *
 * @throws {OmlaError} MIGRATION_FILES where a name is not of the form or a number is missing or stands twice
 */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  names.forEach((name, index) => {
    if (Number(NAME.exec(name)?.[1]) !== index + 1) {
      throw new OmlaError("MIGRATION_FILES", `${name} stands where number ${index + 1} belongs`, {
        hint: "Number migrations from 0001 without a gap.",
      });
    }
  });
  return Promise.all(names.map((name, index) => readMigration(folder, name, index + 1)));
}

async function readMigration(folder: string, file: string, number: number): Promise<MigrationFile> {
  const sql = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n");
  return { number, name: file.slice(0, -".sql".length), sql, sha256: createHash("sha256").update(sql).digest("hex") };
}
