/**
 * An exact multimap from keys of fixed width to entry numbers, in flat arrays.
 *
 * A key is a number of 16-bit pieces. The hash is multilinear with secret multipliers per process: for any two keys the chance of
 * a collision does not depend on the keys, so nobody can grind weight hashes that make a gateway's look-ups slow.
 */
export class KeyTable {
  readonly #pieces: number;
  readonly #multipliers: Uint32Array<ArrayBuffer>;
  readonly #mask: number;
  /** Key number + 1, 0 where the slot is empty. */
  readonly #slots: Uint32Array;
  readonly #keys: Uint16Array;
  readonly #entries: Uint32Array;
  #size = 0;

  /**
   * @param pieces - width of a key in 16-bit pieces
   * @param capacity - how many keys will be added at the most
   * @param random - fills an array with unpredictable numbers
   */
  constructor(pieces: number, capacity: number, random: (numbers: Uint32Array<ArrayBuffer>) => void) {
    this.#pieces = pieces;
    this.#multipliers = new Uint32Array(2 * pieces + 2);
    random(this.#multipliers);
    let slots = 8;
    while (slots * 3 < capacity * 4) slots *= 2;
    this.#mask = slots - 1;
    this.#slots = new Uint32Array(slots);
    this.#keys = new Uint16Array(capacity * pieces);
    this.#entries = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#slots.byteLength + this.#keys.byteLength + this.#entries.byteLength;
  }

  /** Adds a key; the same one may stand for several entries. */
  add(key: Uint16Array, entry: number): void {
    let slot = this.#hash(key);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#keys.set(key, this.#size * this.#pieces);
    this.#entries[this.#size] = entry;
    this.#size += 1;
    this.#slots[slot] = this.#size;
  }

  /** Calls back with each entry of a key. */
  find(key: Uint16Array, visit: (entry: number) => void): void {
    for (let slot = this.#hash(key), held = this.#slots[slot]; held; slot = (slot + 1) & this.#mask, held = this.#slots[slot]) {
      if (this.#holds(held - 1, key)) visit(this.#entries[held - 1] ?? 0);
    }
  }

  #holds(number: number, key: Uint16Array): boolean {
    const start = number * this.#pieces;
    for (let at = 0; at < this.#pieces; at += 1) if (this.#keys[start + at] !== key[at]) return false;
    return true;
  }

  #hash(key: Uint16Array): number {
    const multipliers = this.#multipliers;
    const pieces = this.#pieces;
    let high = multipliers[2 * pieces] ?? 0;
    let low = multipliers[2 * pieces + 1] ?? 0;
    for (let at = 0; at < pieces; at += 1) {
      const piece = key[at] ?? 0;
      high = (high + Math.imul(multipliers[at] ?? 0, piece)) | 0;
      low = (low + Math.imul(multipliers[pieces + at] ?? 0, piece)) | 0;
    }
    // Only the upper halves of multilinear sums are evenly spread.
    return ((high & 0xffff0000) | (low >>> 16)) & this.#mask;
  }
}
