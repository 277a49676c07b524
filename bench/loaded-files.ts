import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

/** Kilobytes of 1,000 bytes after brotli: all that is loaded in one stream, and each file by itself. */
export interface LoadedSize {
  readonly together: number;
  readonly apart: number;
  readonly files: number;
}

/** Bundles a program into a folder, runs its file `program.mjs`, and weighs the files that it really loaded. */
export async function loadedBy<Program>(
  bundle: (outdir: string) => Promise<unknown>,
  run: (program: Program) => Promise<unknown>,
): Promise<LoadedSize> {
  const outdir = mkdtempSync(join(tmpdir(), "omla-bench-"));
  const loaded = new Set<string>();
  const hooks = registerHooks({
    load: (url, context, next) => {
      if (url.startsWith(pathToFileURL(outdir).href)) loaded.add(fileURLToPath(url));
      return next(url, context);
    },
  });
  try {
    await bundle(outdir);
    await run((await import(pathToFileURL(join(outdir, "program.mjs")).href)) as Program);
    return weigh([...loaded].map((file) => readFileSync(file)));
  } finally {
    hooks.deregister();
    rmSync(outdir, { recursive: true });
  }
}

function weigh(files: readonly Buffer[]): LoadedSize {
  const kilobytes = (bytes: Buffer): number => brotliCompressSync(bytes).length / 1_000;
  return { together: kilobytes(Buffer.concat(files)), apart: files.reduce((sum, file) => sum + kilobytes(file), 0), files: files.length };
}
