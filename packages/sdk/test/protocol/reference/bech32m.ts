// Bech32m as BIP-350 writes it, apart from the library that the protocol uses: five-bit groups as text, the checksum bit by bit.

const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
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

export function encodeBech32m(prefix: string, bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const words = (bits.match(/.{1,5}/g) ?? []).map((word) => parseInt(word.padEnd(5, "0"), 2));
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const checksum = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ CONSTANT;
  const tail = [25, 20, 15, 10, 5, 0].map((shift) => (checksum >> shift) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => CHARSET[word]).join("")}`;
}
