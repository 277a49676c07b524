import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
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
  { name: "verifyBlacklist", code: 'export { verifyBlacklist } from "@omla/sdk/protocol";', external: ["@noble/ed25519"], goal: 6 },
  { name: "createClient", code: 'export { createClient } from "@omla/sdk";', external: [], goal: 14 },
] as const;

/** Sizes of what users bundle: minified by esbuild, brotli, kilobytes of 1,000 bytes; supabase-js beside them. */
export async function sizesBench(): Promise<Row[]> {
  const peerVersion = versionOf("@supabase/supabase-js");
  const peer = await brotliKilobytes('export { createClient } from "@supabase/supabase-js";', []);
  const rows: Row[] = [];
  for (const { name, code, external, goal } of CASES) {
    const size = await brotliKilobytes(code, external);
    rows.push({
      name: `size: ${name}`,
      peer: `${goal} kB`,
      peerVersion: "",
      size: `${size.toFixed(1)} kB brotli`,
      ratio: size / goal,
      goal: 1,
    });
    if (name === "createClient")
      rows.push({
        name: "size: createClient",
        peer: "supabase-js createClient",
        peerVersion,
        size: `${peer.toFixed(1)} kB brotli`,
        ratio: size / peer,
        goal: 1,
      });
  }
  return rows;
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
