import { rootFractions } from "./hash-constants.ts";

/** A hash that takes its input in parts. */
export interface IncrementalHash {
  update(bytes: Uint8Array): this;
  digest(): Uint8Array;
}

/**
 * SHA-256 in parts, in plain JavaScript: WebCrypto has no incremental digest, and weights do not fit into memory.
 *
 * @returns a hash for one message of less than 2^53 bytes; no `update` after `digest`
 */
export function createSha256(): IncrementalHash {
  const { rounds, initial } = (constants ??= readConstants());
  const state = initial.slice();
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  const words = new Int32Array(64);
  let length = 0;

  function absorb(bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length) {
      const start = length % 64;
      const part = bytes.subarray(offset, offset + 64 - start);
      block.set(part, start);
      offset += part.length;
      length += part.length;
      if (length % 64 === 0) compress(state, view, words, rounds);
    }
  }

  return {
    update(bytes) {
      absorb(bytes);
      return this;
    },
    digest() {
      const bits = BigInt(length) * 8n;
      absorb(Uint8Array.of(0x80));
      absorb(new Uint8Array((120 - (length % 64)) % 64));
      const tail = new Uint8Array(8);
      new DataView(tail.buffer).setBigUint64(0, bits);
      absorb(tail);
      const out = new DataView(new ArrayBuffer(32));
      state.forEach((word, index) => out.setInt32(index * 4, word));
      return new Uint8Array(out.buffer);
    },
  };
}

/** Made at first use. */
let constants: { rounds: Int32Array; initial: Int32Array } | undefined;

function readConstants(): { rounds: Int32Array; initial: Int32Array } {
  const words = (count: number, degree: bigint): Int32Array => Int32Array.from(rootFractions(count, degree, 32n), Number);
  return { rounds: words(64, 3n), initial: words(8, 2n) };
}

function compress(state: Int32Array, block: DataView, words: Int32Array, rounds: Int32Array): void {
  for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4);
  for (let i = 16; i < 64; i++) {
    const w15 = words[i - 15] as number;
    const w2 = words[i - 2] as number;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[i] = ((words[i - 16] as number) + s0 + (words[i - 7] as number) + s1) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (rounds[i] as number) + (words[i] as number)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = (state[i] as number) + (sums[i] as number);
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
