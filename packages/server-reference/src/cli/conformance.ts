import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { closingLine, describeFailures, describeReport, type Implementation, PROTOCOL, type VectorReport } from "@omla/sdk/conformance";
import { haveAllPassed, runVectorFolder } from "@omla/sdk/conformance/node";
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
  for await (const report of runVectorFolder(folder, { implementation, paths })) {
    reports.push(report);
    io.out(describeReport(report));
    for (const line of describeFailures(report)) io.error(line);
  }
  io.out(closingLine(reports));
  return haveAllPassed(reports) ? 0 : 1;
}
