/** The 32 characters of Bech32, by the five bits that each stands for. */
export const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32M = 0x2bc830a3;
const CHECKSUM_WORDS = 6;

/** The text of bytes after a prefix, as BIP-350 writes it. The prefix is lower-case ASCII. */
export function encodeBech32m(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5);
  if (words.bits > 0) words.out.push((words.rest << (5 - words.bits)) & 31);
  const checksum = polymod(prefix, [...words.out, ...new Uint8Array(CHECKSUM_WORDS)]) ^ BECH32M;
  for (let shift = 25; shift >= 0; shift -= 5) words.out.push((checksum >> shift) & 31);
  return `${prefix}1${words.out.map((word) => CHARSET[word]).join("")}`;
}

/**
 * The bytes behind `<prefix>1`.
 *
 * @param text - in lower case, of the characters of Bech32 behind its prefix
 * @returns what is wrong, in words after "the", where the checksum does not hold, or the padding has five bits or one that is not zero
 */
export function decodeBech32m(prefix: string, text: string): Uint8Array | string {
  const words = Array.from(text.slice(prefix.length + 1), (char) => CHARSET.indexOf(char));
  if (words.length < CHECKSUM_WORDS || polymod(prefix, words) !== BECH32M) return "checksum does not hold";
  const { out, rest, bits } = regroup(words.slice(0, -CHECKSUM_WORDS), 5, 8);
  return bits > 4 || (rest & ((1 << bits) - 1)) !== 0 ? "padding is not zero, or too long" : Uint8Array.from(out);
}

/** Groups of `from` bits as groups of `to` bits; `bits` of the last one are left over, in the low end of `rest`. */
function regroup(values: Iterable<number>, from: number, to: number): { out: number[]; rest: number; bits: number } {
  const out: number[] = [];
  let rest = 0;
  let bits = 0;
  for (const value of values) {
    rest = ((rest << from) | value) & 0xffff;
    for (bits += from; bits >= to; ) out.push((rest >> (bits -= to)) & ((1 << to) - 1));
  }
  return { out, rest, bits };
}

function polymod(prefix: string, words: readonly number[]): number {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  let checksum = 1;
  for (const word of [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...words]) {
    const top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ word;
    GENERATOR.forEach((term, bit) => (checksum ^= (top >> bit) & 1 ? term : 0));
  }
  return checksum;
}
