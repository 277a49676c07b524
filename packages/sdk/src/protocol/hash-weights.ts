import { toHex } from "./bytes.ts";
import { createSha256, type IncrementalHash } from "./incremental-sha256.ts";

/** A web stream of bytes, as far as it is used here. */
export interface ByteStream {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(reason?: unknown): Promise<void> };
}

/** Where weights come from: a `Blob` or `File`, a `ReadableStream`, an async iterable such as a Node stream, or bytes. */
export type WeightSource = Uint8Array | AsyncIterable<Uint8Array> | ByteStream | { stream(): ByteStream };

export interface HashWeightsOptions {
  /** Called after each part with the number of bytes hashed so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Stops between two parts; the promise then rejects with the signal's reason. */
  readonly signal?: { throwIfAborted(): void };
  /** A native incremental SHA-256 where the runtime has one; plain JavaScript otherwise. */
  readonly createHash?: () => IncrementalHash;
}

/**
 * SHA-256 of model weights as a stream: memory stays at one part, whatever the size.
 *
 * @returns 64 digits of lower-case hex
 * @see docs/spec/3-identity.md clause 3.34
 * @example
 * const model_hash = await hashWeights(file, { onProgress: (bytes) => console.log(bytes / file.size) });
 */
export async function hashWeights(source: WeightSource, options: HashWeightsOptions = {}): Promise<string> {
  const { onProgress, signal, createHash = createSha256 } = options;
  const hash = createHash();
  let bytes = 0;
  for await (const part of partsOf(source)) {
    signal?.throwIfAborted();
    hash.update(part);
    onProgress?.((bytes += part.length));
  }
  signal?.throwIfAborted();
  return toHex(hash.digest());
}

const PART = 1 << 20;

async function* partsOf(source: WeightSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    for (let offset = 0; offset < source.length; offset += PART) yield source.subarray(offset, offset + PART);
  } else if ("stream" in source) {
    yield* partsOf(source.stream());
  } else if ("getReader" in source) {
    yield* readAll(source);
  } else {
    yield* source;
  }
}

/** By hand: not every browser lets a `ReadableStream` be iterated. */
async function* readAll(stream: ByteStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (!value) return;
      yield value;
    }
  } finally {
    if (!isDone) await reader.cancel();
  }
}
