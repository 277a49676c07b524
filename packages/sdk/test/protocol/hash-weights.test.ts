import { describe, expect, it } from "vitest";
import { hashWeights } from "../../src/protocol/hash-weights.ts";
import { sha256Hex } from "../../src/protocol/sha256.ts";

const weights = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 31) & 255);

async function* inParts(size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < weights.length; offset += size) yield weights.subarray(offset, offset + size);
}

describe("hashWeights", () => {
  it("gives one digest for bytes, a blob, a stream and an iterable", async () => {
    const digest = await sha256Hex(weights);
    expect(await hashWeights(weights)).toBe(digest);
    expect(await hashWeights(new Blob([weights]))).toBe(digest);
    expect(await hashWeights(new Blob([weights]).stream())).toBe(digest);
    expect(await hashWeights(inParts(70_001))).toBe(digest);
  });

  it("hashes an empty file", async () => {
    expect(await hashWeights(new Blob([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("reports progress up to the size", async () => {
    const seen: number[] = [];
    await hashWeights(weights, { onProgress: (bytes) => seen.push(bytes) });
    // Parts of 2^20 bytes: 1048576, 2097152, then the rest.
    expect(seen).toEqual([1_048_576, 2_097_152, 3_000_001]);
  });

  it("stops when it is aborted, and lets go of the stream", async () => {
    const controller = new AbortController();
    let cancelled: unknown;
    const stream = new ReadableStream<Uint8Array>({
      pull: (sink) => sink.enqueue(new Uint8Array(10)),
      cancel: (reason) => {
        cancelled = reason ?? "cancelled";
      },
    });
    const onProgress = (bytes: number): void => {
      if (bytes >= 30) controller.abort(new Error("enough"));
    };
    await expect(hashWeights(stream, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect(cancelled).toBe("cancelled");
  });

  it("takes a native hash", async () => {
    const parts: number[] = [];
    const native = { update: (part: Uint8Array) => (parts.push(part.length), native), digest: () => Uint8Array.of(0xab) };
    expect(await hashWeights(new Uint8Array(5), { createHash: () => native })).toBe("ab");
    expect(parts).toEqual([5]);
  });
});
