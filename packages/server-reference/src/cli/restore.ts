import { open } from "node:fs/promises";
import { parseArgs } from "node:util";
import { restore as readBackup } from "../db/restore.ts";
import { type Command, UsageError } from "./command.ts";
import { withAdmin } from "./with-admin.ts";

export const restore: Command = {
  usage: "FILE",
  summary: "Put a backup into an empty database, all of it or nothing",
  run: async (args, io) => {
    const [path, more] = parseArgs({ args: [...args], allowPositionals: true }).positionals;
    if (path === undefined || more !== undefined) throw new UsageError("Name one file.");
    const file = await open(path);
    try {
      const { rows } = await withAdmin(io, (admin) => readBackup(admin, file.readLines()));
      io.out(`${rows} rows restored. Check them with: omla-server doctor`);
      return 0;
    } finally {
      await file.close();
    }
  },
};
