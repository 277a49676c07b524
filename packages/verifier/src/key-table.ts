import type { Slices } from "./slices.ts";

/** Fills an array with unpredictable numbers. */
export type Random = (numbers: Uint32Array<ArrayBuffer>) => void;

const NONE: readonly number[] = [];
/** Bits of the filter for each key, at the least: one key in eight that is not held gets past it. */
const FILTER_BITS = 8;
const WORD_BITS = 32;
/** Three of four slots are taken at the most. */
const slotsFor = (keys: number): number => Math.ceil((keys * 4) / 3) + 1;

/**
 * An exact multimap from keys of fixed width to the order in which they were given, in flat arrays.
 *
 * A key is a number of 16-bit pieces. The hash is multilinear with secret multipliers per table: for any two keys the chance of
 * a collision does not depend on the keys, so nobody can grind weight hashes that make a gateway's look-ups slow.
 * A filter over the last 32 bits of the keys tells most of what is not held apart before a key is read as a whole.
 */
export class KeyTable {
  readonly #pieces: number;
  readonly #keys: Uint16Array;
  readonly #multipliers: Uint32Array<ArrayBuffer>;
  /** 0 where empty; else key number + 1 in the lower bits, and the end of the key's hash above them. */
  readonly #slots: Uint32Array;
  readonly #numberMask: number;
  readonly #filter: Uint32Array;
  readonly #filterShift: number;

  /** @param keys - the keys one behind the other, each of so many pieces; they are not copied */
  constructor(pieces: number, keys: Uint16Array, random: Random) {
    this.#pieces = pieces;
    this.#keys = keys;
    this.#multipliers = new Uint32Array(2 * pieces + 3);
    random(this.#multipliers);
    this.#slots = new Uint32Array(slotsFor(this.size));
    this.#numberMask = 2 ** (32 - Math.clz32(this.size)) - 1;
    this.#filterShift = Math.clz32(Math.max(FILTER_BITS * this.size, WORD_BITS) - 1);
    this.#filter = new Uint32Array(2 ** (WORD_BITS - this.#filterShift) / WORD_BITS);
  }

  get size(): number {
    return this.#keys.length / this.#pieces;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#slots.byteLength + this.#filter.byteLength + this.#keys.byteLength;
  }

  /** Makes the keys findable; to be called once. `onTwin` hears of every earlier key that is the same. */
  async build(slices: Slices, onTwin?: (number: number, earlier: number) => void): Promise<void> {
    for (let number = 0; number < this.size; number += 1) {
      this.#insert(number, onTwin);
      if ((number & 63) === 0 && slices.isOver()) await slices.next();
    }
  }

  #insert(number: number, onTwin?: (number: number, earlier: number) => void): void {
    const start = number * this.#pieces;
    const hash = this.#hash(this.#keys, start);
    const tag = this.#tagOf(hash);
    let slot = this.#slotOf(hash);
    for (let held = this.#slots[slot] as number; held !== 0; held = this.#slots[slot] as number) {
      if (onTwin !== undefined && this.#isHeld(held, tag, this.#keys, start)) onTwin(number, this.#numberOf(held));
      slot = slot + 1 === this.#slots.length ? 0 : slot + 1;
    }
    this.#slots[slot] = (tag | (number + 1)) >>> 0;
    const last = start + this.#pieces;
    const bit = this.#filterBit(((this.#keys[last - 2] as number) << 16) | (this.#keys[last - 1] as number));
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31));
  }

  /** Whether a key with these last 32 bits may be held; false is certain. */
  mayHold(tail: number): boolean {
    const bit = this.#filterBit(tail);
    return (((this.#filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
  }

  #filterBit(tail: number): number {
    return Math.imul(tail, (this.#multipliers[2 * this.#pieces + 2] as number) | 1) >>> this.#filterShift;
  }

  /** The numbers of a key, in the order in which they were given. */
  find(key: Uint16Array, start = 0): readonly number[] {
    const hash = this.#hash(key, start);
    const tag = this.#tagOf(hash);
    let found: number[] | undefined;
    let slot = this.#slotOf(hash);
    for (let held = this.#slots[slot] as number; held !== 0; held = this.#slots[slot] as number) {
      if (this.#isHeld(held, tag, key, start)) (found ??= []).push(this.#numberOf(held));
      slot = slot + 1 === this.#slots.length ? 0 : slot + 1;
    }
    return found ?? NONE;
  }

  /** The pieces of one key. */
  keyAt(number: number): Uint16Array {
    return this.#keys.subarray(number * this.#pieces, (number + 1) * this.#pieces);
  }

  #numberOf(held: number): number {
    return ((held & this.#numberMask) >>> 0) - 1;
  }

  #tagOf(hash: number): number {
    return hash & ~this.#numberMask;
  }

  #slotOf(hash: number): number {
    // The tag takes the hash's upper bits, so the slot is chosen by a mix that begins with the lower ones.
    return Math.floor(((((hash << 16) | (hash >>> 16)) >>> 0) / 4_294_967_296) * this.#slots.length);
  }

  #isHeld(held: number, tag: number, key: Uint16Array, start: number): boolean {
    if ((held & ~this.#numberMask) !== tag) return false;
    const own = this.#numberOf(held) * this.#pieces;
    for (let at = 0; at < this.#pieces; at += 1) if (this.#keys[own + at] !== key[start + at]) return false;
    return true;
  }

  #hash(key: Uint16Array, start: number): number {
    const multipliers = this.#multipliers;
    const pieces = this.#pieces;
    let high = multipliers[2 * pieces] as number;
    let low = multipliers[2 * pieces + 1] as number;
    for (let at = 0; at < pieces; at += 1) {
      const piece = key[start + at] as number;
      high = (high + Math.imul(multipliers[at] as number, piece)) | 0;
      low = (low + Math.imul(multipliers[pieces + at] as number, piece)) | 0;
    }
    // Only the upper halves of multilinear sums are evenly spread.
    return (high & 0xffff0000) | (low >>> 16);
  }
}
