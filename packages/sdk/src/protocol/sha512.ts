import { rootFractions } from "./hash-constants.ts";

const MASK = 2n ** 64n - 1n;
/** Made at first use. */
let rounds: bigint[] | undefined;

/**
 * SHA-512 by plain integers, for pages without WebCrypto (those not served by https) where noble's points are used.
 *
 * Slow, and made for messages of a few hundred bytes: signed messages have about fifty.
 */
export function sha512(message: Uint8Array): Uint8Array<ArrayBuffer> {
  rounds ??= rootFractions(80, 3n, 64n);
  let state = rootFractions(8, 2n, 64n);
  const padded = new Uint8Array((Math.floor((message.length + 16) / 128) + 1) * 128);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  for (let offset = 0; offset < padded.length; offset += 128) state = compress(state, view, offset, rounds);
  const digest = new DataView(new ArrayBuffer(64));
  for (const [index, word] of state.entries()) digest.setBigUint64(index * 8, word);
  return new Uint8Array(digest.buffer);
}

function compress(state: readonly bigint[], view: DataView, offset: number, constants: readonly bigint[]): bigint[] {
  const words: bigint[] = [];
  let [a, b, c, d, e, f, g, h] = state as readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  for (const [i, constant] of constants.entries()) {
    const back = (distance: number): bigint => words[i - distance] as bigint;
    const word = i < 16 ? view.getBigUint64(offset + i * 8) : back(16) + mix(back(15), 1n, 8n, -7n) + back(7) + mix(back(2), 19n, 61n, -6n);
    words.push(word & MASK);
    const t1 = h + mix(e, 14n, 18n, 41n) + ((e & f) ^ (~e & MASK & g)) + constant + (words[i] as bigint);
    const t2 = mix(a, 28n, 34n, 39n) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] as bigint)) & MASK);
}

/** Three rotations to the right; a negative number of bits is a shift. */
function mix(word: bigint, ...bits: readonly bigint[]): bigint {
  return bits.reduce((mixed, by) => mixed ^ (by < 0n ? word >> -by : ((word >> by) | (word << (64n - by))) & MASK), 0n);
}
