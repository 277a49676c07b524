import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { backup as writeBackup } from "../db/backup.ts";
import { systemClock } from "../clock.ts";
import { type Command, UsageError } from "./command.ts";
import { withAdmin } from "./with-admin.ts";

export const backup: Command = {
  usage: "FILE",
  summary: "Write the whole registry into a file, out of one snapshot",
  run: async (args, io) => {
    const [file, more] = args;
    if (file === undefined || more !== undefined) throw new UsageError("Name one file.");
    const { rows, sha256 } = await withAdmin(io, (admin) => writeWhole(file, (write) => writeBackup(admin, systemClock.now(), write)));
    io.out(`${file}: ${rows} rows, sha256 of its lines ${sha256}`);
    return 0;
  },
};

/** Beside the file first: a backup that was interrupted never looks like one. It holds private data, so only its owner reads it. */
async function writeWhole<T>(file: string, produce: (write: (line: string) => Promise<void>) => Promise<T>): Promise<T> {
  const draft = `${file}.part`;
  const stream = createWriteStream(draft, { mode: 0o600 });
  try {
    const result = await produce(async (line) => {
      if (!stream.write(`${line}\n`)) await once(stream, "drain");
    });
    stream.end();
    await finished(stream);
    await rename(draft, file);
    return result;
  } catch (error) {
    stream.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}
