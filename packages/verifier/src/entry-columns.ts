import {
  BLACKLIST_ENFORCEMENTS,
  BLACKLIST_REASONS,
  type BlacklistEntry,
  decodeAddress,
  enforcementOf,
  reasonOf,
  utf8Encode,
} from "@omla/sdk/protocol";
import { GrowingColumn } from "./growing-column.ts";
import { readSha256, readUuid, SHA256_PIECES, UUID_PIECES } from "./key-forms.ts";
import type { Slices } from "./slices.ts";
import { normalizeDomain, normalizeLocation, partsOf, repositoryOf } from "./names.ts";

/** What is kept of an entry, packed into one byte: kind, reason, enforcement, whether its address is that of its id. */
export interface EntryCode {
  readonly isModel: boolean;
  /** Place in BLACKLIST_REASONS. */
  readonly reason: number;
  /** Place in BLACKLIST_ENFORCEMENTS. */
  readonly enforce: number;
}

/** Entries by name: one number, or several where the name stands for several. */
export type NameIndex = Map<string, number | number[]>;
export type EntryFacts = Pick<BlacklistEntry, "kind" | "id" | "reason" | "since" | "enforce" | "case">;

/** The names of an entry that are texts of any form. */
interface EntryNames {
  readonly domains?: readonly string[] | undefined;
  readonly locations?: readonly string[] | undefined;
}

const OWN_ADDRESS = 64;
const bytesOf = (length: number): Uint8Array => new Uint8Array(length);
const piecesOf = (length: number): Uint16Array => new Uint16Array(length);
const numbersOf = (length: number): Uint32Array => new Uint32Array(length);

/** The entries of a list by columns: a fraction of what as many objects and texts would take. */
export class EntryColumns {
  readonly codes: GrowingColumn<Uint8Array> = new GrowingColumn(bytesOf);
  /** Seconds since 1970; 32 bits last until 2106, and what is earlier or later stands apart. */
  readonly since: GrowingColumn<Uint32Array> = new GrowingColumn(numbersOf);
  readonly sinceElsewhere: Map<number, number> = new Map();
  /** UTF-8 of all case numbers, and where each ends. */
  readonly cases: GrowingColumn<Uint8Array> = new GrowingColumn(bytesOf);
  readonly caseEnds: GrowingColumn<Uint32Array> = new GrowingColumn(numbersOf);
  readonly ids: GrowingColumn<Uint16Array> = new GrowingColumn(piecesOf);
  /** Payloads of addresses that are not those of the entry's id. */
  readonly addresses: GrowingColumn<Uint16Array> = new GrowingColumn(piecesOf);
  readonly addressEntries: GrowingColumn<Uint32Array> = new GrowingColumn(numbersOf);
  readonly hashes: GrowingColumn<Uint16Array> = new GrowingColumn(piecesOf);
  readonly hashEntries: GrowingColumn<Uint32Array> = new GrowingColumn(numbersOf);
  /** Addresses of other than 16 bytes. */
  readonly otherAddresses: NameIndex = new Map();
  readonly domains: NameIndex = new Map();
  readonly locations: NameIndex = new Map();
  readonly repositories: NameIndex = new Map();
  /** Parts of the longest listed location: nobody's path needs to be looked up any deeper. */
  deepestLocation = 0;

  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** Entries of the kinds that are known here. */
  get size(): number {
    return this.codes.length;
  }

  /** Adds an entry that has its id at the end of `ids` and its case at the end of `cases` already. */
  addFacts({ isModel, reason, enforce }: EntryCode, sinceMs: number): number {
    this.codes.push((isModel ? 1 : 0) | (reason << 1) | (enforce << 4));
    const seconds = sinceMs / 1_000;
    if (seconds !== seconds >>> 0) this.sinceElsewhere.set(this.since.length, seconds);
    this.since.push(seconds);
    this.caseEnds.push(this.cases.length);
    return this.size - 1;
  }

  /** Adds a well-formed entry of a known kind; what a reader of bytes does without making the entry. */
  add(entry: BlacklistEntry): void {
    const id = this.ids.extend(UUID_PIECES);
    readUuid(entry.id, this.ids.data, id);
    const name = utf8Encode(entry.case);
    const start = this.cases.extend(name.length);
    this.cases.data.set(name, start);
    const code = {
      isModel: entry.kind === "model",
      reason: BLACKLIST_REASONS.indexOf(reasonOf(entry)),
      enforce: BLACKLIST_ENFORCEMENTS.indexOf(enforcementOf(entry)),
    };
    const number = this.addFacts(code, Date.parse(entry.since));
    if (entry.address !== undefined) this.#addAddress(entry.address, number);
    for (const hash of entry.sha256 ?? []) {
      const key = this.hashes.extend(SHA256_PIECES);
      readSha256(hash, this.hashes.data, key);
      this.hashEntries.push(number);
    }
    this.addNames(entry, number);
  }

  addNames({ domains = [], locations = [] }: EntryNames, number: number): void {
    for (const domain of domains) addName(this.domains, normalizeDomain(domain), number);
    for (const location of locations) {
      const name = normalizeLocation(location);
      addName(this.locations, name, number);
      this.deepestLocation = Math.max(this.deepestLocation, name === undefined ? 0 : partsOf(name));
      addName(this.repositories, name === undefined ? undefined : repositoryOf(name), number);
    }
  }

  #addAddress(address: string, number: number): void {
    const { payload } = decodeAddress(address);
    if (payload.length !== 2 * UUID_PIECES) {
      addName(this.otherAddresses, address, number);
      return;
    }
    const start = this.addresses.extend(UUID_PIECES);
    for (let piece = 0; piece < UUID_PIECES; piece += 1) {
      this.addresses.data[start + piece] = ((payload[2 * piece] as number) << 8) | (payload[2 * piece + 1] as number);
    }
    this.keepAddress(number);
  }

  /** Keeps the payload at the end of `addresses` for an entry; drops it where it is the entry's id, which is kept already. */
  keepAddress(number: number): void {
    const start = this.addresses.length - UUID_PIECES;
    const own = number * UUID_PIECES;
    for (let piece = 0; piece < UUID_PIECES; piece += 1) {
      if (this.addresses.data[start + piece] === this.ids.data[own + piece]) continue;
      this.addressEntries.push(number);
      return;
    }
    this.addresses.length = start;
    this.codes.data[number] = (this.codes.data[number] as number) | OWN_ADDRESS;
  }

  isModel(number: number): boolean {
    return ((this.codes.data[number] as number) & 1) === 1;
  }

  /** Place in BLACKLIST_ENFORCEMENTS. */
  enforcementAt(number: number): number {
    return ((this.codes.data[number] as number) >> 4) & 3;
  }

  /** Whether the entry has an address, the one of its own id. */
  hasOwnAddress(number: number): boolean {
    return (this.codes.data[number] as number) >= OWN_ADDRESS;
  }

  /** The entry as it is shown; an unknown reason or enforcement as what it reads as. */
  factsAt(number: number): EntryFacts {
    const code = this.codes.data[number] as number;
    const seconds = this.sinceElsewhere.get(number) ?? Number(this.since.data[number]);
    const from = number === 0 ? 0 : (this.caseEnds.data[number - 1] as number);
    return {
      kind: this.isModel(number) ? "model" : "commercial_user",
      id: uuidOf(this.ids.data.subarray(number * UUID_PIECES, (number + 1) * UUID_PIECES)),
      reason: BLACKLIST_REASONS[(code >> 1) & 7] ?? "OTHER",
      since: `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`,
      enforce: BLACKLIST_ENFORCEMENTS[this.enforcementAt(number)] ?? "warn",
      case: this.#decoder.decode(this.cases.data.subarray(from, this.caseEnds.data[number])),
    };
  }

  /** Gives back the spare room that growing has left. */
  async trim(slices: Slices): Promise<void> {
    for (const column of [
      this.codes,
      this.since,
      this.cases,
      this.caseEnds,
      this.ids,
      this.addresses,
      this.addressEntries,
      this.hashes,
      this.hashEntries,
    ]) {
      column.trim();
      if (slices.isOver()) await slices.next();
    }
  }
}

function addName(names: NameIndex, name: string | undefined, entry: number): void {
  if (name === undefined || name === "") return;
  const held = names.get(name);
  if (held === undefined) names.set(name, entry);
  else if (typeof held === "number") {
    if (held !== entry) names.set(name, [held, entry]);
  } else if (held.at(-1) !== entry) held.push(entry);
}

function uuidOf(pieces: Uint16Array): string {
  let text = "";
  for (let at = 0; at < UUID_PIECES; at += 1) {
    if (at >= 2 && at <= 5) text += "-";
    text += ((pieces[at] as number) + 0x10000).toString(16).slice(1);
  }
  return text;
}
