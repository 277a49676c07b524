import { readFile } from "node:fs/promises";

const START_FIELD_AFTER_NAME = 19;

/**
 * What tells a process from a later one with the same number: its boot and start time, where the system says so.
 *
 * @returns undefined where no such process runs
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  const [stat, boot] = await Promise.all([readOrEmpty(`/proc/${pid}/stat`), readOrEmpty("/proc/sys/kernel/random/boot_id")]);
  // The name in parentheses may itself hold spaces and parentheses.
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD_AFTER_NAME];
  return `${pid}@${boot.trim() || "-"}/${start ?? "-"}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
