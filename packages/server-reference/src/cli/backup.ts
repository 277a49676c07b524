import { open, rename, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { backup as writeBackup } from "../db/backup.ts";
import { systemClock } from "../clock.ts";
import { type Command, UsageError } from "./command.ts";
import { withAdmin } from "./with-admin.ts";

export const backup: Command = {
  usage: "FILE",
  summary: "Write the whole registry into a file, out of one snapshot",
  run: async (args, io) => {
    const [file, more] = parseArgs({ args: [...args], allowPositionals: true }).positionals;
    if (file === undefined || more !== undefined) throw new UsageError("Name one file.");
    const { rows, sha256 } = await withAdmin(io, (admin) => writeWhole(file, (write) => writeBackup(admin, systemClock.now(), write)));
    io.out(`${file}: ${rows} rows, sha256 of its lines ${sha256}`);
    return 0;
  },
};

const FLUSHED_CHARACTERS = 65_536;

/** Beside the file first: a backup that was interrupted never looks like one. It holds private data, so only its owner reads it. */
async function writeWhole<T>(file: string, produce: (write: (line: string) => Promise<void>) => Promise<T>): Promise<T> {
  const draft = `${file}.part`;
  const handle = await open(draft, "w", 0o600);
  try {
    let waiting = "";
    const flush = async (): Promise<void> => {
      await handle.appendFile(waiting);
      waiting = "";
    };
    const result = await produce(async (line) => {
      waiting += `${line}\n`;
      if (waiting.length > FLUSHED_CHARACTERS) await flush();
    });
    await flush();
    // On the disk before it gets its name: a power cut leaves no backup that is cut short.
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return result;
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
}
