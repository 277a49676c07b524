import { spawn } from "node:child_process";
import { join } from "node:path";
import { median } from "./measure.ts";

/** One kind of request, in many variants, so that no answer is asked for twice in a row. */
export interface Load {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
  readonly seconds?: number;
  readonly connections?: number;
  /** Sends each of the requests once, over all connections, instead of all of them again and again for some seconds. */
  readonly once?: boolean;
}

export interface LoadRequest {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the load generator says of one run. */
export interface LoadResult {
  /** Successes. */
  readonly perSecond: number;
  /** Part of the answers that were none, time-outs of a starved machine among them. */
  readonly refusedShare: number;
}

/** On a machine that others use too, a run may be starved; one that is so is run again, and counts for nothing. */
const ATTEMPTS = 3;
/** Of all answers; only the others are counted. */
const MOST_REFUSED = 0.05;

/** Requests per second of one run by a load generator in a process of its own. @throws where answers were refused each time */
export async function requestsPerSecond(load: Load): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await run(load);
    if (result.perSecond > 0 && result.refusedShare <= MOST_REFUSED) return result.perSecond;
    if (attempt === ATTEMPTS || load.once === true) throw new Error(`${load.url}${load.requests[0]?.path}: ${JSON.stringify(result)}`);
  }
}

async function run(load: Load): Promise<LoadResult> {
  const child = spawn(process.execPath, ["--conditions=omla-source", join(import.meta.dirname, "http-load-process.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(load));
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as LoadResult;
}

/** A load, or what prepares a new one for each run. */
export type LoadSource = Load | (() => Promise<Load>);

/** Each load in turn, round by round, so that a slow moment of the machine falls on all; the figures of every round by name. */
export async function inTurn<Name extends string>(
  sources: Readonly<Record<Name, LoadSource>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sources) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const loadOf = (source: LoadSource): Promise<Load> => (typeof source === "function" ? source() : Promise.resolve(source));
  for (const name of names) await requestsPerSecond(await loadOf(sources[name]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) figures[name].push(await requestsPerSecond(await loadOf(sources[name])));
  }
  return figures;
}

/** The median of the rounds' ratios: requests per second of one over those of the other. */
export function ratioOf(ours: readonly number[], peer: readonly number[]): number {
  return median(ours.map((figure, round) => figure / (peer[round] ?? Number.NaN)));
}
