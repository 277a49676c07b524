import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { median, type Row } from "./measure.ts";

const ROUNDS = 25;
const PROGRAMS = {
  nothing: "",
  ours: 'import { createClient } from "@omla/sdk"; createClient({ url: "https://registry.example" });',
  peer: 'import { createClient } from "@supabase/supabase-js"; createClient("https://registry.example", "key");',
};

/** A process that imports the SDK and creates a client, beside one that does so with supabase-js; what an empty process takes is taken off both. */
export function importsBench(): Promise<Row[]> {
  const times: Record<keyof typeof PROGRAMS, number[]> = { nothing: [], ours: [], peer: [] };
  const names = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of round % 2 === 0 ? names : [...names].reverse()) times[name].push(processMs(PROGRAMS[name]));
  const over = (name: "ours" | "peer"): number => median(times[name]) - median(times.nothing);
  const peerVersion = (createRequire(import.meta.url)("@supabase/supabase-js/package.json") as { version: string }).version;
  const size = `${ROUNDS} processes`;
  const note = `${over("ours").toFixed(1)} ms over an empty process, ${over("peer").toFixed(1)} ms for the peer`;
  return Promise.resolve([
    { name: "import the SDK, cold", peer: "supabase-js", peerVersion, size, ratio: over("ours") / over("peer"), goal: 0.8, note },
  ]);
}

function processMs(program: string): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begin;
}
