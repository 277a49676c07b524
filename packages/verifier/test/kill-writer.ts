import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDiskStore } from "../src/disk-store.ts";
import type { Published } from "./publisher.ts";

export interface KillOutcome {
  readonly step: string;
  /** What a reader finds afterwards; undefined for no list. */
  readonly sequence: number | undefined;
}

const WRITER = fileURLToPath(new URL("killed-writer.ts", import.meta.url));

/** Writes the second list over the first in processes that are killed before each of their calls of the file system in turn. */
export async function killAtEachStep(folder: string, [first, second]: readonly Published[]): Promise<KillOutcome[]> {
  const outcomes: KillOutcome[] = [];
  for (let step = 0; ; step += 1) {
    const path = await prepared(join(folder, `step-${step}`), first as Published, second as Published);
    const isKilled = await runWriter(path, ["step", String(step)]);
    outcomes.push({ step: `killed before call ${step}`, sequence: (await createDiskStore(path).load())?.sequence });
    if (!isKilled) return outcomes;
  }
}

/** The same with kills from outside, after random times. */
export async function killAtRandom(folder: string, [first, second]: readonly Published[], rounds: number): Promise<KillOutcome[]> {
  const outcomes: KillOutcome[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const path = await prepared(join(folder, `round-${round}`), first as Published, second as Published);
    await runWriter(path, ["loop", "0"], Math.random() * 120);
    outcomes.push({ step: `round ${round}`, sequence: (await createDiskStore(path).load())?.sequence });
  }
  return outcomes;
}

async function prepared(folder: string, first: Published, second: Published): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "new.json"), second.raw);
  const path = join(folder, "list");
  await createDiskStore(path).save({ raw: first.raw, sequence: 1, keysetVersion: 1, maxSeenMs: 0, etag: null, keysets: [] });
  return path;
}

/** Whether the writer was killed; from outside it is, so long after it says that it begins. */
async function runWriter(path: string, args: readonly string[], killAfterMs?: number): Promise<boolean> {
  const child = spawn(process.execPath, ["--conditions=omla-source", WRITER, path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  if (killAfterMs !== undefined) {
    await once(child.stdout, "data");
    setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  if (signal === null && code !== 0) throw new Error(`the writer failed with ${code}`);
  return signal === "SIGKILL";
}
