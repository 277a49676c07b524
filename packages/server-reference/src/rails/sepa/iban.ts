/** Where a SEPA payment goes: `IBAN;NAME` or `IBAN;BIC;NAME`, as the wallet's owner signed it. */
export interface SepaParty {
  /** Without spaces, upper case. */
  readonly iban: string;
  readonly bic: string | undefined;
  readonly name: string;
}

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const BIC = /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/;
const MAX_NAME = 70;

/** Form and checksum (ISO 13616, mod 97), and the length of the countries that we know. */
export function isIban(text: string): boolean {
  if (!IBAN.test(text)) return false;
  const length = LENGTHS[text.slice(0, 2)];
  if (length === undefined || text.length !== length) return false;
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

export function isBic(text: string): boolean {
  return BIC.test(text);
}

/** Reads a destination; undefined where it is none that a bank would take. */
export function parseSepaParty(destination: string): SepaParty | undefined {
  const [number = "", ...rest] = destination.split(";").map((part) => part.trim());
  const iban = number.replaceAll(" ", "").toUpperCase();
  const bic = rest.length === 2 ? rest[0]?.toUpperCase() : undefined;
  const name = rest.at(-1) ?? "";
  if (!isIban(iban) || rest.length < 1 || rest.length > 2) return undefined;
  if ((bic !== undefined && !isBic(bic)) || sepaText(name, MAX_NAME) !== name || name === "") return undefined;
  return { iban, bic, name };
}

/** Text in the characters that every bank of the scheme takes, cut to a length. */
export function sepaText(text: string, max: number): string {
  const plain = text.normalize("NFD").replaceAll(/\p{M}/gu, "");
  return plain
    .replaceAll(/[^A-Za-z0-9/\-?:().,'+ ]/g, " ")
    .trim()
    .slice(0, max);
}

/** Characters of an IBAN by country of the scheme. */
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AL: 28,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  RS: 22,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  VA: 22,
};
