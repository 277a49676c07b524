import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** A key of the right form, and the receipt that the stand-in of a registry answers. */
const API_KEY = "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8";
const AMOUNTS = { royalty_usd: "0.000000", deducted_fees_usd: "0.000000", net_royalty_usd: "0.000000" };
const RECEIPT = { company_id: "c", quarter: "2026-Q3", version: 1, final: false, live: false, due_at: "2026-10-31T00:00:00Z", ...AMOUNTS };
const PROGRAM = `import { createClient } from "@omla/sdk";
export const run = (fetch) => createClient({ url: "https://registry.example", apiKey: "${API_KEY}", fetch }).report({ quarter: "2026-Q3", entries: [] });`;

/** Kilobytes of 1,000 bytes after brotli: all that is loaded in one stream, and each file by itself. */
export interface LoadedSize {
  readonly together: number;
  readonly apart: number;
  readonly files: number;
}

/** Bundles a program that files a report, runs it, and weighs the files that it really loaded. */
export async function loadedByReport(): Promise<LoadedSize> {
  const outdir = mkdtempSync(join(tmpdir(), "omla-bench-"));
  const hooks = registerHooks({
    load: (url, context, next) => {
      if (url.startsWith(pathToFileURL(outdir).href)) loaded.add(fileURLToPath(url));
      return next(url, context);
    },
  });
  const loaded = new Set<string>();
  try {
    await bundle(outdir);
    const { run } = (await import(pathToFileURL(join(outdir, "stdin.mjs")).href)) as {
      run: (fetch: () => Promise<Response>) => Promise<unknown>;
    };
    const body = JSON.stringify({
      submission_id: "s",
      filed_at: "2026-10-01T00:00:00Z",
      lines: [],
      allocations: [],
      policy: "sequential",
      ...RECEIPT,
    });
    await run(() => Promise.resolve(new Response(body, { status: 201, headers: { "content-type": "application/json" } })));
    return weigh([...loaded].map((file) => readFileSync(file)));
  } finally {
    hooks.deregister();
    rmSync(outdir, { recursive: true });
  }
}

async function bundle(outdir: string): Promise<void> {
  await build({
    stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    outdir,
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
}

function weigh(files: readonly Buffer[]): LoadedSize {
  const kilobytes = (bytes: Buffer): number => brotliCompressSync(bytes).length / 1_000;
  return { together: kilobytes(Buffer.concat(files)), apart: files.reduce((sum, file) => sum + kilobytes(file), 0), files: files.length };
}
