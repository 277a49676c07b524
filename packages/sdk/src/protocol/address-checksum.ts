/** The 32 characters of Bech32, by the five bits that each stands for. */
export const BECH32_CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** What the five top bits of a checksum call in, by their value. */
const CALLED_IN = Int32Array.from({ length: 32 }, (_, top) => GENERATOR.reduce((sum, term, bit) => sum ^ ((top >> bit) & 1 && term), 0));

/** The Bech32m checksum after one more character, by its value; it comes out as {@link CHECKSUM_HOLDS} behind a whole address. */
export const checksumStep = (checksum: number, value: number): number =>
  ((checksum & 0x1ffffff) << 5) ^ value ^ (CALLED_IN[checksum >>> 25] as number);

/** The checksum behind `omla1`: the upper bits of its letters, a zero, their lower bits. */
export const CHECKSUM_OF_PREFIX: number = [3, 3, 3, 3, 0, 15, 13, 12, 1].reduce(checksumStep, 1);
export const CHECKSUM_HOLDS = 0x2bc830a3;

/** 16 to 32 bytes are 26 to 52 characters; six of the checksum follow. */
const FORM = /^omla1[02-9ac-hj-np-z]{32,58}$/;

/**
 * Whether a text is an address in its canonical, lower-case form: all that a list's reader asks, and far smaller than what reads addresses.
 *
 * @see docs/spec/3-identity.md clauses 3.38 and 3.39, and vectors/addresses.json
 */
export function isCanonicalAddress(text: unknown): boolean {
  if (typeof text !== "string" || !FORM.test(text)) return false;
  const values = Array.from(text.slice(5), (character) => BECH32_CHARACTERS.indexOf(character));
  // The payload's bits are whole bytes and the padding that is left over, which lies in its last character.
  const padding = ((values.length - 6) * 5) % 8;
  const isPadded = padding > 4 || ((values.at(-7) as number) & ((1 << padding) - 1)) > 0;
  return !isPadded && values.reduce(checksumStep, CHECKSUM_OF_PREFIX) === CHECKSUM_HOLDS;
}
