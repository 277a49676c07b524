/** Remembers which ids came by. */
export interface SeenIds {
  /** Adds an id. @returns false where it was there already */
  add(id: string): boolean;
}

const START_SLOTS = 1 << 12;
/** Beyond this part of the slots, looking for a free one takes too long. */
const MAX_FILL = 0.6;

/**
 * A set of ids in 13 to 27 bytes each, whatever their length: it keeps 64 bits of a hash of each.
 *
 * Among ten million ids the chance that any two are taken for one is below 3 in a million.
 */
export function createSeenIds(): SeenIds {
  let slots = new BigUint64Array(START_SLOTS);
  let count = 0;
  const place = (hash: bigint, into: BigUint64Array): number => {
    const mask = into.length - 1;
    let at = Number(hash & BigInt(mask));
    while (into[at] !== 0n && into[at] !== hash) at = (at + 1) & mask;
    return at;
  };
  const grow = (): void => {
    const larger = new BigUint64Array(slots.length * 2);
    for (const hash of slots) if (hash !== 0n) larger[place(hash, larger)] = hash;
    slots = larger;
  };
  return {
    add(id) {
      const hash = hash64(id);
      const at = place(hash, slots);
      if (slots[at] === hash) return false;
      slots[at] = hash;
      count += 1;
      if (count > slots.length * MAX_FILL) grow();
      return true;
    },
  };
}

/** Two independent multiplicative hashes of 32 bits; never 0, which stands for a free slot. */
function hash64(text: string): bigint {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + unit, 0xcc9e2d51);
    b = (b << 13) | (b >>> 19);
  }
  return (BigInt(mix(a ^ b) >>> 0) << 32n) | BigInt((mix(b + 0x27d4eb2f) | 1) >>> 0);
}

/** The final mixing of MurmurHash3. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
