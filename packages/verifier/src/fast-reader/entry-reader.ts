import {
  BLACKLIST_ENFORCEMENTS,
  BLACKLIST_REASONS,
  type BlacklistEntry,
  checkEntry,
  type JsonValue,
  OmlaError,
  LIST_SCHEMA,
  protocolError,
} from "@omla/sdk/protocol";
import type { EntryColumns } from "../entry-columns.ts";
import { SHA256_PIECES, UUID_PIECES } from "../key-forms.ts";
import { CUT, FAULT, scanName, scanValue } from "./canonical-scan.ts";
import { readAddressBytes, readSha256Bytes, readTimeBytes, readUuidBytes } from "./field-bytes.ts";
import { holdsBytes } from "./member-names.ts";

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const quoted = (text: string): Uint8Array => encoded(`"${text}"`);
const FIELDS = ["address", "case", "domains", "enforce", "id", "kind", "locations", "name", "reason", "sha256", "since"] as const;
/** The members that are read, in canonical order, each with its colon. */
const NAMES = FIELDS.map((name) => encoded(`"${name}":`));
const [ADDRESS, CASE, DOMAINS, ENFORCE, ID, KIND, LOCATIONS, NAME, REASON, HASHES, SINCE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
const KINDS = ["commercial_user", "model"].map(quoted);
const REASONS = BLACKLIST_REASONS.map(quoted);
const ENFORCEMENTS = BLACKLIST_ENFORCEMENTS.map(quoted);
const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [34, 44, 92, 91, 123, 93, 125] as const;
/** Levels around an entry: the document and its list of entries. */
const DEPTH = 2;
/** Bytes of a quoted hash and of what separates it from the next. */
const HASH_BYTES = 67;
const NO_TEXTS: readonly string[] = [];

/** Reads entries off the bytes into columns; what is unusual about one is left to the plain reader, entry by entry. */
export class EntryReader {
  readonly #bytes: Uint8Array;
  readonly #columns: EntryColumns;
  /** Where the value of each known member begins and ends; 0 where it is absent. */
  readonly #spans = new Int32Array(2 * FIELDS.length);
  /** What was read of members that are one of a few words, and the time. */
  readonly #words = { kind: 0, reason: 0, enforce: 0, sinceMs: 0 };
  /** Whether something about the entry is unusual, so that the plain reader must look at it. */
  #isOdd = false;
  readonly #unknownKinds = new Set<string>();
  /** Entries read, those of an unknown kind included. */
  count = 0;
  /** The first entry that does not follow the schema; what comes after it is still held to the canonical form. */
  fault: OmlaError | undefined;

  constructor(bytes: Uint8Array, columns: EntryColumns) {
    this.#bytes = bytes;
    this.#columns = columns;
  }

  /** Reads the entry that begins at `at`; answers where it ends, FAULT or CUT as `scanValue` does. */
  read(at: number, end: number): number {
    if (at >= end) return CUT;
    if (this.#bytes[at] !== OPEN_OBJECT) return this.#readOddValue(at, end);
    const { ids, addresses, hashes } = this.#columns;
    const before = [ids.length, addresses.length, hashes.length] as const;
    const after = this.#scan(at, end);
    if (after < 0) return after;
    if (this.fault || !this.#take(before[1], before[2])) {
      [ids.length, addresses.length, hashes.length] = before;
      if (!this.fault) this.#takePlainly(at, after);
    }
    this.count += 1;
    return after;
  }

  #readOddValue(at: number, end: number): number {
    const after = scanValue(this.#bytes, at, end, DEPTH);
    if (after < 0) return after;
    this.fault ??= protocolError(LIST_SCHEMA, "must be a list of objects", `entries[${this.count}]`);
    this.count += 1;
    return after;
  }

  /** Passes over the members in canonical order and reads the known ones. */
  #scan(at: number, end: number): number {
    const bytes = this.#bytes;
    this.#spans.fill(0);
    this.#isOdd = false;
    let next = at + 1;
    if (next < end && bytes[next] === CLOSE_OBJECT) return next + 1;
    let field = 0;
    let [previous, previousEnd, isInOrder] = [0, 0, true];
    for (;;) {
      const name = next;
      const known = this.#knownAt(name, end, field);
      // A known name behind a known one is in order, and a string in canonical form.
      const isRead = isInOrder && known >= 0;
      const colon = isRead ? name + (NAMES[known] as Uint8Array).length - 1 : scanName(bytes, name, end, previous, previousEnd);
      if (colon < 0) return colon;
      next = this.#scanMember(known, colon + 1, end);
      if (next < 0) return next;
      if (next >= end) return CUT;
      if (bytes[next] === CLOSE_OBJECT) return next + 1;
      if (bytes[next] !== COMMA) return FAULT;
      next += 1;
      [previous, previousEnd, isInOrder] = [name, colon, known >= 0];
      if (known >= 0) field = known + 1;
    }
  }

  /** Which known member begins here, searched from where the last one ended; -1 where it is another. */
  #knownAt(at: number, end: number, from: number): number {
    const bytes = this.#bytes;
    for (let field = from; field < NAMES.length; field += 1) {
      const name = NAMES[field] as Uint8Array;
      if (bytes[at + 1] === name[1] && at + name.length < end && holdsBytes(bytes, at, at + name.length, name)) return field;
    }
    return -1;
  }

  /** Passes over a value; what is of a usual form is read at the same time, and is canonical by that form. */
  #scanMember(field: number, at: number, end: number): number {
    if (field < 0) return scanValue(this.#bytes, at, end, DEPTH + 1);
    let after = this.#readMember(field, at, end);
    if (after === 0) {
      after = scanValue(this.#bytes, at, end, DEPTH + 1);
      if (after >= 0 && !this.#isHarmless(field, at, after)) this.#isOdd = true;
    }
    this.#spans[2 * field] = at;
    this.#spans[2 * field + 1] = after;
    return after;
  }

  /** Reads a value of a usual form; answers where it ends, 0 where it has another form. */
  #readMember(field: number, at: number, end: number): number {
    const columns = this.#columns;
    switch (field) {
      case ADDRESS: {
        const start = columns.addresses.extend(UUID_PIECES);
        return at + 39 < end && readAddressBytes(this.#bytes, at, columns.addresses.data, start) ? at + 39 : 0;
      }
      case ID: {
        const start = columns.ids.extend(UUID_PIECES);
        return at + 38 < end && readUuidBytes(this.#bytes, at, columns.ids.data, start) ? at + 38 : 0;
      }
      case SINCE:
        this.#words.sinceMs = at + 22 < end ? readTimeBytes(this.#bytes, at) : NaN;
        return Number.isNaN(this.#words.sinceMs) ? 0 : at + 22;
      case KIND:
        this.#words.kind = this.#wordAt(at, end, KINDS);
        return this.#words.kind < 0 ? 0 : at + (KINDS[this.#words.kind] as Uint8Array).length;
      case REASON:
        this.#words.reason = this.#wordAt(at, end, REASONS);
        return this.#words.reason < 0 ? 0 : at + (REASONS[this.#words.reason] as Uint8Array).length;
      case ENFORCE:
        this.#words.enforce = this.#wordAt(at, end, ENFORCEMENTS);
        return this.#words.enforce < 0 ? 0 : at + (ENFORCEMENTS[this.#words.enforce] as Uint8Array).length;
      case HASHES:
        return this.#readHashes(at, end);
      default:
        return 0;
    }
  }

  #wordAt(at: number, end: number, words: readonly Uint8Array[]): number {
    for (let place = 0; place < words.length; place += 1) {
      const word = words[place] as Uint8Array;
      if (at + word.length < end && this.#bytes[at + 1] === word[1] && holdsBytes(this.#bytes, at, at + word.length, word)) return place;
    }
    return -1;
  }

  #readHashes(at: number, end: number): number {
    const { hashes } = this.#columns;
    if (at + 1 >= end || this.#bytes[at] !== OPEN_LIST) return 0;
    if (this.#bytes[at + 1] === CLOSE_LIST) return at + 2;
    for (let from = at + 1; from + HASH_BYTES <= end; from += HASH_BYTES) {
      const start = hashes.extend(SHA256_PIECES);
      if (!readSha256Bytes(this.#bytes, from, hashes.data, start)) return 0;
      const behind = this.#bytes[from + HASH_BYTES - 1];
      if (behind === CLOSE_LIST) return from + HASH_BYTES;
      if (behind !== COMMA) return 0;
    }
    return 0;
  }

  /** Whether a value needs no plain reader although it was passed over only: texts without an escape, lists of them are read later. */
  #isHarmless(field: number, at: number, end: number): boolean {
    if (field === DOMAINS || field === LOCATIONS) return this.#bytes[at] === OPEN_LIST;
    if (field === NAME) return this.#bytes[at] === QUOTE;
    if (field !== CASE || this.#bytes[at] !== QUOTE) return false;
    for (let from = at; from < end; from += 1) if (this.#bytes[from] === BACKSLASH) return false;
    return true;
  }

  /** Adds the entry, whose keys are in the columns already; false where anything about it is unusual. */
  #take(firstAddress: number, firstHash: number): boolean {
    const columns = this.#columns;
    if (this.#isOdd || ![ID, KIND, REASON, SINCE, ENFORCE, CASE].every((field) => this.#spans[2 * field] !== 0)) return false;
    const domains = this.#texts(DOMAINS);
    const locations = this.#texts(LOCATIONS);
    if (domains === undefined || locations === undefined) return false;
    this.#takeCase();
    const { kind, reason, enforce, sinceMs } = this.#words;
    const number = columns.addFacts({ isModel: kind === 1, reason, enforce }, sinceMs);
    if (columns.addresses.length > firstAddress) columns.keepAddress(number);
    for (let key = firstHash; key < columns.hashes.length; key += SHA256_PIECES) columns.hashEntries.push(number);
    if (domains.length + locations.length > 0) columns.addNames({ domains, locations }, number);
    return true;
  }

  #takeCase(): void {
    const { cases } = this.#columns;
    const [from, to] = [(this.#spans[2 * CASE] as number) + 1, (this.#spans[2 * CASE + 1] as number) - 1];
    const start = cases.extend(to - from);
    for (let at = from; at < to; at += 1) cases.data[start + at - from] = this.#bytes[at] as number;
  }

  /** The texts of a list; none where the member is absent, undefined where one is not a text. */
  #texts(field: number): readonly string[] | undefined {
    const at = this.#spans[2 * field] as number;
    if (at === 0) return NO_TEXTS;
    const value = JSON.parse(decode(this.#bytes.subarray(at, this.#spans[2 * field + 1]))) as unknown[];
    return value.every((item) => typeof item === "string") ? value : undefined;
  }

  /** What the plain reader makes of an entry. */
  #takePlainly(at: number, end: number): void {
    const entry = JSON.parse(decode(this.#bytes.subarray(at, end))) as JsonValue;
    try {
      const identity = checkEntry(entry, `entries[${this.count}]`);
      const { kind } = entry as unknown as BlacklistEntry;
      if (kind === "model" || kind === "commercial_user") this.#columns.add(entry as unknown as BlacklistEntry);
      else if (this.#unknownKinds.has(identity)) throw protocolError(LIST_SCHEMA, "stands twice in the list", `entries[${this.count}].id`);
      else this.#unknownKinds.add(identity);
    } catch (error) {
      if (!(error instanceof OmlaError)) throw error;
      this.fault = error;
    }
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
