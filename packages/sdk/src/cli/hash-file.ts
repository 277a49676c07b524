import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { hashWeights } from "../protocol/hash-weights.ts";
import type { Console } from "./console.ts";
import { byteText, createProgress } from "./progress.ts";

const CHUNK_BYTES = 4 * 1024 * 1024;

/** SHA-256 and size of a file, read once as a stream with Node's native hash, with progress on a terminal. */
export async function hashFile(path: string, console: Console): Promise<{ sha256: string; size: number }> {
  const { size } = await stat(path);
  const progress = createProgress(console, basename(path), size, byteText);
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    const sha256 = await hashWeights(source, {
      createHash: () => createHash("sha256"),
      onProgress: (bytes) => progress.update(bytes),
      signal: console.signal,
    });
    return { sha256, size };
  } finally {
    source.destroy();
    progress.end();
  }
}
