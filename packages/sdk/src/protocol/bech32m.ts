/** The 32 characters of Bech32, by value. */
export const CHARSET: string = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** What sets Bech32m apart from Bech32 (BIP-350). */
const CONSTANT = 0x2bc830a3;

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; bit++) if ((top >> bit) & 1) checksum ^= GENERATOR[bit] as number;
  }
  return checksum;
}

function expandPrefix(prefix: string): number[] {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** The six words that make the checksum of prefix and words come out right. */
export function checksumWords(prefix: string, words: readonly number[]): number[] {
  const checksum = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ CONSTANT;
  return [25, 20, 15, 10, 5, 0].map((shift) => (checksum >> shift) & 31);
}

/** Whether the words, checksum included, belong to the prefix. */
export function hasChecksum(prefix: string, words: readonly number[]): boolean {
  return polymod([...expandPrefix(prefix), ...words]) === CONSTANT;
}

/** Five-bit words of bytes, the last one filled up with zeros. */
export function toWords(bytes: Uint8Array): number[] {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((word) => parseInt(word.padEnd(5, "0"), 2));
}

/** Bytes of five-bit words; undefined where five or more bits, or any bit set, are left over. */
export function fromWords(words: readonly number[]): Uint8Array | undefined {
  const bits = words.map((word) => word.toString(2).padStart(5, "0")).join("");
  const padding = bits.slice(bits.length - (bits.length % 8));
  if (padding.length > 4 || padding.includes("1")) return undefined;
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}
