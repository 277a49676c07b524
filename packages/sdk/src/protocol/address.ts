import { bech32m } from "@scure/base";
import { BECH32_CHARACTERS } from "./address-checksum.ts";
import { fromHex, toHex } from "./bytes.ts";
import { ADDRESS_INVALID } from "./codes/values.ts";
import { protocolError } from "./errors.ts";

const PREFIX = "omla";
const HEAD = `${PREFIX}1`;
/** 32 bytes of payload: 5 + 52 + 6 characters. */
const MAX_LENGTH = 63;

/** What an address holds. */
export interface DecodedAddress {
  /** Canonical: lower case. */
  readonly address: string;
  /** 16 to 32 bytes; of other than 16 an opaque routing id. */
  readonly payload: Uint8Array;
  /** The payload written as a UUID, where it has 16 bytes: a model's id, or a random routing id. */
  readonly model_id?: string;
}

/**
 * The address of a model id or routing id.
 *
 * @param payload - a UUID, or 16 to 32 bytes
 * @returns `omla1…` in lower case; 37 characters for 16 bytes
 * @throws {OmlaError} ADDRESS_INVALID
 * @see docs/spec/3-identity.md clause 3.37 and vectors/addresses.json
 */
export function encodeAddress(payload: string | Uint8Array): string {
  const bytes = typeof payload === "string" ? uuidBytes(payload) : payload;
  if (!bytes || bytes.length < 16 || bytes.length > 32) {
    throw protocolError(ADDRESS_INVALID, "an address encodes a UUID or 16 to 32 bytes");
  }
  return bech32m.encode(PREFIX, bech32m.toWords(bytes));
}

/**
 * Reads an address: prefix, one case, Bech32m checksum, fewer than five padding bits and all zero, 16 to 32 bytes.
 *
 * @throws {OmlaError} ADDRESS_INVALID; `details.position` (counted from 1) where exactly one character explains the fault
 * @see docs/spec/3-identity.md clauses 3.38 to 3.40 and vectors/addresses.json
 */
export function decodeAddress(address: string, path?: string): DecodedAddress {
  const result = read(address);
  if (typeof result !== "string") return result;
  const position = mistypedPosition(address);
  if (position === undefined) throw protocolError(ADDRESS_INVALID, result, path);
  const message = `${result}; look at character ${position} (${JSON.stringify(address[position - 1])})`;
  throw protocolError(ADDRESS_INVALID, message, path, { position });
}

/** Whether a value is an address, in either case. */
export function isAddress(value: unknown): value is string {
  return typeof read(value) !== "string";
}

/**
 * Demands an address and gives its canonical form.
 *
 * @throws {OmlaError} ADDRESS_INVALID
 */
export function assertAddress(value: unknown, path?: string): string {
  return decodeAddress(value as string, path).address;
}

/** The decoded address, or in words why it is none. */
function read(value: unknown): DecodedAddress | string {
  if (typeof value !== "string" || value === "") return "an address is a text that begins with omla1";
  if (value.length > MAX_LENGTH) return `an address has at most ${MAX_LENGTH} characters`;
  const address = value.toLowerCase();
  if (value !== address && value !== value.toUpperCase()) return "an address is in one case";
  if (!address.startsWith(HEAD)) return "an address begins with omla1";
  // Also keeps out letters of other scripts whose lower case is ASCII, such as the Kelvin sign.
  if (/[^ -~]/.test(value) || Array.from(address.slice(HEAD.length)).some((char) => !BECH32_CHARACTERS.includes(char)))
    return "an address has no such character";
  const decoded = bech32m.decodeUnsafe(address, MAX_LENGTH);
  if (!decoded) return "the checksum of the address does not hold";
  const payload = bech32m.fromWordsUnsafe(decoded.words);
  if (!payload) return "the padding of the address is not zero, or too long";
  if (payload.length < 16 || payload.length > 32) return "an address holds 16 to 32 bytes";
  return { address, payload, ...(payload.length === 16 && { model_id: uuidText(payload) }) };
}

/** Where the one character stands whose replacement gives an address; undefined where none or several would. */
function mistypedPosition(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > MAX_LENGTH) return undefined;
  const found = new Set<number>();
  for (let index = 0; index < value.length; index++) {
    const expected = HEAD[index] ?? BECH32_CHARACTERS;
    for (const char of expected + expected.toUpperCase()) {
      if (isAddress(value.slice(0, index) + char + value.slice(index + 1))) found.add(index + 1);
    }
  }
  return found.size === 1 ? Number(...found) : undefined;
}

function uuidBytes(uuid: string): Uint8Array | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? fromHex(uuid.replaceAll("-", "")) : undefined;
}

function uuidText(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
