import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  closingLine,
  describeFailures,
  describeReport,
  type Implementation,
  PROTOCOL,
  runVectorFile,
  type VectorReport,
} from "@omla/sdk/conformance";
import { OmlaError } from "@omla/sdk/protocol";
import { type Config, loadConfig } from "../config.ts";
import { sqlImplementation } from "../db/conformance.ts";
import { openVectorDatabase, type VectorDatabase } from "../db/vector-database.ts";
import { type Command, type Io, UsageError } from "./command.ts";

export const conformance: Command = {
  usage: "FOLDER [--sql]",
  summary: "Run a folder's vector files through the protocol, or through the stored functions of the database",
  run: async (args, io) => {
    const { values, positionals } = parseArgs({ args: [...args], options: { sql: { type: "boolean" } }, allowPositionals: true });
    const [folder, more] = positionals;
    if (folder === undefined || more !== undefined) throw new UsageError("Name one folder of vector files.");
    if (values.sql !== true) return runFolder(folder, PROTOCOL, "exact", io);
    const db = await openForVectors(loadConfig(io.environment));
    try {
      return await runFolder(folder, sqlImplementation(db.ask), "coarse", io);
    } finally {
      await db.close();
    }
  },
};

/** The configured database; where none was made yet, an empty one in memory has the same functions. */
function openForVectors({ databaseUrl, dataDir }: Config): Promise<VectorDatabase> {
  const stored = databaseUrl === undefined && dataDir !== "memory" && existsSync(dataDir);
  return openVectorDatabase({ url: databaseUrl, dataDir: stored ? dataDir : undefined });
}

async function runFolder(folder: string, implementation: Implementation, paths: "exact" | "coarse", io: Io): Promise<number> {
  const reports: VectorReport[] = [];
  for (const file of await vectorFiles(folder)) {
    const report = await runVectorFile(file, await readFile(join(folder, file), "utf8"), implementation, { paths });
    reports.push(report);
    io.out(describeReport(report));
    for (const line of describeFailures(report)) io.error(line);
  }
  io.out(closingLine(reports));
  const ran = reports.some(({ passed }) => passed > 0);
  return ran && reports.every(({ failed }) => failed === 0) ? 0 : 1;
}

async function vectorFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new OmlaError("FOLDER_UNREADABLE", `${folder} cannot be read`, {
      hint: "Give the folder that holds the vector files, such as vectors.",
      cause,
    });
  });
  return names.filter((name) => name.endsWith(".json")).sort();
}
