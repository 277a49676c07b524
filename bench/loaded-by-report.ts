import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type LoadedSize, loadedBy } from "./loaded-files.ts";

/** A key of the right form, and the receipt that the stand-in of a registry answers. */
const API_KEY = "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8";
const AMOUNTS = { royalty_usd: "0.000000", deducted_fees_usd: "0.000000", net_royalty_usd: "0.000000" };
const RECEIPT = { company_id: "c", quarter: "2026-Q3", version: 1, final: false, live: false, due_at: "2026-10-31T00:00:00Z", ...AMOUNTS };
const PROGRAM = `import { createClient } from "@omla/sdk";
export const run = (fetch) => createClient({ url: "https://registry.example", apiKey: "${API_KEY}", fetch }).report({ quarter: "2026-Q3", entries: [] });`;

interface Program {
  readonly run: (fetch: () => Promise<Response>) => Promise<unknown>;
}

/** Bundles a program that files a report, runs it, and weighs the files that it really loaded. */
export async function loadedByReport(): Promise<LoadedSize> {
  const body = JSON.stringify({
    submission_id: "s",
    filed_at: "2026-10-01T00:00:00Z",
    lines: [],
    allocations: [],
    policy: "sequential",
    ...RECEIPT,
  });
  return loadedBy<Program>(bundle, ({ run }) =>
    run(() => Promise.resolve(new Response(body, { status: 201, headers: { "content-type": "application/json" } }))),
  );
}

async function bundle(outdir: string): Promise<void> {
  await build({
    stdin: { contents: PROGRAM, sourcefile: "program", resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    outdir,
    entryNames: "program",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
}
