import { loadConfig } from "../config.ts";
import { openAdmin } from "../db/admin.ts";
import { migrate as applyMigrations } from "../db/migrate.ts";
import type { Command } from "./command.ts";

export const migrate: Command = {
  usage: "",
  summary: "Bring the database's schema up to date; DATABASE_URL logs in as its owner",
  run: async (_args, io) => {
    const { databaseUrl, dataDir } = loadConfig(io.environment);
    const admin = await openAdmin({ url: databaseUrl, dataDir: dataDir === "memory" ? undefined : dataDir });
    try {
      const { applied, version } = await applyMigrations(admin);
      for (const name of applied) io.out(`applied ${name}`);
      io.out(`The schema stands at version ${version}.`);
      return 0;
    } finally {
      await admin.close();
    }
  },
};
