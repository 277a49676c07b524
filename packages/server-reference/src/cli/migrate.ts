import { migrate as applyMigrations } from "../db/migrate.ts";
import type { Command } from "./command.ts";
import { withAdmin } from "./with-admin.ts";

export const migrate: Command = {
  usage: "",
  summary: "Bring the database's schema up to date; DATABASE_URL logs in as its owner",
  run: (_args, io) =>
    withAdmin(io, async (admin) => {
      const { applied, version } = await applyMigrations(admin);
      for (const name of applied) io.out(`applied ${name}`);
      io.out(`The schema stands at version ${version}.`);
      return 0;
    }),
};
