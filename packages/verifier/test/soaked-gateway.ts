// A gateway of its own process, as `soak.long.test.ts` starts it: it asks its verifier all the time and counts what it is told.
import { encodeAddress } from "@omla/sdk/protocol";
import { createVerifier, type Verifier, type VerifierEvent } from "../src/index.ts";

/** What the gateway saw, for the test. */
export interface SoakCounts {
  readonly checks: number;
  readonly refreshes: number;
  readonly refused: number;
  readonly restarts: number;
  readonly wrong: number;
  /** What the first wrong answers looked like, and which events came before them. */
  readonly faults: readonly string[];
  readonly highest: number;
  readonly turns: number;
  readonly longest_pause_ms: number;
}

export const ENTRIES = 20_000;
const RESTART_EVERY = 20;

export const idOf = (at: number): string => `${at.toString(16).padStart(8, "0")}-0000-4000-8000-${at.toString(16).padStart(12, "0")}`;
export const addressOf = (at: number): string => encodeAddress(idOf(at));

/**
 * How long the thread worked without giving others a turn.
 *
 * In processor time, since a busy machine takes turns of its own; but never more than the turn lasted, since the kernel counts that time by its ticks.
 */
function watchPauses(): () => { longest_pause_ms: number; turns: number } {
  const workedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let [longest_pause_ms, turns, isOver] = [0, 0, false];
  let last = { worked: workedMs(), at: performance.now() };
  const turn = (): void => {
    const now = { worked: workedMs(), at: performance.now() };
    longest_pause_ms = Math.max(longest_pause_ms, Math.min(now.worked - last.worked, now.at - last.at));
    last = now;
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  return () => {
    isOver = true;
    return { longest_pause_ms, turns };
  };
}

/** One of two models is listed in even editions, the other in odd ones, so that every answer tells which list gave it. */
function isRight(verifier: Verifier, edition: number): boolean {
  const listed = verifier.check({ model_id: idOf(ENTRIES + (edition % 2)) });
  const unlisted = verifier.check({ model_id: idOf(ENTRIES + ((edition + 1) % 2)) });
  return listed.action === "deny" && listed.matches[0]?.case === `edition ${edition}` && unlisted.action === "allow";
}

async function soak(url: string, key: string, store: string, now: Date, seconds: number): Promise<SoakCounts> {
  let events: string[] = [];
  const onEvent = ({ code, message }: VerifierEvent): void => {
    events = [...events.slice(-5), `${code} ${message}`];
  };
  const open = (): Verifier => createVerifier({ url, keys: [key], refreshMs: 0, clock: () => now, store, timeoutMs: 5_000, onEvent });
  const counts = { checks: 0, refreshes: 0, refused: 0, restarts: 0, wrong: 0, highest: 1 };
  const faults: string[] = [];
  let verifier = open();
  await verifier.ready;
  // From the first good list on there is always an answer, whatever the registry does.
  while (verifier.status().sequence === null) await verifier.refresh();
  const ask = (): void => {
    const edition = verifier.check({}).sequence ?? 0;
    if (edition < counts.highest || !isRight(verifier, edition)) {
      counts.wrong += 1;
      const { state, source } = verifier.status();
      if (faults.length < 5)
        faults.push(
          `edition ${edition} after ${counts.highest}, ${state} from ${source}, restart ${counts.restarts}: ${events.join("; ")}`,
        );
    }
    counts.highest = Math.max(counts.highest, edition);
    counts.checks += 3;
  };
  const end = performance.now() + seconds * 1_000;
  const pauses = watchPauses();
  while (performance.now() < end) {
    let isDone = false;
    const refreshing = verifier.refresh().finally(() => {
      isDone = true;
    });
    while (!isDone) {
      ask();
      await new Promise(setImmediate);
    }
    if ((await refreshing).code !== undefined) counts.refused += 1;
    counts.refreshes += 1;
    if (counts.refreshes % RESTART_EVERY === 0) {
      verifier.close();
      verifier = open();
      await verifier.ready;
      counts.restarts += 1;
    }
    ask();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  verifier.close();
  return { ...counts, faults, ...pauses() };
}

const [url, key, store, now, seconds] = process.argv.slice(2);
if (process.send !== undefined && url !== undefined && key !== undefined && store !== undefined) {
  process.send(await soak(url, key, store, new Date(Number(now)), Number(seconds)));
  process.disconnect();
}
