import { join } from "node:path";
import { expect, it } from "vitest";
import { type BlacklistEntry, encodeAddress } from "@omla/sdk/protocol";
import { createVerifier } from "../src/index.ts";
import { KEY, MODEL, type Published, publish } from "./publisher.ts";
import { useStage } from "./stage.ts";

const SECONDS = Number(process.env["OMLA_SOAK_SECONDS"] ?? "600");
const ENTRIES = 20_000;
const stage = useStage();

const idOf = (at: number): string => `${at.toString(16).padStart(8, "0")}-0000-4000-8000-${at.toString(16).padStart(12, "0")}`;

/** One of the models is listed in even editions, the other in odd ones, so that every answer tells which list gave it. */
function entriesOf(edition: number): BlacklistEntry[] {
  const many = Array.from({ length: ENTRIES }, (_, at) => ({ ...MODEL, id: idOf(at), address: encodeAddress(idOf(at)), sha256: [] }));
  return [...many, { ...MODEL, id: idOf(ENTRIES + (edition % 2)), case: `edition ${edition}` }];
}

/** How long the thread worked without giving others a turn, in processor time: a busy machine takes turns of its own. */
function watchPauses(): { readonly stop: () => { longestMs: number; turns: number } } {
  const workedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let [longestMs, last, turns, isOver] = [0, workedMs(), 0, false];
  const turn = (): void => {
    const now = workedMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const stop = () => {
    isOver = true;
    return { longestMs, turns };
  };
  return { stop };
}

it(
  `soak: ${SECONDS} s against a registry that dies, comes back, rolls back, serves placeholders and swaps lists`,
  async () => {
    const { registry, folder } = stage;
    const lists: Published[] = [];
    const prepare = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) {
        const edition = (lists.at(-1)?.sequence ?? 0) + 1;
        lists.push(await publish({ entries: entriesOf(edition) }, { previous: lists.at(-1) ?? null }));
      }
    };
    // Lists are signed beforehand: the publisher's work is not the verifier's pause.
    await prepare(Math.min(40, 4 + Math.ceil(SECONDS / 10)));
    const placeholder = await publish({ sequence: 900, prev_sha256: "ab".repeat(32) }, { seeds: [] });
    const stranger = await publish({ sequence: 900, prev_sha256: "ab".repeat(32) }, { seeds: [new Uint8Array(32).fill(9)] });
    let published = 0;
    const latest = () => lists[published] as Published;
    const moods: Record<string, () => void> = {
      swaps: () => {
        published = Math.min(published + 1, lists.length - 1);
        registry.serve(latest());
      },
      "comes back": () => registry.serve(latest()),
      dies: () => (registry.answer = (_request, response) => response.destroy()),
      fails: () => (registry.answer = (_request, response) => response.writeHead(500).end()),
      "rolls back": () => registry.serve(lists[Math.max(published - 2, 0)] as Published),
      placeholder: () => registry.serve(placeholder),
      stranger: () => registry.serve(stranger),
      torn: () =>
        (registry.answer = (_request, response) =>
          response.writeHead(200, { "content-type": "application/json" }).end(latest().raw.subarray(0, 500_000))),
    };
    registry.serve(latest());
    const store = join(folder, "list");
    const open = () => createVerifier({ url: registry.url, keys: [KEY], refreshMs: 0, clock: () => stage.now, store, timeoutMs: 5_000 });
    let verifier = open();
    await verifier.ready;
    await verifier.refresh();

    const end = performance.now() + SECONDS * 1_000;
    const counts = { checks: 0, refreshes: 0, restarts: 0, refused: 0 };
    let highest = 1;
    let wrong = 0;
    const ask = (): void => {
      const { sequence } = verifier.check({});
      const edition = sequence ?? 0;
      const listed = verifier.check({ model_id: idOf(ENTRIES + (edition % 2)) });
      const unlisted = verifier.check({ model_id: idOf(ENTRIES + ((edition + 1) % 2)) });
      const isRight =
        edition >= highest &&
        edition <= latest().sequence &&
        listed.action === "deny" &&
        listed.matches[0]?.case === `edition ${edition}` &&
        unlisted.action === "allow";
      highest = Math.max(highest, edition);
      counts.checks += 3;
      if (!isRight) wrong += 1;
    };
    const names = Object.keys(moods);
    const pauses = watchPauses();
    while (performance.now() < end) {
      moods[names[Math.floor(Math.random() * names.length)] ?? "swaps"]?.();
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
      ask();
      if (counts.refreshes % 20 === 0) {
        verifier.close();
        verifier = open();
        await verifier.ready;
        counts.restarts += 1;
        ask();
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const { longestMs, turns } = pauses.stop();
    verifier.close();
    console.log(
      JSON.stringify({ seconds: SECONDS, entries: ENTRIES, editions: highest, ...counts, wrong, longest_pause_ms: longestMs, turns }),
    );
    expect(wrong).toBe(0);
    expect(counts.refused).toBeGreaterThan(0);
    expect(highest).toBeGreaterThan(1);
    expect(longestMs).toBeLessThan(20);
  },
  (SECONDS + 300) * 1_000,
);
