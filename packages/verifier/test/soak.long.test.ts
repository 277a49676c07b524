import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { BlacklistEntry } from "@omla/sdk/protocol";
import { KEY, MODEL, NOW, type Published, publish } from "./publisher.ts";
import { addressOf, ENTRIES, idOf, type SoakCounts } from "./soaked-gateway.ts";
import { useStage } from "./stage.ts";

const SECONDS = Number(process.env["OMLA_SOAK_SECONDS"] ?? "600");
const MOOD_MS = 7;
const GATEWAY = fileURLToPath(new URL("soaked-gateway.ts", import.meta.url));
const stage = useStage();

function entriesOf(edition: number): BlacklistEntry[] {
  const many = Array.from({ length: ENTRIES }, (_, at) => ({ ...MODEL, id: idOf(at), address: addressOf(at), sha256: [] }));
  return [...many, { ...MODEL, id: idOf(ENTRIES + (edition % 2)), case: `edition ${edition}` }];
}

it(
  `soak: ${SECONDS} s against a registry that dies, comes back, rolls back, serves placeholders and swaps lists`,
  async () => {
    const { registry, folder } = stage;
    const lists: Published[] = [];
    for (let edition = 1; edition <= Math.min(40, 4 + Math.ceil(SECONDS / 10)); edition += 1)
      lists.push(await publish({ entries: entriesOf(edition) }, { previous: lists.at(-1) ?? null }));
    const placeholder = await publish({ sequence: 900, prev_sha256: "ab".repeat(32) }, { seeds: [] });
    const stranger = await publish({ sequence: 900, prev_sha256: "ab".repeat(32) }, { seeds: [new Uint8Array(32).fill(9)] });
    let published = 0;
    let changes = 0;
    const latest = () => lists[published] as Published;
    const moods: readonly (() => void)[] = [
      // Lists swap the more slowly the more there are, so that there are new ones until the end.
      () => {
        changes += 1;
        if (changes % Math.ceil((SECONDS * 1_000) / MOOD_MS / 8 / lists.length) === 0)
          published = Math.min(published + 1, lists.length - 1);
        registry.serve(latest());
      },
      () => registry.serve(latest()),
      () => (registry.answer = (_request, response) => response.destroy()),
      () => (registry.answer = (_request, response) => response.writeHead(500).end()),
      () => registry.serve(lists[Math.max(published - 2, 0)] as Published),
      () => registry.serve(placeholder),
      () => registry.serve(stranger),
      () =>
        (registry.answer = (_request, response) =>
          response.writeHead(200, { "content-type": "application/json" }).end(latest().raw.subarray(0, 500_000))),
    ];
    registry.serve(latest());
    const gateway = fork(GATEWAY, [registry.url, KEY, join(folder, "list"), String(NOW.getTime()), String(SECONDS)], {
      execArgv: ["--conditions=omla-source"],
    });
    const changing = setInterval(() => moods[Math.floor(Math.random() * moods.length)]?.(), MOOD_MS);
    const [counts] = (await once(gateway, "message").finally(() => clearInterval(changing))) as [SoakCounts];
    console.log(JSON.stringify({ seconds: SECONDS, entries: ENTRIES, ...counts }));
    expect(counts.faults).toEqual([]);
    expect(counts.wrong).toBe(0);
    expect(counts.refused).toBeGreaterThan(0);
    expect(counts.restarts).toBeGreaterThan(0);
    expect(counts.highest).toBeGreaterThan(1);
    expect(counts.highest).toBeLessThanOrEqual(latest().sequence);
    expect(counts.longest_pause_ms).toBeLessThan(20);
  },
  (SECONDS + 300) * 1_000,
);
