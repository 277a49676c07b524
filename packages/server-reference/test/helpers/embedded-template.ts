import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { type Admin, adminOf } from "../../src/db/admin.ts";
import { migrate } from "../../src/db/migrate.ts";
import { readMigrations } from "../../src/db/migration-files.ts";
import { createEmbeddedPool } from "../../src/db/pool.ts";

const DATA = "/pglite/data";
/** Databases that the embedded server never opens. */
const UNUSED_DATABASES = ["1", "4"];

/** A dump of a migrated data folder of the embedded database. */
export async function embeddedTemplate(): Promise<Blob> {
  return new Blob([await readFile(await templateFile())]);
}

/** Lays a migrated data folder where a registry would make its own. */
export async function layDataFolder(dataDir: string): Promise<void> {
  const folder = join(dataDir, "pglite");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await promisify(execFile)("tar", ["-xf", await templateFile(), "-C", folder]);
}

/** Kept in the temporary folder for as long as the migrations stay the same. */
async function templateFile(): Promise<string> {
  const path = join(tmpdir(), `omla-pglite-lean-${await schemaKey()}.tar`);
  if (!existsSync(path)) {
    const draft = `${path}.${randomBytes(6).toString("hex")}`;
    await writeFile(draft, await makeTemplate());
    await rename(draft, path);
  }
  return path;
}

/** Changes with every migration. */
export async function schemaKey(): Promise<string> {
  const hash = createHash("sha256");
  for (const { sha256 } of await readMigrations()) hash.update(sha256);
  return hash.digest("hex").slice(0, 16);
}

/** Every test opens a copy: small, and with nothing to be recovered, it opens in half the time. */
async function makeTemplate(): Promise<Uint8Array> {
  const pglite = await PGlite.create({ extensions: { pg_trgm }, initDbStartParams: ["--wal-segsize=1"] });
  const poolConfig = createPgConfig(pglite);
  const admin = adminOf("pglite", createEmbeddedPool({ pglite, poolConfig, close: () => pglite.close() }, "postgres"));
  await migrate(admin);
  await dropDeadWeight(pglite, admin);
  await admin.close();
  const dump = await pglite.dumpDataDir("none");
  await pglite.close();
  return new Uint8Array(await dump.arrayBuffer());
}

async function dropDeadWeight(pglite: PGlite, admin: Admin): Promise<void> {
  const current = await admin.run(async (client) => {
    await client.query("checkpoint");
    return (await client.query<{ name: string }>("select pg_walfile_name(pg_current_wal_lsn()) as name")).rows[0]?.name ?? "";
  });
  const { FS } = pglite.Module;
  const drop = (folder: string, isDead: (name: string) => boolean): void => {
    for (const name of FS.readdir(folder)) if (!name.startsWith(".") && isDead(name)) FS.unlink(`${folder}/${name}`);
  };
  for (const database of UNUSED_DATABASES) drop(`${DATA}/base/${database}`, () => true);
  // Segments of the log that are laid out for later.
  drop(`${DATA}/pg_wal`, (name) => /^[0-9A-F]{24}$/.test(name) && name > current);
}
