import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PriorList } from "@omla/sdk/protocol";
import { readList } from "../fast-reader/read-list.ts";

/** What became of one case. */
export interface CaseReport {
  readonly name: string;
  /** Why it failed; undefined where it passed. */
  readonly fault: string | undefined;
}

/** The cases in a folder, each a folder that holds `expected.json`; also those in its folder `verifier`. */
export async function findCaseFolders(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const cases = found.filter((file) => file.isFile() && file.name === "expected.json").map((file) => file.parentPath);
  return cases.sort();
}

/** Runs the reader of this package on one case. */
export async function runCaseFolder(folder: string): Promise<CaseReport> {
  const name = folder.split(/[/\\]/).at(-1) ?? folder;
  try {
    const expected = await readJson<{ code: string; state?: string }>(folder, "expected.json");
    const given = await answerOf(folder);
    const isSame = given.code === expected.code && given.state === expected.state;
    return { name, fault: isSame ? undefined : `expected ${JSON.stringify(expected)}, was ${JSON.stringify(given)}` };
  } catch (error) {
    return { name, fault: (error as Error).message };
  }
}

async function answerOf(folder: string): Promise<{ code: string; state?: string }> {
  const { keys, threshold } = await readJson<{ keys: string[]; threshold: number }>(folder, "keys.json");
  const prior = await readJson<PriorList | null>(folder, "state.json");
  const now = new Date((await readFile(join(folder, "now.txt"), "utf8")).trim());
  const raw = new Uint8Array(await readFile(join(folder, "raw")));
  const random = (numbers: Uint32Array<ArrayBuffer>): void => void crypto.getRandomValues(numbers);
  const read = await readList(raw, { keys, threshold, now, prior, aliases: {}, random, maxEntries: 250_000 });
  return read.ok ? { code: "OK", state: read.state } : { code: read.code };
}

async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), "utf8")) as T;
}
