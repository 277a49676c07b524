import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import type { verifyBlacklist } from "@omla/sdk/protocol";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { listOf } from "./blacklist-inputs.ts";
import { type LoadedSize, loadedBy } from "./loaded-files.ts";

interface Program {
  readonly verifyBlacklist: typeof verifyBlacklist;
}

/** Bundles a program that checks a signed list by Rollup, as these packages are, runs it on one, and weighs what it really loaded. */
export async function loadedByCheck(): Promise<LoadedSize> {
  const { raw, publicKey } = await listOf(10);
  return loadedBy<Program>(bundle, async ({ verifyBlacklist }) => {
    const verdict = await verifyBlacklist(raw, { keys: [publicKey], now: new Date() });
    if (!verdict.ok || verdict.state !== "FRESH") throw new Error(`the list was not accepted: ${JSON.stringify(verdict)}`);
  });
}

async function bundle(outdir: string): Promise<void> {
  const name = fileURLToPath(new URL("program.js", import.meta.url));
  const source = 'export { verifyBlacklist } from "@omla/sdk/protocol";';
  const program = {
    name: "program",
    resolveId: (id: string) => (id === name ? id : null),
    load: (id: string) => (id === name ? source : null),
  };
  const minified = { name: "minified", renderChunk: async (code: string) => (await transform(code, { minify: true, format: "esm" })).code };
  const built = await rollup({
    input: { program: name },
    plugins: [program, nodeResolve({ browser: true }), minified],
    external: [/^node:/],
    onwarn: () => undefined,
  });
  await built.write({ dir: outdir, format: "es", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" });
  await built.close();
}
