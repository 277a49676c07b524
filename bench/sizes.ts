import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { loadedByCheck } from "./loaded-by-check.ts";
import { loadedByReport } from "./loaded-by-report.ts";
import type { Row } from "./measure.ts";

const versionOf = (name: string): string => (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** What a user's bundle grows by: name, the statement, what stays outside, and the most it should be in kB. */
const CASES = [
  { name: "whole protocol, with noble", code: 'export * from "@omla/sdk/protocol";', external: [], goal: 9 },
  { name: "whole protocol, without noble", code: 'export * from "@omla/sdk/protocol";', external: ["@noble/ed25519"], goal: 5 },
  { name: "resolveSplits alone", code: 'export { resolveSplits } from "@omla/sdk/protocol";', external: [], goal: 5 },
  {
    name: "verifyDocument and isAddress",
    code: 'export { verifyDocument, isAddress } from "@omla/sdk/protocol";',
    external: ["@noble/ed25519"],
    goal: 5,
  },
] as const;

/** What a program that files a report loads, in kB. */
const REPORT_GOAL = 14;
/** What a program that checks a signed list loads, in kB. */
const CHECK_GOAL = 6;

/** Sizes of what users bundle: minified by esbuild, brotli, kilobytes of 1,000 bytes; supabase-js beside them. */
export async function sizesBench(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, code, external, goal } of CASES) rows.push(sizeRow(name, await brotliKilobytes(code, external), goal));
  return [...rows, await verifierCoreRow(), ...(await clientRows())];
}

/** The check of a signed list by the Ed25519 of the runtime; noble, its hashes and what signs load where they are needed. */
async function verifierCoreRow(): Promise<Row> {
  const { together } = await loadedByCheck();
  const whole = await brotliKilobytes('export { verifyBlacklist } from "@omla/sdk/protocol";', ["@noble/ed25519"]);
  const note = `as loaded; ${whole.toFixed(1)} kB in one file with all that loads on demand but noble itself`;
  return { ...sizeRow("verifier core: verifyBlacklist", together, CHECK_GOAL), note };
}

/** The client loads with each call what it needs; a bundler that does not split carries all nouns, noble and the list's reader at once. */
async function clientRows(): Promise<Row[]> {
  const { together, apart, files } = await loadedByReport();
  const whole = await brotliKilobytes('export { createClient } from "@omla/sdk";', []);
  const peer = await brotliKilobytes('export { createClient } from "@supabase/supabase-js";', []);
  const name = "size: createClient and report";
  const note = `as loaded; ${apart.toFixed(1)} kB where each of the ${files} files is compressed by itself`;
  const versus = { peer: "supabase-js createClient", peerVersion: versionOf("@supabase/supabase-js"), goal: 1 };
  return [
    { ...sizeRow("createClient and report", together, REPORT_GOAL), note },
    { name, ...versus, size: `${together.toFixed(1)} kB brotli`, ratio: together / peer },
    { name: "size: every noun in one file", ...versus, size: `${whole.toFixed(1)} kB brotli`, ratio: whole / peer },
  ];
}

function sizeRow(name: string, kilobytes: number, goal: number): Row {
  return {
    name: `size: ${name}`,
    peer: `${goal} kB`,
    peerVersion: "",
    size: `${kilobytes.toFixed(1)} kB brotli`,
    ratio: kilobytes / goal,
    goal: 1,
  };
}

async function brotliKilobytes(contents: string, external: readonly string[]): Promise<number> {
  const result = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    external: [...external, "node:*"],
    logLevel: "silent",
  });
  return (result.outputFiles ?? []).reduce((sum, file) => sum + brotliCompressSync(file.contents).length, 0) / 1_000;
}
