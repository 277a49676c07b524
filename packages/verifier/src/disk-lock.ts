import { open, stat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A holder writes for milliseconds; one that is this old was killed. */
const STALE_MS = 10_000;
const RETRY_MS = 20;
/** Longer than a killed holder blocks. */
const PATIENCE_MS = 15_000;

/** Runs a task while no other process runs one under the same lock file. @throws where the lock cannot be had */
export async function withLock(path: string, task: () => Promise<void>): Promise<void> {
  await acquire(path);
  try {
    await task();
  } finally {
    await unlink(path).catch(() => undefined);
  }
}

async function acquire(path: string): Promise<void> {
  const begun = performance.now();
  for (;;) {
    try {
      await (await open(path, "wx", 0o600)).close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || performance.now() - begun > PATIENCE_MS) throw error;
    }
    await dropStale(path);
    await delay(RETRY_MS);
  }
}

/** Also one from the future: the clock may have been set back since. */
async function dropStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) > STALE_MS) await unlink(path).catch(() => undefined);
}
