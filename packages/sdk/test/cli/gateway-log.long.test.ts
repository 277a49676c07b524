import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { emptyFolder, type Json } from "./run-omla.ts";

const LINES = 1_000_000;
const BIN = join(import.meta.dirname, "../../src/cli/bin.ts");

it("reads a million requests in bounded memory", async () => {
  const folder = emptyFolder();
  const log = createWriteStream(join(folder, "requests.jsonl"));
  for (let at = 0; at < LINES; at += 1) {
    const id = `chatcmpl-${String(at % (LINES - 7)).padStart(24, "0")}`;
    const line = {
      id,
      call_type: "acompletion",
      status: "success",
      response_cost: 0.00003,
      startTime: 1_786_752_000 + at / 10,
      model: "llama-omla",
      total_tokens: 15,
      messages: [{ role: "user", content: "x".repeat(100) }],
    };
    if (!log.write(`${JSON.stringify(line)}\n`)) await once(log, "drain");
  }
  log.end();
  await once(log, "finish");
  writeFileSync(join(folder, "models.json"), '{"llama-omla":"5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01"}');
  const args = [
    "--conditions=omla-source",
    "--max-old-space-size=64",
    BIN,
    "report",
    "--from-log",
    "requests.jsonl",
    "--map",
    "models.json",
    "--quarter",
    "2026-Q3",
    "--json",
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  const { draft, counts } = JSON.parse(stdout) as Json;
  // The last seven repeat the first seven ids. 999,993 × 0.00003 = 29.99979.
  expect(counts).toMatchObject({ records: LINES, counted: LINES - 7, doubles: 7 });
  expect(draft?.["entries"]).toMatchObject([{ inferences: LINES - 7, run_cost_usd: "29.999790" }]);
}, 300_000);
