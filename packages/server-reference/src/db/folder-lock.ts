import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OmlaError } from "@omla/sdk/protocol";
import { processIdentity } from "./process-identity.ts";

export interface FolderLock {
  release(): Promise<void>;
}

const LOCK_FILE = "omla.lock";
const ATTEMPTS = 5;

/** Locks of this process; another lock with its number is left over from an earlier process, as in a restarted container. */
const held = new Set<string>();

/**
 * Keeps a second process out of a data folder: two embedded databases on one folder diverge without a word.
 *
 * The lock is a file that says which process holds it, made in one step; one whose process is gone is taken over.
 * @throws {OmlaError} DATA_DIR_LOCKED
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK_FILE);
  const content = `${await processIdentity(process.pid)} ${randomUUID()}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await createLock(path, content)) {
      held.add(content);
      return { release: () => releaseLock(path, content) };
    }
    const found = await readFile(path, "utf8").catch(() => undefined);
    if (found === undefined) continue;
    if (await isHeld(found)) throw locked(folder, found);
    await takeAway(path, found);
  }
  throw locked(folder, "another process that starts at the same moment");
}

/** A hard link appears with its content or not at all. */
async function createLock(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isHeld(content: string): Promise<boolean> {
  const [identity = ""] = content.split(" ");
  const pid = Number.parseInt(identity, 10);
  if (pid === process.pid) return held.has(content);
  return pid > 0 && identity === (await processIdentity(pid));
}

/** Removes a lock whose process is gone, but puts back one that somebody made in the meantime. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, "utf8")) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function releaseLock(path: string, content: string): Promise<void> {
  held.delete(content);
  if ((await readFile(path, "utf8").catch(() => "")) === content) await rm(path, { force: true });
}

function locked(folder: string, holder: string): OmlaError {
  const pid = Number.parseInt(holder, 10);
  return new OmlaError("DATA_DIR_LOCKED", `${folder} is in use by ${pid > 0 ? `process ${pid}` : holder}`, {
    hint: "Stop the other omla-server, or set OMLA_DATA_DIR to another folder.",
    details: { folder, pid: pid > 0 ? pid : null },
  });
}
